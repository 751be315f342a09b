package io.ordersystem.devstack.prove;

import com.fasterxml.jackson.databind.JsonNode;
import io.ordersystem.devstack.client.Answer;
import io.ordersystem.devstack.client.Caller;
import io.ordersystem.devstack.client.Offer;
import io.ordersystem.devstack.client.OrderSystemClient;
import io.ordersystem.devstack.process.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Callers of all roles do whatever comes to their minds with the same orders at the same time:
 * accept, ship, deliver, cancel, refund, move, allowed or not. Nothing fails, what cannot be is a
 * refusal, and the books are clean afterwards. What is tried follows from a seed.
 */
final class OrdersProof implements Proof {
  private static final String SEED = "ORDER_SYSTEM_SEED";
  private static final int ORDERS = 100;
  private static final int OPERATIONS = 200;
  private static final int QUICK_ORDERS = 20;
  private static final int QUICK_OPERATIONS = 40;
  private static final int AT_A_TIME = 16;
  private static final int SELLERS = 3;
  private static final Duration SETTLES_WITHIN = Duration.ofSeconds(60);
  private static final String PENDING =
      "SELECT coalesce(sum(jsonb_array_length(pending)), 0) FROM orders.order_sagas";
  private static final String FLAGGED =
      "SELECT order_id || ' ' || flag FROM orders.order_sagas WHERE flagged_at IS NOT NULL";

  @Override
  public String name() {
    return "orders";
  }

  @Override
  public String promise() {
    return "whatever callers of all roles do with orders at once, nothing fails and everything adds up";
  }

  @Override
  public boolean holds(Scene scene, boolean quick, @Nullable Path directory) throws Exception {
    if (!quick && !scene.startsEmpty()) {
      return false;
    }
    String given = System.getenv(SEED);
    long seed = given == null ? System.nanoTime() : Long.parseLong(given);
    int orders = quick ? QUICK_ORDERS : ORDERS;
    int operations = quick ? QUICK_OPERATIONS : OPERATIONS;
    scene.say(
        "seed %d (again: %s=%d): %d orders, %d operations each, %d at a time",
        seed, SEED, seed, orders, operations, AT_A_TIME);
    var seen = new ConcurrentHashMap<String, AtomicInteger>();
    var wrong = new ConcurrentHashMap<String, AtomicInteger>();
    long began = System.nanoTime();
    try (var client = scene.client();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<String> placed = place(client, seed, orders);
      var free = new Semaphore(AT_A_TIME);
      var random = new Random(seed);
      for (int i = 0; i < orders * operations; i++) {
        String order = placed.get(random.nextInt(placed.size()));
        long operationSeed = random.nextLong();
        free.acquire();
        threads.submit(() -> {
          try {
            operate(client, order, new Random(operationSeed), seen, wrong);
          } catch (RuntimeException failure) {
            count(wrong, String.valueOf(failure));
          } finally {
            free.release();
          }
        });
      }
    }
    double seconds = Scene.seconds(began);
    new TreeMap<>(seen).forEach((what, times) -> scene.say("%6d  %s", times.get(), what));
    new TreeMap<>(wrong).forEach((what, times) -> scene.say("%6d  WRONG: %s", times.get(), what));
    scene.say("%d operations in %.1f s", orders * operations, seconds);
    boolean settled = Await.within(SETTLES_WITHIN, () -> scene.number(PENDING) == 0);
    scene.say("commands that wait for their answer: %d", scene.number(PENDING));
    List<String> flagged = scene.texts(FLAGGED);
    flagged.forEach(flag -> scene.say("flagged: %s", flag));
    return wrong.isEmpty() && settled && flagged.isEmpty() && scene.booksAreClean();
  }

  private static List<String> place(OrderSystemClient client, long seed, int orders) {
    Caller operator = client.operator("prove");
    Caller service = client.service("prove");
    var random = new Random(seed);
    String run = Long.toString(seed, 36).replace('-', 'x');
    for (int seller = 0; seller < SELLERS; seller++) {
      for (int good = 0; good < 2; good++) {
        operator.putOffer(
            "life-%s-%d-%d".formatted(run, seller, good),
            "life-" + seller,
            new Offer.Terms("Good", 333 + 500L * good, "EUR", 10_000, 0));
      }
    }
    var placed = new ArrayList<String>();
    for (int i = 0; i < orders; i++) {
      placed.add(placeOne(service, run, random, i));
    }
    return placed;
  }

