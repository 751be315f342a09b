package io.ordersystem.orders.history;

import io.ordersystem.orders.order.CachedOrders;
import io.ordersystem.orders.order.OrderDetails;
import io.ordersystem.orders.order.OrderView;
import io.ordersystem.orders.order.OrderWaiters;
import io.ordersystem.orders.order.WaitPreference;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.ordersystem.platform.web.EntityTags;
import io.ordersystem.platform.web.JsonBody;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Reads of orders over HTTP. */
@Path("/api/orders")
class OrderResource {
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);
  private static final Duration LONGEST_STREAM = Duration.ofMinutes(30);

  private final OrderDetails details;
  private final CachedOrders cached;
  private final JsonBody json;
  private final Timeline timeline;
  private final EventStreams streams;
  private final OrderWaiters waiters;
  private final Callers callers;

  OrderResource(
      OrderDetails details,
      CachedOrders cached,
      JsonBody json,
      Timeline timeline,
      EventStreams streams,
      OrderWaiters waiters,
      Callers callers) {
    this.details = details;
    this.cached = cached;
    this.json = json;
    this.timeline = timeline;
    this.streams = streams;
    this.waiters = waiters;
    this.callers = callers;
  }

  @GET
  @Path("/{idOrNumber}")
  @Produces(MediaType.APPLICATION_JSON)
  @RolesAllowed({Role.CUSTOMER, Role.SELLER, Role.OPERATOR, Role.SERVICE})
  @APIResponse(
      responseCode = "200",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = OrderView.class)))
  public Uni<RestResponse<byte[]>> one(
      @RestPath String idOrNumber,
      @RestHeader("Prefer") @Nullable String prefer,
      @RestHeader("If-None-Match") @Nullable String ifNoneMatch) {
    Caller caller = callers.current();
    Optional<Duration> wait = WaitPreference.of(prefer).filter(any -> waiters.hasRoom());
    Optional<UUID> id = OrderDetails.id(idOrNumber).filter(any -> wait.isEmpty());
    return (id.isPresent() ? cached.get(caller, id.get()) : current(caller, idOrNumber, wait))
        .map(order ->
            EntityTags.ok(
                order.body().getBytes(), order.version(), order.settled() ? ifNoneMatch : null))
        .invoke(answer ->
            wait.ifPresent(time ->
                answer.getHeaders().putSingle("Preference-Applied", "wait=" + time.toSeconds())));
  }

  /** Not from the cache: by its number, which few ask for; or as it is after a wait. */
  private Uni<CachedOrders.Shown> current(
      Caller caller, String idOrNumber, Optional<Duration> wait) {
    return details
        .get(caller, idOrNumber)
        .chain(order ->
            wait.isPresent() && isOpen(order)
                ? waiters
                    .await(order.id(), wait.get())
                    .chain(() -> details.getLatest(caller, idOrNumber))
                : Uni.createFrom().item(order))
        .map(order -> CachedOrders.Shown.of(order, json.of(order)));
  }

  @GET
  @Path("/{idOrNumber}/events")
  @RolesAllowed({Role.CUSTOMER, Role.SELLER, Role.OPERATOR, Role.SERVICE})
  public Uni<Timeline.Events> events(
      @RestPath String idOrNumber,
      @RestQuery @DefaultValue("0") @Min(0) long after,
      @RestQuery @DefaultValue("100") @Min(1) @Max(1000) int limit) {
    return timeline.after(callers.current(), idOrNumber, after, limit);
  }

  /**
   * The same as server-sent events: first those after {@code Last-Event-ID} (the version last
   * seen), then those that happen. A comment every 15 seconds keeps the connection; after half an
   * hour the stream ends, and a reader resumes it.
   */
  @GET
  @Path("/{idOrNumber}/events/stream")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RolesAllowed({Role.CUSTOMER, Role.SELLER, Role.OPERATOR, Role.SERVICE})
  @ChecksFirst
  public Multi<OutboundSseEvent> stream(
      @RestPath String idOrNumber,
      @RestHeader("Last-Event-ID") @Nullable String lastEventId,
      @Context ContainerRequestContext http,
      @Context Sse sse) {
    UUID order = (UUID) http.getProperty(StreamChecks.ORDER);
    return stream(streams.after(order, (Long) http.getProperty(StreamChecks.AFTER)), sse);
  }

  private Multi<OutboundSseEvent> stream(Multi<Timeline.Event> events, Sse sse) {
    Multi<OutboundSseEvent> beats =
        Multi.createFrom()
            .ticks()
            .every(HEARTBEAT)
            .onOverflow()
            .drop()
            .map(tick -> sse.newEventBuilder().comment("").build());
    return Multi.createBy()
        .merging()
        .streams(events.map(event -> sse(sse, event)), beats)
        .select()
        .first(LONGEST_STREAM);
  }

  private OutboundSseEvent sse(Sse sse, Timeline.Event event) {
    return sse.newEventBuilder()
        .id(Long.toString(event.version()))
        .name(event.type())
        .mediaType(MediaType.APPLICATION_JSON_TYPE)
        .data(Timeline.Event.class, event)
        .build();
  }

  private static boolean isOpen(OrderView order) {
    return order.status().equals("PENDING") && !order.paymentStatus().equals("REQUIRES_ACTION");
  }
}
