package io.ordersystem.platform.ops;

import io.ordersystem.platform.faults.Fault;
import io.ordersystem.platform.faults.FaultPoint;
import io.ordersystem.platform.faults.FaultPoints;
import io.ordersystem.platform.outbox.OutboxStatus;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.quarkus.vertx.http.ManagementInterface;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.TreeMap;

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
    OpsHttp.run(http, outbox::read);
  }

  private void listFaults(RoutingContext http) {
    var passes = new TreeMap<String, Long>();
    faults.passes().forEach((point, count) -> passes.put(point.id(), count));
    OpsHttp.answer(http, passes);
  }

  private void arm(RoutingContext http) {
    OpsHttp.run(
        http,
        () -> {
          faults.arm(point(http), fault(http));
          return Uni.createFrom().nullItem();
        });
  }

  private static FaultPoint point(RoutingContext http) {
    return FaultPoint.of(String.valueOf(http.pathParam("point")))
        .orElseThrow(
            () -> new DomainException(ProblemType.NOT_FOUND, "there is no such fault point"));
  }

  private static Fault fault(RoutingContext http) {
    try {
      return new Fault(
          Fault.Action.of(OpsHttp.parameter(http, "action", "")),
          Integer.parseInt(OpsHttp.parameter(http, "after", "0")),
          Duration.ofMillis(Long.parseLong(OpsHttp.parameter(http, "millis", "0"))));
    } catch (IllegalArgumentException e) {
      throw new DomainException(ProblemType.VALIDATION_FAILED, String.valueOf(e.getMessage()));
    }
  }
}
