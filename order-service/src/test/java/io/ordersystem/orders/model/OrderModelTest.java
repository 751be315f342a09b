package io.ordersystem.orders.model;

import static io.ordersystem.orders.Shop.SOON;
import static io.ordersystem.orders.Shop.as;
import static io.ordersystem.orders.Shop.confirmed;
import static io.ordersystem.orders.Shop.newVariant;
import static io.ordersystem.orders.Shop.offer;
import static io.ordersystem.orders.Shop.order;
import static io.ordersystem.orders.Shop.settled;
import static io.ordersystem.orders.Shop.stockAnswered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import io.ordersystem.contracts.EventType;
import io.ordersystem.devstack.testing.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Random steps of all roles, done to the running service and to a model of what it must do: both
 * must agree after every step. A failing run prints its seed and the fewest steps that still fail;
 * {@code -Dmodel.seed=N} runs one seed again.
 */
@QuarkusTest
class OrderModelTest {
  private static final int RUNS = 16;
  private static final int STEPS = 18;
  private final String tea = newVariant();
  private final String cup = newVariant();
  private final String pot = newVariant();

  @Test
  void serviceAndModelAgreeAfterEveryStep() {
    offer(tea, "s1", 1, 100_000);
    offer(cup, "s1", 1, 100_000);
    offer(pot, "s2", 1, 100_000);
    Long given = Long.getLong("model.seed");
    long first = given == null ? System.nanoTime() : given;
    for (long seed = first; seed < first + (given == null ? RUNS : 1); seed++) {
      var random = new Random(seed);
      List<Step> steps = IntStream.range(0, STEPS).mapToObj(i -> Step.random(random)).toList();
      Optional<Failure> failure = run(seed, steps);
      if (failure.isPresent()) {
        fail(shrunk(seed, steps, failure.get()));
      }
    }
  }

  @Test
  void aWrongModelIsFoundAndShrunkToTheStepThatShowsIt() {
    offer(tea, "s1", 1, 100_000);
    offer(cup, "s1", 1, 100_000);
    offer(pot, "s2", 1, 100_000);
    // The model of an order that was placed otherwise: it costs one more.
    var accept = new Step(Step.Kind.ACCEPT, "operator", 0, 0, List.of(1, 0), 0, true);
    var ship = new Step(Step.Kind.SHIP, "operator", 0, 0, List.of(1, 0), 0, true);
    var cancel = new Step(Step.Kind.CANCEL_UNITS, "operator", 1, 0, List.of(1, 0), 0, true);
    wrong = true;
    try {
      List<Step> steps = List.of(cancel, accept, cancel, ship);
      Failure failure = run(1, steps).orElseThrow();
      assertThat(shrunk(1, steps, failure)).contains("seed 1").contains("1 steps");
    } finally {
      wrong = false;
    }
  }

  private boolean wrong;

  /** Where service and model parted. */
  private record Failure(int step, String why) {}

  private String shrunk(long seed, List<Step> steps, Failure failure) {
    var fewest = new ArrayList<>(steps.subList(0, failure.step() + 1));
    String why = failure.why();
    for (int i = fewest.size() - 2; i >= 0; i--) {
      var without = new ArrayList<>(fewest);
      without.remove(i);
      Optional<Failure> still = run(seed, without);
      if (still.isPresent()) {
        fewest = new ArrayList<>(without.subList(0, still.get().step() + 1));
        why = still.get().why();
        i = Math.min(i, fewest.size() - 1);
      }
    }
    return "seed %d (-Dmodel.seed=%d): %s, after %d steps: %s"
        .formatted(seed, seed, why, fewest.size(), fewest);
  }

  private Optional<Failure> run(long seed, List<Step> steps) {
    var random = new Random(seed);
    String customer = "c-" + UUID.randomUUID();
    JsonObject placed = confirmed(TestTokens.service(), customer, body(customer, random));
    var model = model(placed);
    var run = new Run(placed, customer, model);
    for (int i = 0; i < steps.size(); i++) {
      String why = run.step(steps.get(i));
      if (!why.isEmpty()) {
        return Optional.of(new Failure(i, why));
      }
    }
    return Optional.empty();
  }

