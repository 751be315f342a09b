package io.ordersystem.platform.ops;

import io.ordersystem.platform.outbox.StateTopics;
import io.quarkus.vertx.http.ManagementInterface;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** {@code POST /ops/state-topics/NAME/publication} on the management port. */
@Singleton
class StateTopicRoutes {
  private final StateTopics topics;

  StateTopicRoutes(StateTopics topics) {
    this.topics = topics;
  }

  void register(@Observes ManagementInterface management) {
    management
        .router()
        .post("/ops/state-topics/:name/publication")
        .handler(http ->
            OpsHttp.run(http, () -> topics.publish(String.valueOf(http.pathParam("name")))));
  }
}
