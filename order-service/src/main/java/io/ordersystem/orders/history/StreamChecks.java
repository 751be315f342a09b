package io.ordersystem.orders.history;

import io.ordersystem.orders.order.OrderDetails;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.security.Callers;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a stream of events before it begins. Quarkus sends status 200 as soon as the resource's
 * method is called, so that a refusal inside it could only break the stream off.
 */
@Singleton
public class StreamChecks {
  static final String AFTER = "io.ordersystem.orders.stream-after";
  static final String ORDER = "io.ordersystem.orders.stream-order";

  // Filters are made while the application is being assembled, before there is a Vert.x.
  private final Provider<OrderDetails> details;
  private final Provider<EventStreams> streams;
  private final Callers callers;

  StreamChecks(Provider<OrderDetails> details, Provider<EventStreams> streams, Callers callers) {
    this.details = details;
    this.streams = streams;
    this.callers = callers;
  }

  /** Finds the order as the caller may see it, and where the reader wants to go on. */
  @ServerRequestFilter
  @ChecksFirst
  public Uni<Void> check(ContainerRequestContext request) {
    String idOrNumber = request.getUriInfo().getPathParameters().getFirst("idOrNumber");
    return details
        .get()
        .find(callers.current(), idOrNumber)
        .invoke(id -> {
          request.setProperty(ORDER, id);
          request.setProperty(AFTER, version(request.getHeaderString("Last-Event-ID")));
          streams.get().requireRoom();
        })
        .replaceWithVoid();
  }

  private static long version(@Nullable String lastEventId) {
    if (lastEventId == null || lastEventId.isBlank()) {
      return 0;
    }
    if (!lastEventId.strip().matches("\\d{1,18}")) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED, "Last-Event-ID must be the version last seen");
    }
    return Long.parseLong(lastEventId.strip());
  }
}