  private String body(String customer, Random random) {
    String split =
        random.nextBoolean()
            ? ", {\"variantId\": \"%s\", \"quantity\": %d, \"unitPrice\": %d}"
                .formatted(pot, 1 + random.nextInt(4), 1 + random.nextInt(1000))
            : "";
    return """
    {"customerId": "%s", "shippingAmount": %d, "discountAmount": %d, "items": [
      {"variantId": "%s", "quantity": %d, "unitPrice": %d}, {"variantId": "%s", "quantity": %d, "unitPrice": %d}%s]}
    """
        .formatted(
            customer,
            random.nextInt(100),
            random.nextInt(2),
            tea,
            1 + random.nextInt(5),
            1 + random.nextInt(1000),
            cup,
            1 + random.nextInt(3),
            1 + random.nextInt(1000),
            split);
  }

  private OrderModel model(JsonObject placed) {
    var model = new OrderModel();
    for (JsonObject order : leaves(placed)) {
      var leaf = new OrderModel.Leaf();
      for (JsonObject item : objects(order.getJsonArray("items"))) {
        long shipping = item.getLong("shippingAmount");
        long goods = item.getLong("totalPrice") - shipping + (wrong ? 1 : 0);
        leaf.lines.add(new OrderModel.Line(item.getInteger("quantity"), goods, shipping));
      }
      model.leaves.add(leaf);
    }
    return model;
  }

  private static List<JsonObject> leaves(JsonObject order) {
    List<JsonObject> children = objects(order.getJsonArray("children"));
    return children.isEmpty() ? List.of(order) : children;
  }

  private static List<JsonObject> objects(JsonArray array) {
    return array.stream().map(JsonObject.class::cast).toList();
  }

  /** One order, lived through on both sides. */
  private static final class Run {
    private final UUID root;
    private final List<JsonObject> leaves;
    private final String customer;
    private final OrderModel model;
    private long paymentVersion = 2;

    private Run(JsonObject placed, String customer, OrderModel model) {
      this.root = UUID.fromString(placed.getString("id"));
      this.leaves = leaves(placed);
      this.customer = customer;
      this.model = model;
    }

    /** What differs after the step; empty when nothing does. */
    private String step(Step step) {
      JsonObject leaf = leaves.get(step.leaf() % leaves.size());
      int expected = model.apply(step);
      int status = send(step, leaf).statusCode();
      if (status != expected) {
        return "%s was answered with %d, the model says %d".formatted(step, status, expected);
      }
      if (status == 201) {
        answer(step, UUID.fromString(leaf.getString("id")));
      }
      return differences(step);
    }

    private Response send(Step step, JsonObject leaf) {
      String path = "/api/orders/" + leaf.getString("id");
      var caller =
          as(
              switch (step.role()) {
                case "customer" -> TestTokens.customer(customer);
                case "seller" -> TestTokens.seller(leaf.getString("sellerId"));
                case "operator" -> TestTokens.operator();
                default -> TestTokens.service();
              });
      return switch (step.kind()) {
        case ACCEPT -> caller.post(path + "/acceptance");
        case SHIP ->
            caller
                .body(lines(step, leaf).put("carrier", "DHL").put("trackingNumber", "1").encode())
                .post(path + "/shipments");
        case DELIVER -> caller.post(path + "/shipments/" + shipment(step, leaf) + "/delivery");
        case CANCEL_ALL ->
            caller.body(new JsonObject().put("reason", "x").encode()).post(path + "/cancellation");
        case CANCEL_UNITS ->
            caller.body(lines(step, leaf).put("reason", "x").encode()).post(path + "/cancellation");
        case REFUND ->
            caller
                .body(
                    lines(step, leaf)
                        .put("shippingAmount", step.shipping())
                        .put("reason", "x")
                        .encode())
                .post(path + "/refunds");
      };
    }

    private static JsonObject lines(Step step, JsonObject leaf) {
      List<JsonObject> items = objects(leaf.getJsonArray("items"));
      var lines = new JsonArray();
      step.units(items.size())
          .forEach((line, quantity) ->
              lines.add(
                  new JsonObject()
                      .put("itemId", items.get(line).getString("id"))
                      .put("quantity", quantity)));
      return new JsonObject().put("lines", lines);
    }

    private static String shipment(Step step, JsonObject leaf) {
      JsonArray shipments = order(UUID.fromString(leaf.getString("id"))).getJsonArray("shipments");
      return step.index() < shipments.size()
          ? shipments.getJsonObject(step.index()).getString("id")
          : UUID.randomUUID().toString();
    }

