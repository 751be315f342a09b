package io.ordersystem.devstack.drill;

import io.ordersystem.devstack.link.LinkMode;
import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DisasterControls;
import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.prove.Scene;
import io.ordersystem.devstack.prove.Traffic;
import io.ordersystem.devstack.stack.LocalPort;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The primary is killed while orders run, its replica becomes the primary, and the address that
 * services know leads there. That somebody has to notice first is not part of it: on a cluster the
 * operator of the database does, and takes its time.
 *
 * <p>When it fails half-way, services stay without a database rather than with one that is not
 * mended; the next {@code up} starts what was promoted, or, before that, the primary as it was.
 */
final class FailoverDrill {
  private static final Duration BACK_WITHIN = Duration.ofSeconds(60);

  private final Scene scene;
  private final Pressure pressure;
  private final DisasterControls disasters;

  FailoverDrill(Scene scene, Pressure pressure) {
    this.scene = scene;
    this.pressure = pressure;
    this.disasters = scene.system().postgres().disasters();
  }

  /**
   * Does it.
   *
   * @param behind null for synchronous replication; else how far the replica is behind
   */
  boolean run(@Nullable Duration behind) throws SQLException, IOException {
    var processes = new Processes(scene);
    boolean well;
    try (var client = scene.client();
        var traffic = Traffic.start(client, pressure.ordersPerSecond(), Scene.newRun("failover"))) {
      prepare(traffic, behind);
      well = failsOver(traffic, behind != null);
    }
    scene.links().set("postgres", LinkMode.REDIRECT, LocalPort.POSTGRES.number());
    disasters.pairAgain();
    scene.say("the promoted server has moved to the first address, a copy of it is its replica");
    if (behind != null) {
      // What the topic tells of offers that have changed in the lost time only.
      well &= scene.run("events", "publish", "inventory.stock.state.v1") == 0;
    }
    well &= new Aftermath(scene, new Database(LocalPort.POSTGRES.number())).isClean();
    return well & processes.areTheSame();
  }

  private void prepare(Traffic traffic, @Nullable Duration behind) {
    boolean prepared = false;
    try {
      if (behind == null) {
        disasters.replicateSynchronously();
        scene.say("replication is synchronous: no commit is answered before the replica has it");
      }
      traffic.runsFor(pressure.before());
      if (behind != null) {
        disasters.cutReplication();
        scene.say("replication is asynchronous, and the replica gets nothing any more");
        traffic.runsFor(behind);
      }
      prepared = true;
    } finally {
      if (!prepared) {
        // Nothing was broken yet, and commits must not wait for a replica that is not there.
        disasters.replicateAsynchronously();
      }
    }
  }

  private boolean failsOver(Traffic traffic, boolean mayLose) throws SQLException, IOException {
    var aftermath = new Aftermath(scene, new Database(LocalPort.REPLICA.number()));
    long killed = System.nanoTime();
    disasters.killPrimary();
    int acknowledged = traffic.taken().size();
    scene.say("kill -9 of the primary: %d orders were acknowledged", acknowledged);
    disasters.promoteReplica();
    double promoted = Scene.seconds(killed);
    Set<String> told = mayLose ? aftermath.recover(disasters.lastReplayed()) : Set.of();
    scene.links().set("postgres", LinkMode.REDIRECT, LocalPort.REPLICA.number());
    long led = System.nanoTime();
    boolean back = Await.within(BACK_WITHIN, () -> traffic.firstAfter(led).isPresent());
    scene.say(
        "promoted after %.1f s, the address leads there after %.1f s",
        promoted, (led - killed) / 1e9);
    traffic
        .firstAfter(led)
        .ifPresent(first ->
            scene.say(
                "RTO %.1f s: from the kill to the next acknowledged order",
                (first - killed) / 1e9));
    traffic.runsFor(pressure.after());
    traffic.stop();
    Set<String> lost = aftermath.missing(traffic.taken().values());
    scene.say(
        "RPO: %d of %d acknowledged orders are lost%s",
        lost.size(), traffic.taken().size(), lost.isEmpty() ? "" : ": " + lost);
    if (mayLose) {
      scene.say(
          "%d of them were named by the topics", told.stream().filter(lost::contains).count());
    }
    scene.say(
        "%d orders were asked for, %d acknowledged, by clients that ask again",
        traffic.begun(), traffic.taken().size());
    return back & traffic.taken().size() == traffic.begun() & (mayLose || lost.isEmpty());
  }
}