  private static String placeOne(Caller service, String run, Random random, int number) {
    var items = new ArrayList<Map<String, Object>>();
    int sellers = 1 + random.nextInt(SELLERS);
    for (int seller = 0; seller < sellers; seller++) {
      for (int good = 0; good < 1 + random.nextInt(2); good++) {
        items.add(
            Map.of(
                "variantId",
                "life-%s-%d-%d".formatted(run, seller, good),
                "quantity",
                1 + random.nextInt(6)));
      }
    }
    Answer answer =
        service.call(
            "POST",
            "/api/orders",
            Map.of(
                "customerId",
                "life",
                "items",
                items,
                "shippingAmount",
                random.nextInt(1000),
                "discountAmount",
                random.nextInt(100),
                "contact",
                Map.of("name", "Ada", "email", "life@example.org")),
            "life-%s-%d".formatted(run, number));
    if (answer.status() != 201) {
      throw new IllegalStateException("an order was refused: " + answer);
    }
    return answer.body().path("id").asText();
  }

  private static void operate(
      OrderSystemClient client,
      String root,
      Random random,
      Map<String, AtomicInteger> seen,
      Map<String, AtomicInteger> wrong) {
    JsonNode tree = client.operator("prove").call("GET", "/api/orders/" + root, null, null).body();
    List<JsonNode> targets = new ArrayList<>(List.of(tree));
    tree.path("children").forEach(targets::add);
    JsonNode target = targets.get(random.nextInt(targets.size()));
    String role = List.of("customer", "seller", "operator", "service").get(random.nextInt(4));
    Caller caller =
        switch (role) {
          case "customer" -> client.customer("life");
          case "seller" -> client.seller("u", target.path("sellerId").asText("life-0"));
          case "operator" -> client.operator("prove");
          default -> client.service("prove");
        };
    String path = "/api/orders/" + target.path("id").asText();
    Wish wish = Wish.random(target, random);
    Answer answer = caller.call(wish.method(), path + wish.path(), wish.body(), wish.key(random));
    String what = "%-14s %-9s %d %s".formatted(wish.name(), role, answer.status(), answer.code());
    count(seen, what.strip());
    if (!isExpected(answer)) {
      count(wrong, what + " " + answer.body());
    }
  }

  /** Done, or refused for a reason that the contract names. */
  private static boolean isExpected(Answer answer) {
    return switch (answer.status()) {
      case 200, 201, 403, 404, 412 -> true;
      case 409 ->
          List.of(
                  "illegal-transition",
                  "split-order",
                  "not-captured",
                  "amount-exceeds-captured",
                  "concurrent-update",
                  "payment-not-authorised")
              .contains(answer.code());
      case 422 -> answer.code().equals("validation-failed");
      default -> false;
    };
  }

  private static void count(Map<String, AtomicInteger> counts, String what) {
    counts.computeIfAbsent(what, any -> new AtomicInteger()).incrementAndGet();
  }

  /** What somebody tries. */
  private record Wish(String name, String method, String path, @Nullable Object body) {
    static Wish random(JsonNode order, Random random) {
      return switch (random.nextInt(10)) {
        case 0, 1 -> new Wish("acceptance", "POST", "/acceptance", null);
        case 2, 3, 4 ->
            new Wish(
                "shipment",
                "POST",
                "/shipments",
                Map.of("carrier", "DHL", "trackingNumber", "T1", "lines", lines(order, random)));
        case 5, 6 -> delivery(order, random);
        case 7 -> {
          var body = new HashMap<String, Object>(Map.of("reason", "changed my mind"));
          // Mostly in part: a whole cancellation leaves nothing to try.
          if (random.nextInt(8) > 0) {
            body.put("lines", lines(order, random));
          }
          yield new Wish("cancellation", "POST", "/cancellation", body);
        }
        case 8 ->
            new Wish(
                "refund",
                "POST",
                "/refunds",
                Map.of(
                    "lines",
                    lines(order, random),
                    "shippingAmount",
                    random.nextInt(3) == 0 ? random.nextInt(200) : 0,
                    "reason",
                    "broken",
                    "restock",
                    random.nextBoolean()));
        default ->
            new Wish(
                "address",
                "PATCH",
                "",
                Map.of("shippingAddress", Map.of("city", "City " + random.nextInt(5))));
      };
    }

    private static Wish delivery(JsonNode order, Random random) {
      JsonNode shipments = order.path("shipments");
      String id =
          shipments.isEmpty()
              ? "none"
              : shipments.get(random.nextInt(shipments.size())).path("id").asText();
      return new Wish("delivery", "POST", "/shipments/" + id + "/delivery", null);
    }

    private static List<Map<String, Object>> lines(JsonNode order, Random random) {
      var items = new ArrayList<JsonNode>();
      order.path("items").forEach(items::add);
      order.path("children").forEach(child -> child.path("items").forEach(items::add));
      var lines = new ArrayList<Map<String, Object>>();
      for (int i = 0; i < 1 + random.nextInt(2); i++) {
        JsonNode item = items.get(random.nextInt(items.size()));
        lines.add(Map.of("itemId", item.path("id").asText(), "quantity", 1 + random.nextInt(3)));
      }
      return lines;
    }

    /** Every POST has one, so that a lost answer is no second operation. */
    @Nullable String key(Random random) {
      return method.equals("POST") ? "op-" + Long.toHexString(random.nextLong()) : null;
    }
  }
}
