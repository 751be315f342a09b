package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.client.CallLimits;
import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.Ports;
import io.ordersystem.devstack.stack.LocalPort;
import io.ordersystem.devstack.stack.Management;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Kafka is away under load: orders are taken all the same, and the backlog drains quickly. */
final class OutageProof implements Proof {
  private static final Duration OUTAGE = Duration.ofMinutes(2);
  private static final Duration QUICK_OUTAGE = Duration.ofSeconds(10);
  private static final int ORDERS_PER_SECOND = 4;
  private static final Duration DRAINED_WITHIN = Duration.ofSeconds(90);
  private static final Duration DECIDED_WITHIN = Duration.ofSeconds(180);
  private static final double FASTER_THAN_INCOMING = 5;

  /** Events that may be on their way at any moment, at the rate of the load. */
  private static final long A_FEW = 10;

  private static final String EVENTS = "SELECT coalesce(max(position), 0) FROM orders.outbox";

  private static final CallLimits NO_REPEAT =
      new CallLimits(
          Duration.ofSeconds(5),
          Duration.ofSeconds(20),
          1,
          Duration.ofMillis(500),
          Duration.ofSeconds(2));

  @Override
  public String name() {
    return "outage";
  }

  @Override
  public String promise() {
    return "without Kafka orders are still taken, and once it is back nothing of them is missing";
  }

  @Override
  public boolean holds(Scene scene, boolean quick, @Nullable Path directory) throws Exception {
    if (!quick && !scene.startsEmpty()) {
      return false;
    }
    boolean holds;
    int refused;
    try (var client = scene.client(NO_REPEAT);
        var traffic = Traffic.start(client, ORDERS_PER_SECOND, Scene.newRun("outage"))) {
      Await.within(Duration.ofSeconds(30), () -> traffic.taken().size() >= 2 * ORDERS_PER_SECOND);
      holds = kafkaIsAway(scene, quick, traffic);
      traffic.stop();
      refused = traffic.failedOrders();
      scene.say("%d orders answered 201, %d not", traffic.taken().size(), refused);
      traffic.failures().forEach(failure -> scene.say("  failed: %s", failure));
    }
    long began = System.nanoTime();
    boolean decided = Await.within(DECIDED_WITHIN, () -> scene.undecided() == 0);
    scene.say("%s after %.1f s", decided ? "all decided" : "NOT ALL DECIDED", Scene.seconds(began));
    return holds & decided & refused == 0 & scene.booksAreClean();
  }

  private static boolean kafkaIsAway(Scene scene, boolean quick, Traffic traffic) throws Exception {
    Duration outage = quick ? QUICK_OUTAGE : OUTAGE;
    var kafka = scene.component("kafka");
    var outbox = new Management(LocalPort.ORDER_MANAGEMENT.number());
    kafka.daemon().kill();
    boolean taken = false;
    double incoming = 0;
    Future<Drain> drain;
    try (var watch = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        long away = System.nanoTime();
        int before = traffic.taken().size();
        long eventsBefore = scene.number(EVENTS);
        traffic.runsFor(outage);
        incoming = (scene.number(EVENTS) - eventsBefore) / Scene.seconds(away);
        int during = traffic.taken().size() - before;
        scene.say(
            "Kafka away for %.0f s: %d orders taken, %d refused, %.1f events a second came",
            Scene.seconds(away), during, traffic.failedOrders(), incoming);
        taken = during >= outage.toSeconds() * ORDERS_PER_SECOND * 9 / 10;
      } finally {
        drain = watch.submit(() -> Drain.watch(outbox));
        kafka.start().run();
      }
    }
    Drain drained = drain.get();
    scene.say(
        "backlog of %d events %s %.2f s after the broker took connections: %.0f a second, %.1f times the incoming rate, %.0f needed",
        drained.backlog,
        drained.complete ? "drained" : "NOT DRAINED",
        drained.seconds,
        drained.rate(),
        drained.rate() / incoming,
        FASTER_THAN_INCOMING);
    // What gathers in a few seconds is drained in the time of a reconnection, and other tests share
    // the machine with the short form: there the rate is only shown.
    boolean fast = drained.rate() >= FASTER_THAN_INCOMING * incoming || quick;
    return taken & drained.complete & fast;
  }

  /**
   * How an outbox emptied.
   *
   * @param backlog the most events that were seen to wait
   * @param seconds from the first connection that the broker took until no more than a few waited
   */
  private record Drain(long backlog, double seconds, boolean complete) {
    static Drain watch(Management outbox) {
      var backlog = new AtomicLong();
      Await.within(
          DRAINED_WITHIN,
          () -> {
            backlog.accumulateAndGet(outbox.outbox().get("depth").asLong(), Math::max);
            return Ports.answers(LocalPort.KAFKA.number());
          });
      long back = System.nanoTime();
      boolean complete =
          Await.within(DRAINED_WITHIN, () -> outbox.outbox().get("depth").asLong() <= A_FEW);
      return new Drain(backlog.get(), Scene.seconds(back), complete);
    }

    double rate() {
      return backlog / seconds;
    }
  }
}