    /** Plays the neighbours, and waits until their answer is in. */
    private void answer(Step step, UUID leaf) {
      boolean ship = step.kind() == Step.Kind.SHIP;
      JsonArray made = order(leaf).getJsonArray(ship ? "shipments" : "refunds");
      JsonObject last = made.getJsonObject(made.size() - 1);
      UUID id = UUID.fromString(last.getString("id"));
      if (ship) {
        stockAnswered(EventType.RESERVATION_COMMITTED, root, id);
      }
      String pending = last.getString(ship ? "captureStatus" : "status");
      if (pending.equals("PENDING")) {
        EventType type =
            ship
                ? step.answer() ? EventType.PAYMENT_CAPTURED : EventType.PAYMENT_CAPTURE_FAILED
                : step.answer() ? EventType.PAYMENT_REFUNDED : EventType.PAYMENT_REFUND_FAILED;
        settled(
            type,
            root,
            ++paymentVersion,
            ship ? "CAPTURE" : "REFUND",
            id,
            leaf,
            last.getLong("amount"),
            step.answer() ? null : "refused");
        await()
            .atMost(SOON)
            .until(() ->
                !order(leaf)
                    .getJsonArray(ship ? "shipments" : "refunds")
                    .getJsonObject(made.size() - 1)
                    .getString(ship ? "captureStatus" : "status")
                    .equals("PENDING"));
      }
      boolean good = step.answer() || !pending.equals("PENDING");
      if (ship) {
        model.captured(step, good);
      } else {
        model.refunded(step, good);
      }
    }

    private String differences(Step step) {
      JsonObject now = order(root);
      List<JsonObject> service = leaves(now);
      long cancelled = 0;
      long captured = 0;
      long refunded = 0;
      for (int i = 0; i < service.size(); i++) {
        OrderModel.Leaf leaf = model.leaves.get(i);
        String expected =
            "%s, cancelled %d, captured %d, refunded %d"
                .formatted(leaf.status, leaf.cancelled, leaf.captured, leaf.refunded);
        String actual = state(service.get(i));
        if (!actual.equals(expected)) {
          return "after %s leaf %d is %s, the model says %s".formatted(step, i, actual, expected);
        }
        String broken = broken(service.get(i));
        if (!broken.isEmpty()) {
          return "after %s leaf %d: %s".formatted(step, i, broken);
        }
        cancelled += leaf.cancelled;
        captured += leaf.captured;
        refunded += leaf.refunded;
      }
      String expected =
          "%s, cancelled %d, captured %d, refunded %d"
              .formatted(model.status(), cancelled, captured, refunded);
      return state(now).equals(expected)
          ? ""
          : "after %s the order is %s, the model says %s".formatted(step, state(now), expected);
    }

    /** What must hold of every order at any time. */
    private static String broken(JsonObject leaf) {
      long total = leaf.getLong("totalAmount");
      long itemsCancelled = sum(leaf.getJsonArray("items"), "cancelledAmount");
      long captured =
          objects(leaf.getJsonArray("shipments")).stream()
              .filter(shipment -> shipment.getString("captureStatus").equals("CAPTURED"))
              .mapToLong(shipment -> shipment.getLong("amount"))
              .sum();
      if (itemsCancelled != leaf.getLong("cancelledAmount")) {
        return "its lines were cancelled for " + itemsCancelled;
      }
      if (captured != leaf.getLong("capturedAmount")) {
        return "its parcels were captured for " + captured;
      }
      if (leaf.getLong("cancelledAmount") + captured > total) {
        return "more than its total is cancelled and captured";
      }
      if (leaf.getString("status").equals("DELIVERED")) {
        long shipped =
            sum(leaf.getJsonArray("shipments"), "amount") + leaf.getLong("cancelledAmount");
        return shipped == total ? "" : "its parts make up " + shipped + " of " + total;
      }
      return "";
    }

    private static long sum(JsonArray array, String field) {
      return objects(array).stream().mapToLong(object -> object.getLong(field)).sum();
    }

    private static String state(JsonObject order) {
      return "%s, cancelled %d, captured %d, refunded %d"
          .formatted(
              order.getString("status"),
              order.getLong("cancelledAmount"),
              order.getLong("capturedAmount"),
              order.getLong("refundedAmount"));
    }
  }
}
