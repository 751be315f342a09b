package io.ordersystem.platform.ops;

import io.ordersystem.platform.inbox.Projections;
import io.quarkus.vertx.http.ManagementInterface;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** {@code POST /ops/projections/NAME/rebuild} on the management port. */
@Singleton
class ProjectionRoutes {
  private final Projections projections;

  ProjectionRoutes(Projections projections) {
    this.projections = projections;
  }

  void register(@Observes ManagementInterface management) {
    management
        .router()
        .post("/ops/projections/:name/rebuild")
        .handler(http ->
            OpsHttp.run(http, () -> projections.rebuild(String.valueOf(http.pathParam("name")))));
  }
}
