package io.ordersystem.platform.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.DomainException.Invalid;
import io.ordersystem.platform.problem.ProblemType;
import jakarta.ws.rs.ConstrainedTo;
import jakarta.ws.rs.RuntimeType;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Refuses every JSON body with a card number in a {@linkplain FreeText free text}, before the
 * resource sees it. The whole body is in memory by then (at most 1 MiB), so nothing blocks.
 */
@Provider
@ConstrainedTo(RuntimeType.SERVER)
public class CardChecks implements ReaderInterceptor {
  /** The one that the resource's body is read with: what it takes for JSON is JSON here. */
  private final JsonFactory json;

  CardChecks(ObjectMapper json) {
    this.json = json.getFactory();
  }

  @Override
  public Object aroundReadFrom(ReaderInterceptorContext body) throws IOException {
    if (!isJson(body.getMediaType()) || isForeign(body)) {
      return body.proceed();
    }
    byte[] bytes = body.getInputStream().readAllBytes();
    body.setInputStream(new ByteArrayInputStream(bytes));
    List<Invalid> faults;
    try (JsonParser parser = json.createParser(bytes)) {
      faults = CardsInJson.find(parser);
    } catch (JsonProcessingException malformed) {
      throw unsearched(body);
    }
    if (!faults.isEmpty()) {
      throw FreeText.refusal(faults);
    }
    return body.proceed();
  }

  /**
   * Lets the reader say what is wrong with the body. Should it find nothing, because it passes over
   * the place, the body is refused all the same: it was not searched to its end.
   */
  private static DomainException unsearched(ReaderInterceptorContext body) throws IOException {
    body.proceed();
    return new DomainException(ProblemType.MALFORMED, "the body is not well-formed JSON");
  }

  private static boolean isJson(MediaType type) {
    return type.getSubtype().contains("json");
  }

  private static boolean isForeign(ReaderInterceptorContext body) {
    return Arrays.stream(body.getAnnotations())
        .anyMatch(annotation -> annotation.annotationType() == ForeignBody.class);
  }
}
