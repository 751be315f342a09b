package io.ordersystem.devstack.drill;

import io.ordersystem.devstack.process.ProcessIdentity;
import io.ordersystem.devstack.prove.Scene;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The processes of the services: none of them may be started again because of a database. */
final class Processes {
  private static final List<String> SERVICES =
      List.of("order", "inventory", "payment", "notification");

  private final Scene scene;
  private final Map<String, Optional<ProcessIdentity>> before;

  /** As they are now. */
  Processes(Scene scene) {
    this.scene = scene;
    this.before = running(scene);
  }

  /** Whether they are the same as before, and all are ready. */
  boolean areTheSame() {
    boolean same =
        running(scene).equals(before)
            && SERVICES.stream()
                .allMatch(service -> scene.component(service).healthy().getAsBoolean());
    scene.say(
        "services: %s",
        same ? "no process was started again, all are ready" : "NOT THE SAME OR NOT READY");
    return same;
  }

  private static Map<String, Optional<ProcessIdentity>> running(Scene scene) {
    var now = new TreeMap<String, Optional<ProcessIdentity>>();
    SERVICES.forEach(service -> now.put(service, scene.component(service).daemon().running()));
    return now;
  }
}
