package io.ordersystem.devstack.drill;

import io.ordersystem.devstack.backup.Archive;
import io.ordersystem.devstack.link.LinkMode;
import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DisasterControls;
import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.StateDirectory;
import io.ordersystem.devstack.prove.Scene;
import io.ordersystem.devstack.prove.Traffic;
import io.ordersystem.devstack.prove.Traffic.Taken;
import io.ordersystem.devstack.stack.LocalPort;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;

/**
 * The data of the primary are destroyed while orders run, and restored to a moment from an
 * encrypted base backup and an encrypted archive of the log.
 */
final class RestoreDrill {
  /** A part of the log is archived after so long, also when it is not full. */
  private static final Duration ARCHIVED_AFTER = Duration.ofSeconds(5);

  private static final Duration PUBLISHED_WITHIN = Duration.ofSeconds(2);
  private static final Duration BACK_WITHIN = Duration.ofSeconds(60);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

  private final Scene scene;
  private final Pressure pressure;
  private final DisasterControls disasters;
  private final Database primary = new Database(LocalPort.POSTGRES.number());

  RestoreDrill(Scene scene, Pressure pressure) {
    this.scene = scene;
    this.pressure = pressure;
    this.disasters = scene.system().postgres().disasters();
  }

  /** The moment to restore to. */
  sealed interface Target {
    /** So long before the data are destroyed. */
    record Before(Duration time) implements Target {}

    /** A moment on the clock. */
    record At(Instant moment) implements Target {}

    static Target before(Duration time) {
      return new Before(time);
    }

    static Target at(Instant moment) {
      return new At(moment);
    }
  }

  boolean run(Target target) throws SQLException, IOException {
    var processes = new Processes(scene);
    Path directory = scene.system().state().root().resolve("backup");
    StateDirectory.deleteTree(directory);
    var archive =
        new Archive(
            StateDirectory.directory(directory),
            scene.system().state().root().resolve("backup-key.json"));
    disasters.hand(directory);
    disasters.hand(scene.system().state().root().resolve("backup-key.json"));
    boolean well;
    try {
      disasters.archive(archive.archiveCommand(), ARCHIVED_AFTER);
      well = backedUpAndRestored(target, archive);
    } finally {
      // Where no server is left, the next start of one forgets it.
      if (scene.system().postgres().primaryHealthy()) {
        disasters.archiveNothing();
      }
    }
    disasters.renewReplica();
    disasters.forgetDestroyed();
    scene.say("the replica is a copy of what was restored");
    well &= scene.run("events", "publish", "inventory.stock.state.v1") == 0;
    well &= new Aftermath(scene, primary).isClean();
    return well & processes.areTheSame();
  }

  private boolean backedUpAndRestored(Target target, Archive archive)
      throws SQLException, IOException {
    try (var client = scene.client();
        var traffic = Traffic.start(client, pressure.ordersPerSecond(), Scene.newRun("restore"))) {
      long began = System.nanoTime();
      archive.base().take(primary, scene.system().postgres().primaryData());
      scene.say("base backup, encrypted, after %.1f s", Scene.seconds(began));
      traffic.runsFor(pressure.before());
      Instant to = moment(target);
      traffic.runsFor(
          target instanceof Target.Before before ? before.time() : Duration.ofSeconds(2));
      // A restore ends at the first commit after its target, which must be in the archive.
      disasters.awaitArchived(disasters.logFile());
      return restores(traffic, archive, to);
    }
  }

  private Instant moment(Target target) {
    return switch (target) {
      case Target.Before _ -> disasters.now().truncatedTo(ChronoUnit.MILLIS);
      case Target.At(Instant moment) -> {
        Instant now = disasters.now();
        if (moment.isBefore(now) || moment.isAfter(now.plus(LONGEST_WAIT))) {
          throw new ComponentFailed(
              "it is %s: the time to restore to must be later than the base backup, and within %d minutes"
                  .formatted(now, LONGEST_WAIT.toMinutes()));
        }
        Await.within(LONGEST_WAIT, () -> disasters.now().isAfter(moment));
        yield moment;
      }
    };
  }

  private boolean restores(Traffic traffic, Archive archive, Instant to)
      throws SQLException, IOException {
    var links = scene.links();
    long destroyed = System.nanoTime();
    // Nobody may write to what is not mended yet.
    links.set("postgres", LinkMode.CUT, 0);
    Instant gone = Instant.now();
    disasters.killPrimary();
    disasters.destroyPrimary();
    disasters.discardReplica();
    scene.say(
        "%s: the data are destroyed, %d orders were acknowledged; to be restored to %s",
        Instant.now().truncatedTo(ChronoUnit.MILLIS), traffic.taken().size(), to);
    disasters.restore(archive.base()::unpack, archive.restoreCommand(), to);
    scene.say("restored after %.1f s", Scene.seconds(destroyed));
    // A failure leaves the services without a database: better than with one that is not mended.
    Set<String> told = new Aftermath(scene, primary).recover(to);
    // Until here nothing can be committed: what is acknowledged before was there before.
    Instant end = Instant.now();
    links.set("postgres", LinkMode.HEAL, 0);
    long led = System.nanoTime();
    boolean back = Await.within(BACK_WITHIN, () -> traffic.firstAfter(led).isPresent());
    traffic
        .firstAfter(led)
        .ifPresent(first ->
            scene.say(
                "RTO %.1f s: from the destruction to the next acknowledged order",
                (first - destroyed) / 1e9));
    traffic.runsFor(pressure.after());
    traffic.stop();
    return back & nothingIsMissing(traffic, to, gone, end, told);
  }

  private boolean nothingIsMissing(
      Traffic traffic, Instant to, Instant gone, Instant end, Set<String> told)
      throws SQLException {
    var aftermath = new Aftermath(scene, primary);
    List<Taken> until =
        traffic.taken().values().stream().filter(it -> !it.time().isAfter(to)).toList();
    List<Taken> after =
        traffic.taken().values().stream()
            .filter(it -> it.time().isAfter(to) && it.time().isBefore(end))
            .toList();
    Set<String> lost = aftermath.missing(until);
    Set<String> given = aftermath.missing(after);
    Set<String> later = aftermath.missing(traffic.taken().values());
    later.removeAll(lost);
    later.removeAll(given);
    scene.say("RPO: %d of %d orders acknowledged until then are lost", lost.size(), until.size());
    scene.say(
        "of %d acknowledged after it %d are lost, as was asked for; the topics have named %d of them",
        after.size(), given.size(), told.stream().filter(given::contains).count());
    scene.say("of all acknowledged since %d are lost", later.size());
    scene.say(
        "%d orders were asked for, %d acknowledged, by clients that ask again",
        traffic.begun(), traffic.taken().size());
    // Orders are published within a moment: only the very last ones may be in no topic.
    boolean named =
        after.stream()
            .filter(it -> it.time().isBefore(gone.minus(PUBLISHED_WITHIN)))
            .allMatch(it -> !given.contains(it.id()) || told.contains(it.id()));
    return named
        & !until.isEmpty()
        & lost.isEmpty()
        & later.isEmpty()
        & traffic.taken().size() == traffic.begun();
  }
}
