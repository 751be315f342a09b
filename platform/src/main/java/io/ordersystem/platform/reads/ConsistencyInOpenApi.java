package io.ordersystem.platform.reads;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** What {@link ConsistencyHeaders} does to every route, in every route's description. */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class ConsistencyInOpenApi implements OASFilter {
  /**
   * The extension of a POST that changes nothing, and so answers no token: {@link #CACHED} when it
   * is answered as a GET is, anything else when it always asks the primary.
   */
  public static final String QUESTION = "x-question";

  public static final String CACHED = "cached";

  private static final String TOKEN = "Consistency-Token";

  @Override
  public PathItem filterPathItem(PathItem path) {
    for (Map.Entry<PathItem.HttpMethod, Operation> one : path.getOperations().entrySet()) {
      Operation operation = one.getValue();
      boolean asks = operation.hasExtension(QUESTION);
      boolean isCached = asks && CACHED.equals(operation.getExtensions().get(QUESTION));
      operation.removeExtension(QUESTION);
      if (isCached || one.getKey() == PathItem.HttpMethod.GET) {
        read(operation);
      } else if (!asks) {
        answered(
            operation,
            TOKEN,
            "What a read of the same service sends back to be no older than this write");
      }
    }
    return path;
  }

  private static void read(Operation operation) {
    operation.addParameter(
        OASFactory.createParameter()
            .name(TOKEN)
            .in(Parameter.In.HEADER)
            .description("What a write answered: the read is not older than that")
            .schema(text()));
    operation.addParameter(
        OASFactory.createParameter()
            .name("Cache-Control")
            .in(Parameter.In.HEADER)
            .description("no-cache asks the primary")
            .schema(text()));
    answered(operation, "X-Read-Source", "cache, replica or primary");
  }

  private static void answered(Operation operation, String name, String description) {
    if (operation.getResponses() == null) {
      return;
    }
    operation
        .getResponses()
        .getAPIResponses()
        .forEach((status, response) -> {
          if (status.startsWith("2")) {
            add(response, name, OASFactory.createHeader().description(description).schema(text()));
          }
        });
  }

  private static void add(APIResponse response, String name, Header header) {
    response.addHeader(name, header);
  }

  private static Schema text() {
    return OASFactory.createSchema().type(List.of(Schema.SchemaType.STRING));
  }
}
