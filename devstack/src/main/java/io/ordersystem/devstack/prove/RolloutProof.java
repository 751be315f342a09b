package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.client.CallLimits;
import io.ordersystem.devstack.metrics.Sample;
import io.ordersystem.devstack.metrics.Samples;
import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.stack.LocalService;
import io.ordersystem.devstack.stack.Management;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Two instances of each service stand behind the gateway and are restarted one by one, as a new
 * release does it, while clients that ask only once place orders and read from all services.
 */
final class RolloutProof implements Proof {
  private static final int ROUNDS = 3;

  /** Five requests each: about what eight services on two cores answer while one of them starts. */
  private static final int ORDERS_PER_SECOND = 4;

  private static final int QUICK_ORDERS_PER_SECOND = 1;

  /** All instances of each. */
  private static final List<String> SERVICES =
      Arrays.stream(LocalService.values()).map(LocalService::shortName).toList();

  /** One instance of the service that has most to do. */
  private static final List<String> QUICK = List.of("order-1");

  private static final Duration SHARED_WITHIN = Duration.ofSeconds(20);
  private static final Duration DECIDED_WITHIN = Duration.ofSeconds(120);

  /** Nothing is asked a second time: what fails is seen. */
  private static final CallLimits ONCE =
      new CallLimits(
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          1,
          Duration.ofMillis(100),
          Duration.ofSeconds(1));

  private static final String ORDERS =
      "SELECT count(*) FROM orders.orders WHERE parent_order_id IS NULL";
  private static final String CONFIRMED =
      "SELECT id::text FROM orders.orders WHERE parent_order_id IS NULL AND status = 'CONFIRMED'";

  @Override
  public String name() {
    return "rollout";
  }

  @Override
  public String promise() {
    return "while two instances of each service are restarted one by one, no request fails and no order is lost or doubled";
  }

  @Override
  public boolean holds(Scene scene, boolean quick, @Nullable Path directory) throws Exception {
    if (!quick && !scene.startsEmpty("--replicas", "2")) {
      return false;
    }
    if (quick && scene.run("up", "--replicas", "2") != 0) {
      return false;
    }
    long before = scene.number(ORDERS);
    boolean holds;
    try (var client = scene.client(ONCE);
        var traffic =
            Traffic.start(
                client,
                quick ? QUICK_ORDERS_PER_SECOND : ORDERS_PER_SECOND,
                Scene.newRun("rollout"))) {
      holds = allShareTheWork(scene);
      holds &= restarts(scene, quick, traffic);
      traffic.stop();
      scene.say(
          "%d orders acknowledged of %d, %d requests answered, %d failed",
          traffic.taken().size(), traffic.begun(), traffic.answered(), traffic.failed());
      traffic.failures().forEach(failure -> scene.say("  failed: %s", failure));
      holds &= traffic.failed() == 0 & traffic.taken().size() == traffic.begun();
      holds &= eachOrderIsThereOnce(scene, traffic, before);
    }
    // Where others killed processes before, some mails may be there twice.
    return holds & scene.booksAreClean() & (quick || Mails.asExpected(scene, 0));
  }

  private static boolean restarts(Scene scene, boolean quick, Traffic traffic) {
    boolean all = true;
    for (int round = 1; round <= (quick ? 1 : ROUNDS); round++) {
      for (String service : quick ? QUICK : SERVICES) {
        all &= scene.run("restart", service) == 0;
        scene.say(
            "round %d: %d orders acknowledged, %d requests failed",
            round, traffic.taken().size(), traffic.failed());
      }
    }
    return all;
  }

  /** A second instance that nobody asks would make a restart of the first look good. */
  private static boolean allShareTheWork(Scene scene) {
    boolean all =
        Await.within(
            SHARED_WITHIN,
            () ->
                Arrays.stream(LocalService.values())
                    .allMatch(service ->
                        requests(service.shortName()) > 0
                            && requests(service.shortName() + "-1") > 0));
    scene.say("both instances of each service %s", all ? "are asked" : "ARE NOT ASKED");
    return all;
  }

  private static double requests(String instance) {
    return Samples.parse(Management.ofService(instance).orElseThrow().metrics())
        .named("http_server_requests_seconds_count")
        .all()
        .stream()
        .filter(sample -> sample.label("uri").startsWith("/api"))
        .mapToDouble(Sample::value)
        .sum();
  }

  private static boolean eachOrderIsThereOnce(Scene scene, Traffic traffic, long before) {
    boolean decided = Await.within(DECIDED_WITHIN, () -> scene.undecided() == 0);
    long more = scene.number(ORDERS) - before;
    var missing = new TreeSet<>(traffic.taken().keySet());
    scene.texts(CONFIRMED).forEach(missing::remove);
    scene.say(
        "%d orders are there, %d acknowledged ones are not CONFIRMED%s",
        more, missing.size(), decided ? "" : ", NOT ALL DECIDED");
    return decided & more == traffic.taken().size() & missing.isEmpty();
  }
}
