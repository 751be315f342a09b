package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Ports;
import io.ordersystem.devstack.stack.Component;
import io.ordersystem.devstack.stack.LocalPort;
import io.ordersystem.devstack.stack.Management;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Everything is killed with SIGKILL in the middle of business, and every service at every fault
 * point that it passes; afterwards nothing is missing, doubled or different.
 */
final class CrashProof implements Proof {
  private static final List<String> SERVICES =
      List.of("order", "inventory", "payment", "notification");
  private static final List<String> VICTIMS =
      List.of("order", "inventory", "payment", "notification", "kafka", "redis", "leader");
  private static final int ROUNDS = 3;

  /** Mails that one process has under way at most. */
  private static final int MAILS_IN_FLIGHT = 8;

  private static final int PROGRESS = 10;
  private static final Duration PROGRESS_WITHIN = Duration.ofSeconds(60);
  private static final Duration POINT_REACHED_WITHIN = Duration.ofSeconds(45);

  /** The short form: one point of each service, each of another kind. */
  private static final Map<String, String> QUICK =
      Map.of(
          "order", "request.after-commit",
          "inventory", "outbox.after-publish",
          "payment", "call.after",
          "notification", "inbox.before-acknowledge");

  private static final String DECIDED =
      "SELECT count(*) FROM orders.orders WHERE parent_order_id IS NULL AND status <> 'PENDING'";

  @Override
  public String name() {
    return "crash";
  }

  @Override
  public String promise() {
    return "whatever is killed with -9, every order, piece of stock, cent and mail ends as it should";
  }

  @Override
  public boolean holds(Scene scene, boolean quick, @Nullable Path directory) throws Exception {
    if (quick) {
      return quickly(scene);
    }
    if (directory == null) {
      throw new ComponentFailed("crash needs the DIRECTORY of the Northwind files");
    }
    boolean holds = scene.startsEmpty();
    int mailKills = ROUNDS;
    holds &= replayUnderKills(scene, directory);
    holds &= scene.booksAreClean();
    // Counters begin again with each process: this is what all that run now have passed.
    holds &= oneOfEachKind(scene).isEmpty();
    var kills = passedByService();
    for (var service : kills.entrySet()) {
      for (String point : service.getValue()) {
        holds &= killedAt(scene, service.getKey(), point);
        mailKills += service.getKey().equals("notification") ? 1 : 0;
      }
    }
    var missed = allPoints();
    kills.values().forEach(missed::removeAll);
    scene.say(
        "%d kills at fault points; points at which nothing was killed: %s",
        kills.values().stream().mapToInt(List::size).sum(), missed);
    holds &= missed.isEmpty();
    holds &= scene.booksAreClean();
    return holds & Mails.asExpected(scene, (long) mailKills * MAILS_IN_FLIGHT);
  }

  private static boolean quickly(Scene scene) throws Exception {
    boolean holds = true;
    for (String service : SERVICES) {
      holds &= killedAt(scene, service, String.valueOf(QUICK.get(service)));
    }
    return holds & scene.booksAreClean();
  }

  private static boolean replayUnderKills(Scene scene, Path directory) throws Exception {
    // A second order-service, so that the lead of an outbox has somewhere to go.
    Component second = scene.system().further("order", 1, Ports.free(), secondManagement());
    second.start().run();
    var done = new AtomicBoolean();
    try (var thread = Executors.newSingleThreadExecutor()) {
      boolean goesOn = true;
      Future<Boolean> business = thread.submit(doBusiness(scene, directory, done));
      for (int round = 1; round <= ROUNDS; round++) {
        for (String victim : VICTIMS) {
          goesOn &= killAndStart(scene, round, victim, second);
        }
      }
      done.set(true);
      return business.get() & goesOn;
    } finally {
      done.set(true);
      second.stop().run();
    }
  }

  /** Replays again and again while there is somebody left to kill. */
  private static Callable<Boolean> doBusiness(Scene scene, Path directory, AtomicBoolean done) {
    return () -> {
      boolean same = true;
      do {
        same &=
            scene.run(
                    "replay",
                    directory.toString(),
                    "--restock",
                    "--concurrency",
                    "16",
                    "--patience",
                    "180")
                == 0;
      } while (same && !done.get());
      return same;
    };
  }

  private static boolean killAndStart(Scene scene, int round, String victim, Component second) {
    Component component = victim.equals("leader") ? leader(scene, second) : scene.component(victim);
    long before = scene.number(DECIDED);
    long began = System.nanoTime();
    component.daemon().kill();
    component.start().run();
    double back = Scene.seconds(began);
    boolean goesOn =
        Await.within(PROGRESS_WITHIN, () -> scene.number(DECIDED) >= before + PROGRESS);
    scene.say(
        "kill -9 %d/%d %-20s back after %4.1f s, %s after %4.1f s",
        round,
        ROUNDS,
        component.name(),
        back,
        goesOn ? PROGRESS + " more orders decided" : "NO PROGRESS",
        Scene.seconds(began));
    return goesOn;
  }

  private static Component leader(Scene scene, Component second) {
    boolean secondLeads = new Management(secondManagement()).outbox().get("leader").asBoolean();
    return secondLeads ? second : scene.component("order");
  }

  private static int secondManagement() {
    return LocalPort.ORDER_MANAGEMENT.number() + 100;
  }

  /** One order of each kind while the service dies at that point. */
  private static boolean killedAt(Scene scene, String service, String point) throws Exception {
    Component component = scene.component(service);
    Management management =
        Management.ofService(service).orElseThrow(() -> new ComponentFailed(service));
    long began = System.nanoTime();
    try (var client = scene.client();
        var thread = Executors.newSingleThreadExecutor()) {
      var orders = new Orders(client);
      orders.offerPlenty();
      String run = Scene.newRun(service + "-" + point.replace('.', '-'));
      scene.armKill(component, management, point, 0);
      Future<List<String>> ends = thread.submit(() -> orders.placeEachKind(run));
      boolean died =
          Await.within(POINT_REACHED_WITHIN, () -> component.daemon().running().isEmpty());
      component.start().run();
      List<String> wrong = new ArrayList<>(ends.get());
      if (!died) {
        wrong.add("the point was not reached");
      }
      scene.say(
          "killed %-12s at %-26s %s, %4.1f s",
          service,
          point,
          wrong.isEmpty() ? "one order of each kind ended as it should" : "WRONG: " + wrong,
          Scene.seconds(began));
      return wrong.isEmpty();
    }
  }

  private static List<String> oneOfEachKind(Scene scene) throws InterruptedException {
    try (var client = scene.client()) {
      var orders = new Orders(client);
      orders.offerPlenty();
      return orders.placeEachKind(Scene.newRun("passes"));
    }
  }

  /** The points that each service has passed since it started, in the order of the services. */
  private static Map<String, List<String>> passedByService() {
    var passed = new LinkedHashMap<String, List<String>>();
    for (String service : SERVICES) {
      passed.put(
          service,
          points(service).entrySet().stream()
              .filter(point -> point.getValue() > 0)
              .map(Map.Entry::getKey)
              .toList());
    }
    return passed;
  }

  private static Set<String> allPoints() {
    return new TreeSet<>(points(SERVICES.getFirst()).keySet());
  }

  private static Map<String, Long> points(String service) {
    return Management.ofService(service)
        .map(Management::faultPoints)
        .orElseThrow(() -> new ComponentFailed(service));
  }
}
