package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.client.Answer;
import io.ordersystem.devstack.client.CallFailed;
import io.ordersystem.devstack.client.CallLimits;
import io.ordersystem.devstack.client.Caller;
import io.ordersystem.devstack.client.Offer;
import io.ordersystem.devstack.client.OrderSystemClient;
import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.Ports;
import io.ordersystem.devstack.stack.Component;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Many more buyers than there is: by REST and through orders, by one inventory-service and by two
 * of which one is killed half way. Exactly what there is gets held or sold, everybody else is told
 * so plainly.
 */
final class InventoryProof implements Proof {
  private static final int BUYERS = 5_000;
  private static final int QUICK_BUYERS = 500;
  private static final int UNITS = 100;
  private static final int CONNECTIONS = 32;
  private static final String SELLER = "rush";
  private static final Duration TAKES_PART_WITHIN = Duration.ofSeconds(30);
  private static final Duration DECIDED_WITHIN = Duration.ofMinutes(4);

  /** One try: who gets no answer asks the other instance, by the same key. */
  private static final CallLimits ONCE =
      new CallLimits(
          Duration.ofSeconds(2), Duration.ofSeconds(10), 1, Duration.ofMillis(50), Duration.ZERO);

  @Override
  public String name() {
    return "inventory";
  }

  @Override
  public String promise() {
    return "of a hundred units exactly a hundred are held or sold, whoever asks, by whichever way, whatever dies";
  }

  @Override
  public boolean holds(Scene scene, boolean quick, @Nullable Path directory) throws Exception {
    if (!quick && !scene.startsEmpty()) {
      return false;
    }
    int buyers = quick ? QUICK_BUYERS : BUYERS;
    long quietUntil = deadlocks(scene);
    boolean holds;
    try (var client = scene.client()) {
      holds = byRest(scene, client, buyers, "one instance", null);
      holds &= throughOrders(scene, client, buyers, "one instance", null);
    }
    holds &=
        withTwo(
            scene, (client, second) -> byRest(scene, client, buyers, "two, one killed", second));
    holds &=
        withTwo(
            scene,
            (client, second) -> throughOrders(scene, client, buyers, "two, one killed", second));
    long deadlocks = deadlocks(scene) - quietUntil;
    scene.say("deadlocks in the PostgreSQL log: %d", deadlocks);
    return holds & deadlocks == 0 & scene.booksAreClean();
  }

  /** A second inventory-service, and where it listens. */
  private record Second(Component process, int port, int management) {
    /** How many requests of that door it has decided. */
    long decided(String door) {
      return Metrics.sum(management, "inventory_reservation_requests_total", "door", door);
    }
  }

  @FunctionalInterface
  private interface Rush {
    boolean holds(OrderSystemClient client, Second second) throws Exception;
  }

  private static boolean withTwo(Scene scene, Rush rush) throws Exception {
    int port = Ports.free();
    int management = Ports.free();
    Component process = scene.system().further("inventory", 1, port, management);
    process.start().run();
    try (var client = scene.client()) {
      return rush.holds(client, new Second(process, port, management));
    } finally {
      process.stop().run();
    }
  }

  private static boolean byRest(
      Scene scene, OrderSystemClient client, int buyers, String how, @Nullable Second second)
      throws InterruptedException {
    String variant = offered(client, "rest");
    Caller gateway = client.service("prove");
    try (var direct = second == null ? null : scene.clientOf(second.port(), ONCE)) {
      Caller other = direct == null ? gateway : direct.service("prove");
      var told =
          rush(
              buyers,
              second,
              buyer -> {
                Map<String, Object> wish =
                    Map.of(
                        "reservationKey",
                        variant + "-" + buyer,
                        "ttlSeconds",
                        3_600,
                        "items",
                        List.of(Map.of("variantId", variant, "sellerId", SELLER, "quantity", 1)));
                return told(hold(buyer % 2 == 0 ? gateway : other, gateway, wish));
              });
      long held = reserved(scene, variant);
      long lines =
          scene.number(
              "SELECT coalesce(sum(quantity), 0) FROM inventory.inventory_reservations WHERE status = 'ACTIVE' AND variant_id = '%s'"
                  .formatted(variant));
      say(scene, "by REST, " + how, buyers, told);
      scene.say("  reserved %d, held by reservations %d", held, lines);
      return held == UNITS
          && lines == UNITS
          && told.equals(Map.of("201", UNITS, "409 insufficient-stock", buyers - UNITS));
    }
  }

  private static Answer hold(Caller first, Caller otherwise, Map<String, Object> wish) {
    String path = "/api/inventory/reservations";
    try {
      Answer answer = first.call("POST", path, wish, null);
      if (answer.status() != 503) {
        return answer;
      }
    } catch (CallFailed unanswered) {
      // Killed, before or after it held: the key tells.
    }
    return otherwise.call("POST", path, wish, null);
  }

