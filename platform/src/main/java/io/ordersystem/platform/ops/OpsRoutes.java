package io.ordersystem.platform.ops;

import io.ordersystem.platform.faults.Fault;
import io.ordersystem.platform.faults.FaultPoint;
import io.ordersystem.platform.faults.FaultPoints;
import io.ordersystem.platform.outbox.OutboxStatus;
import io.ordersystem.platform.problem.Problem;
import io.ordersystem.platform.problem.ProblemType;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Operations on the management port, which no gateway routes to: {@code GET /ops/outbox}; where
 * faults are enabled also {@code GET /ops/faults} and {@code POST /ops/faults/POINT?action=}.
 */
@Singleton
class OpsRoutes {
  private final OutboxStatus outbox;
  private final FaultPoints faults;

  OpsRoutes(OutboxStatus outbox, FaultPoints faults) {
    this.outbox = outbox;
    this.faults = faults;
  }

  void register(@Observes ManagementInterface management) {
    var router = management.router();
    router.get("/ops/outbox").handler(this::outbox);
    if (faults.enabled()) {
      router.get("/ops/faults").handler(this::listFaults);
      router.post("/ops/faults/:point").handler(this::arm);
    }
  }

  private void outbox(RoutingContext http) {
    outbox
        .read()
        .subscribe()
        .with(
            status -> answer(http, 200, Json.encode(status)),
            failure ->
                refuse(http, ProblemType.UNAVAILABLE, "the outbox cannot be read: " + failure));
  }

  private void listFaults(RoutingContext http) {
    var passes = new JsonObject();
    faults.passes().forEach((point, count) -> passes.put(point.id(), count));
    answer(http, 200, passes.encode());
  }

  private void arm(RoutingContext http) {
    Optional<FaultPoint> point = FaultPoint.of(String.valueOf(http.pathParam("point")));
    if (point.isEmpty()) {
      refuse(http, ProblemType.NOT_FOUND, "there is no such fault point");
      return;
    }
    try {
      faults.arm(
          point.get(),
          new Fault(
              Fault.Action.of(parameter(http, "action", "")),
              Integer.parseInt(parameter(http, "after", "0")),
              Duration.ofMillis(Long.parseLong(parameter(http, "millis", "0")))));
      http.response().setStatusCode(204).end();
    } catch (IllegalArgumentException e) {
      refuse(http, ProblemType.VALIDATION_FAILED, String.valueOf(e.getMessage()));
    }
  }

  private static String parameter(RoutingContext http, String name, String otherwise) {
    List<String> given = http.queryParam(name);
    return given.isEmpty() ? otherwise : given.getFirst();
  }

  private static void refuse(RoutingContext http, ProblemType type, String detail) {
    var problem = Problem.of(type, detail, http.normalizedPath(), List.of());
    http.response().putHeader("Content-Type", Problem.MEDIA_TYPE);
    http.response().setStatusCode(type.status()).end(Json.encode(problem));
  }

  private static void answer(RoutingContext http, int status, String json) {
    http.response().putHeader("Content-Type", "application/json");
    http.response().setStatusCode(status).end(json);
  }
}
