package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.replay.ExpectedMail;
import io.ordersystem.devstack.stack.Component;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Everybody gets exactly the mails that follow from the files: none missing, none too many, each
 * with the right amounts and goods in the reader's language; also while the mail sink and the
 * service that sends are killed, when a mail may come again, under the same {@code Message-ID}.
 */
final class MailsProof implements Proof {
  private static final int KILLS = 3;
  private static final int QUICK_KILLS = 1;
  private static final int QUICK_ORDERS = 24;

  /** Mails between one kill and the next, at least. */
  private static final int SENT_BETWEEN = 200;

  private static final int QUICK_SENT_BETWEEN = 5;

  /** Mails that one process has under way at most: {@code notification.delivery.concurrency}. */
  private static final int IN_FLIGHT_AT_MOST = 8;

  /** The replay's exit status when it came to nothing. */
  private static final int CANNOT = 2;

  private static final Duration FLOW_WITHIN = Duration.ofSeconds(120);

  /** The mail sink is a part of the gateway's process. */
  private static final List<String> VICTIMS = List.of("edge", "notification");

  /** Nobody holds what a dead process has claimed; the short form does not wait for that minute. */
  private static final String LET_LEASES_RUN_OUT =
      "UPDATE messages SET leased_until = now() WHERE status = 'QUEUED' AND leased_until > now()";

  @Override
  public String name() {
    return "mails";
  }

  @Override
  public String promise() {
    return "everybody gets exactly the mails that follow from the orders, also under kill -9";
  }

  @Override
  public boolean holds(Scene scene, boolean quick, @Nullable Path directory) throws Exception {
    if (quick) {
      Path made = scene.system().state().data("made-northwind");
      MadeNorthwind.write(made, Scene.newRun("mails"), QUICK_ORDERS);
      var mails = new SinkMails(scene, true);
      return underKills(scene, mails, made, true)
          & mails.arrived(2L * QUICK_KILLS * IN_FLIGHT_AT_MOST)
          & scene.booksAreClean();
    }
    if (directory == null) {
      throw new ComponentFailed("mails needs the DIRECTORY of the Northwind files");
    }
    if (!scene.startsEmpty()) {
      return false;
    }
    var mails = new SinkMails(scene, false);
    // With the stock of the files many orders are sold out; with enough stock all are confirmed.
    boolean holds = replay(scene, mails, directory);
    holds &= replay(scene, mails, directory, "--restock");
    holds &= mails.arrived(0);
    holds &= underKills(scene, mails, directory, false);
    holds &= mails.arrived((long) VICTIMS.size() * KILLS * IN_FLIGHT_AT_MOST);
    return holds & scene.booksAreClean();
  }

  /** Replays, ships what was shipped then, and remembers what mails must come of it. */
  private static boolean replay(Scene scene, SinkMails mails, Path directory, String... options)
      throws IOException {
    Path file = scene.system().state().data("replay").resolve("mails.json");
    var arguments =
        new ArrayList<>(
            List.of(
                "replay", directory.toString(), "--fulfil", "--patience", "180", "--seller-mails"));
    arguments.addAll(List.of("--mails", file.toString()));
    arguments.addAll(List.of(options));
    int status = scene.run(arguments.toArray(String[]::new));
    if (status != CANNOT) {
      mails.expect(ExpectedMail.read(file));
    }
    return status == 0;
  }

  /** Replays, and again while there is somebody left to kill. */
  private static boolean underKills(Scene scene, SinkMails mails, Path directory, boolean quick)
      throws Exception {
    int kills = VICTIMS.size() * (quick ? QUICK_KILLS : KILLS);
    var done = new AtomicBoolean();
    try (var thread = Executors.newSingleThreadExecutor()) {
      Future<Boolean> business =
          thread.submit(() -> {
            boolean same = true;
            do {
              same &= replay(scene, mails, directory, "--restock");
            } while (same && !done.get());
            return same;
          });
      long inFlight = 0;
      try {
        for (int kill = 1; kill <= kills; kill++) {
          long seen = kill(scene, mails, quick, kill + "/" + kills, VICTIMS.get((kill - 1) % 2));
          if (seen == 0) {
            return false;
          }
          inFlight += seen;
        }
      } finally {
        done.set(true);
      }
      scene.say("%d kills, %d mails in flight at them", kills, inFlight);
      return business.get();
    }
  }

  /** How many mails were in flight; none when they do not flow, and nobody is killed. */
  private static long kill(Scene scene, SinkMails mails, boolean quick, String which, String victim)
      throws SQLException {
    Component component = scene.component(victim);
    long before = mails.sent();
    int more = quick ? QUICK_SENT_BETWEEN : SENT_BETWEEN;
    long leased = Await.seen(FLOW_WITHIN, () -> mails.inFlight(before + more), seen -> seen > 0);
    if (leased == 0) {
      scene.say("NO MAILS FLOW: %d sent since the last kill", mails.sent() - before);
      return 0;
    }
    long began = System.nanoTime();
    component.daemon().kill();
    if (victim.equals("notification")) {
      mails.senderDied();
      if (quick) {
        letLeasesRunOut(scene);
      }
    }
    component.start().run();
    scene.say(
        "kill -9 %s %-20s with %d mails in flight, after %d more sent, back after %.1f s",
        which, component.name(), leased, mails.sent() - before, Scene.seconds(began));
    return leased;
  }

  private static void letLeasesRunOut(Scene scene) throws SQLException {
    try (var connection = scene.connect(DatabaseRole.NOTIFICATIONS);
        var statement = connection.createStatement()) {
      statement.execute(LET_LEASES_RUN_OUT);
    }
  }
}
