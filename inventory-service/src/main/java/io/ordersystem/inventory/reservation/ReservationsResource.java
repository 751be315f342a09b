package io.ordersystem.inventory.reservation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.inventory.reservation.Asked.Door;
import io.ordersystem.inventory.reservation.ReservationRequests.Commitment;
import io.ordersystem.inventory.reservation.ReservationRequests.Extension;
import io.ordersystem.inventory.reservation.ReservationRequests.Hold;
import io.ordersystem.inventory.reservation.ReservationRequests.WantedItem;
import io.ordersystem.inventory.stock.InsufficientStock;
import io.ordersystem.platform.idempotency.IdempotentRequests;
import io.ordersystem.platform.idempotency.StoredAnswer;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.reads.Reads;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.ordersystem.platform.web.ChangeHeaders;
import io.ordersystem.platform.web.EntityTags;
import io.ordersystem.platform.web.StoredAnswers;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Reservations over HTTP, for back ends that hold goods before there is an order. */
@Path("/api/inventory/reservations")
@RolesAllowed({Role.SERVICE, Role.OPERATOR})
class ReservationsResource {
  private final ReservationEngine engine;
  private final ReservationTable reservations;
  private final Reads reads;
  private final ReservationConfig config;
  private final Ids ids;
  private final Callers callers;
  private final ObjectMapper json;

  ReservationsResource(
      ReservationEngine engine,
      ReservationTable reservations,
      Reads reads,
      ReservationConfig config,
      Ids ids,
      Callers callers,
      ObjectMapper json) {
    this.engine = engine;
    this.reservations = reservations;
    this.reads = reads;
    this.config = config;
    this.ids = ids;
    this.callers = callers;
    this.json = json;
  }

  @POST
  @APIResponseSchema(value = ReservationView.class, responseCode = "201")
  @APIResponse(
      responseCode = "409",
      description =
          "insufficient-stock: nothing is held, errors name the short items; illegal-transition: the key's reservation was released or has expired")
  @APIResponse(
      responseCode = "422",
      description = "reservation-key-reused: the key holds other items")
  @APIResponse(responseCode = "503", description = "Too many requests wait; Retry-After says when")
  public Uni<RestResponse<String>> hold(
      @BeanParam ChangeHeaders headers,
      @NotNull @Valid Hold hold,
      @Context ContainerRequestContext http) {
    String key = hold.reservationKey() == null ? ids.next().toString() : hold.reservationKey();
    return ask(hold.command(key, life(hold)), 201, hold, headers, http)
        .onFailure(InsufficientStock.class)
        .transform(refusal ->
            ((InsufficientStock) refusal)
                .pointingAt(hold.items().stream().map(WantedItem::stock).toList()));
  }

  @GET
  @Path("/{key}")
  @APIResponseSchema(ReservationView.class)
  public Uni<RestResponse<ReservationView>> one(
      @RestPath String key, @RestHeader("If-None-Match") @Nullable String ifNoneMatch) {
    requireKey(key);
    return reads
        .read(database -> reservations.find(database, key).map(found -> only(found, key)))
        .map(reservation ->
            EntityTags.ok(ReservationView.of(reservation), reservation.version(), ifNoneMatch));
  }

  private static Reservation only(Map<String, Reservation> found, String key) {
    Reservation reservation = found.get(key);
    if (reservation == null) {
      throw Refusals.notFound(key);
    }
    return reservation;
  }

  @POST
  @Path("/{key}/extension")
  @APIResponseSchema(value = ReservationView.class, responseCode = "200")
  @APIResponse(
      responseCode = "409",
      description = "illegal-transition: not ACTIVE, an order's, or held for too long in all")
  public Uni<RestResponse<String>> extend(
      @RestPath String key,
      @BeanParam ChangeHeaders headers,
      @NotNull @Valid Extension extension,
      @Context ContainerRequestContext http) {
    var command = new ReservationCommand.Extend(key, Duration.ofSeconds(extension.ttlSeconds()));
    return ask(command, 200, extension, headers, http);
  }

  @POST
  @Path("/{key}/commitment")
  @APIResponseSchema(value = ReservationView.class, responseCode = "200")
  @APIResponse(
      responseCode = "409",
      description = "illegal-transition: that much is not held, or it is an order's")
  public Uni<RestResponse<String>> commit(
      @RestPath String key,
      @BeanParam ChangeHeaders headers,
      @Nullable @Valid Commitment commitment,
      @Context ContainerRequestContext http) {
    Commitment given = commitment == null ? new Commitment(null, null) : commitment;
    return ask(given.command(key, ids.next().toString()), 200, given, headers, http);
  }

  @POST
  @Path("/{key}/release")
  @APIResponseSchema(value = ReservationView.class, responseCode = "200")
  @APIResponse(responseCode = "409", description = "illegal-transition: it is an order's")
  public Uni<RestResponse<String>> release(
      @RestPath String key,
      @BeanParam ChangeHeaders headers,
      @Context ContainerRequestContext http) {
    return ask(new ReservationCommand.Release(key), 200, "", headers, http);
  }

  private Uni<RestResponse<String>> ask(
      ReservationCommand command,
      int status,
      Object content,
      ChangeHeaders headers,
      ContainerRequestContext http) {
    requireKey(command.key());
    var caller = callers.current();
    var asked =
        new Asked(command, Door.REST, caller.subject(), headers.ifMatch(), headers.cause(http));
    String operation =
        command instanceof ReservationCommand.Reserve
            ? "POST reservations"
            : "POST " + http.getUriInfo().getPath();
    var request = new IdempotentRequests.Request(caller, headers.key(), operation, content);
    return engine
        .ask(new ReservationEngine.Ask(asked, request, now -> answer(status, now)))
        .map(StoredAnswers::response);
  }

  /** What is no key names no reservation. */
  private static void requireKey(String key) {
    if (!key.matches(ReservationRequests.KEY)) {
      throw Refusals.notFound(key);
    }
  }

  private Duration life(Hold hold) {
    Duration life =
        hold.ttlSeconds() == null ? config.life() : Duration.ofSeconds(hold.ttlSeconds());
    if (life.compareTo(config.longestLife()) > 0) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED,
          "a reservation is held for at most " + config.longestLife(),
          List.of(new DomainException.Invalid("/ttlSeconds", "is too long")));
    }
    return life;
  }

  private StoredAnswer answer(int status, Reservation reservation) {
    try {
      return new StoredAnswer(
          status,
          status == 201 ? "/api/inventory/reservations/" + reservation.key() : null,
          EntityTags.of(reservation.version()),
          json.writeValueAsString(ReservationView.of(reservation)),
          false);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a reservation is always writable", e);
    }
  }
}