  private static boolean throughOrders(
      Scene scene, OrderSystemClient client, int buyers, String how, @Nullable Second second)
      throws InterruptedException {
    Caller shop = client.service("prove");
    if (second != null && !takesPart(second, client, shop)) {
      scene.say("the second instance decides no order");
      return false;
    }
    String variant = offered(client, "order");
    var told = rush(buyers, second, buyer -> told(order(shop, variant, buyer)));
    boolean decided = Await.within(DECIDED_WITHIN, () -> scene.undecided() == 0);
    say(scene, "through orders, " + how, buyers, told);
    var became = new TreeMap<String, Integer>();
    for (String state :
        scene.texts(
            """
            SELECT DISTINCT ON (o.id) o.status || coalesce(' ' || o.cancel_reason, '') FROM orders.orders o
            JOIN orders.order_items i ON i.order_id = o.id WHERE i.variant_id = '%s'
            """
                .formatted(variant))) {
      became.merge(state, 1, Integer::sum);
    }
    scene.say("  orders became %s; reserved %d", became, reserved(scene, variant));
    int placed = told.getOrDefault("201", 0);
    int refused = told.getOrDefault("409 insufficient-stock", 0);
    return decided
        && placed + refused == buyers
        && became.getOrDefault("CONFIRMED", 0) == UNITS
        && became.getOrDefault("CANCELLED OUT_OF_STOCK", 0) == placed - UNITS
        && reserved(scene, variant) == UNITS;
  }

  private static Answer order(Caller shop, String variant, int buyer) {
    return shop.call(
        "POST",
        "/api/orders",
        Map.of(
            "customerId",
            "buyer-" + buyer,
            "items",
            List.of(Map.of("variantId", variant, "quantity", 1))),
        variant + "-" + buyer);
  }

  /** Orders something else until the second has decided some of it: it has got partitions then. */
  private static boolean takesPart(Second second, OrderSystemClient client, Caller shop) {
    String other = offered(client, "probe");
    var probes = new AtomicInteger();
    return Await.within(
        TAKES_PART_WITHIN,
        () -> {
          if (probes.get() < UNITS) {
            order(shop, other, probes.incrementAndGet());
          }
          return second.decided("orders") > 0;
        });
  }

  /** Everybody at once, so many at a time; half way the second instance is killed. */
  private static Map<String, Integer> rush(
      int buyers, @Nullable Second second, IntFunction<String> buy) throws InterruptedException {
    var told = new ConcurrentHashMap<String, Integer>();
    var done = new AtomicInteger();
    var killed = new AtomicBoolean(second == null);
    var took = new AtomicBoolean(second == null);
    var free = new Semaphore(CONNECTIONS);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < buyers; i++) {
        int buyer = i;
        free.acquire();
        threads.submit(() -> {
          try {
            told.merge(buy.apply(buyer), 1, Integer::sum);
          } catch (RuntimeException failure) {
            told.merge(String.valueOf(failure), 1, Integer::sum);
          } finally {
            free.release();
          }
          // Of a hundred units half are gone when so many have asked.
          if (done.incrementAndGet() >= UNITS / 2
              && second != null
              && killed.compareAndSet(false, true)) {
            // What it has decided is in its metrics, which die with it.
            took.set(second.decided("rest") + second.decided("orders") > 0);
            second.process().daemon().kill();
          }
        });
      }
    }
    if (!took.get()) {
      told.merge("the second instance had decided nothing when it was killed", 1, Integer::sum);
    }
    return told;
  }

  private static String told(Answer answer) {
    return answer.status() == 201 ? "201" : answer.status() + " " + answer.code();
  }

  private static void say(Scene scene, String how, int buyers, Map<String, Integer> told) {
    scene.say("%s: %d buyers of %d units were told %s", how, buyers, UNITS, new TreeMap<>(told));
  }

  private static String offered(OrderSystemClient client, String way) {
    String variant = Scene.newRun("rush-" + way);
    client
        .operator("prove")
        .putOffer(variant, SELLER, new Offer.Terms("Rush", 1_999, "EUR", UNITS, 0));
    return variant;
  }

  private static long reserved(Scene scene, String variant) {
    return scene.number(
        "SELECT reserved FROM inventory.inventory WHERE variant_id = '%s'".formatted(variant));
  }

  private static long deadlocks(Scene scene) throws IOException {
    try (Stream<String> lines = Files.lines(scene.log("postgres"))) {
      return lines.filter(line -> line.contains("deadlock detected")).count();
    }
  }
}
