package io.ordersystem.platform.ops;

import io.ordersystem.platform.inbox.ParkedMessages;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Parked messages on the management port: {@code GET /ops/parked?consumer=&limit=}, {@code GET
 * /ops/parked/messages?consumer=&key=&limit=&values=}, {@code POST
 * /ops/parked/redrive?consumer=&key=&after=}, {@code POST /ops/parked/discard?id=&reason=}.
 */
@Singleton
class ParkedRoutes {
  private static final int LISTED = 100;

  private final ParkedMessages parked;

  ParkedRoutes(ParkedMessages parked) {
    this.parked = parked;
  }

  void register(@Observes ManagementInterface management) {
    var router = management.router();
    router.get("/ops/parked").handler(this::list);
    router.get("/ops/parked/messages").handler(this::messages);
    router.post("/ops/parked/redrive").handler(this::redrive);
    router.post("/ops/parked/discard").handler(this::discard);
  }

  private void list(RoutingContext http) {
    OpsHttp.run(
        http,
        () ->
            parked.list(
                OpsHttp.parameter(http, "consumer"), OpsHttp.number(http, "limit", LISTED)));
  }

  private void messages(RoutingContext http) {
    OpsHttp.run(
        http,
        () ->
            parked.messages(
                OpsHttp.required(http, "consumer"),
                OpsHttp.required(http, "key"),
                OpsHttp.number(http, "limit", LISTED),
                OpsHttp.parameter(http, "values", "false").equals("true")));
  }

  private void redrive(RoutingContext http) {
    OpsHttp.run(
        http,
        () ->
            parked.redrive(
                OpsHttp.required(http, "consumer"), OpsHttp.parameter(http, "key"), after(http)));
  }

  /** Empty is the same as absent: from the first key. */
  private static @Nullable String after(RoutingContext http) {
    String after = OpsHttp.parameter(http, "after", "");
    return after.isEmpty() ? null : after;
  }

  private void discard(RoutingContext http) {
    OpsHttp.run(http, () -> parked.discard(id(http), OpsHttp.required(http, "reason")));
  }

  private static UUID id(RoutingContext http) {
    try {
      return UUID.fromString(OpsHttp.required(http, "id"));
    } catch (IllegalArgumentException e) {
      throw new DomainException(ProblemType.VALIDATION_FAILED, "id must be a UUID");
    }
  }
}
