package io.ordersystem.devstack.prove;

import com.fasterxml.jackson.databind.JsonNode;
import io.ordersystem.devstack.client.Answer;
import io.ordersystem.devstack.client.Caller;
import io.ordersystem.devstack.client.Offer;
import io.ordersystem.devstack.client.OrderSystemClient;
import io.ordersystem.devstack.client.ProviderSandbox;
import io.ordersystem.devstack.process.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The life of one order as far as its money is concerned: paid, shipped in parts, given back. */
final class PaymentLife {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final List<String> SELLERS = List.of("paid-1", "paid-2");

  private final Scene scene;
  private final ProviderSandbox sandbox;
  private final OrderSystemClient client;
  private final Caller operator;
  private final String run;

  /** What becomes of an order; which one follows from its number. */
  enum Kind {
    DECLINED,
    ASKED_BY_THE_BANK,
    CANCELLED_AT_ONCE,
    CANCELLED_WHEN_PAID,
    SHIPPED_IN_PARTS_AND_REFUNDED,
    SHIPPED_IN_PART_AND_CANCELLED,
    REFUNDED_AT_THE_PAYMENT;

    static Kind of(int number) {
      return switch (number % 10) {
        case 0 -> DECLINED;
        case 1 -> ASKED_BY_THE_BANK;
        case 2 -> CANCELLED_AT_ONCE;
        case 3 -> CANCELLED_WHEN_PAID;
        case 4, 5, 6 -> SHIPPED_IN_PARTS_AND_REFUNDED;
        case 7, 8 -> SHIPPED_IN_PART_AND_CANCELLED;
        default -> REFUNDED_AT_THE_PAYMENT;
      };
    }

    String card() {
      return switch (this) {
        case DECLINED -> "pm_card_chargeDeclined";
        case ASKED_BY_THE_BANK -> "pm_card_authenticationRequired";
        default -> "pm_card_visa";
      };
    }
  }

  PaymentLife(Scene scene, ProviderSandbox sandbox, OrderSystemClient client, String run) {
    this.scene = scene;
    this.sandbox = sandbox;
    this.client = client;
    this.operator = client.operator("prove");
    this.run = run;
  }

  void offer() {
    for (String seller : SELLERS) {
      operator.putOffer(good(seller), seller, new Offer.Terms("Good", 1234, "EUR", 100_000, 0));
    }
  }

  private String good(String seller) {
    return run + "-" + seller;
  }

  /**
   * Lives it.
   *
   * @return what went otherwise than it should; null when nothing did
   */
  @Nullable String live(int number) {
    Kind kind = Kind.of(number);
    String id = place(number, kind);
    switch (kind) {
      case DECLINED -> {}
      case CANCELLED_AT_ONCE -> cancel(id, number, null);
      case ASKED_BY_THE_BANK -> confirm(id);
      default -> await(id, order -> order.path("status").asText().equals("CONFIRMED"));
    }
    switch (kind) {
      case CANCELLED_WHEN_PAID -> cancel(id, number, null);
      case ASKED_BY_THE_BANK -> ship(id, number, 4, "whole");
      case SHIPPED_IN_PARTS_AND_REFUNDED -> {
        ship(id, number, 3, "first");
        ship(id, number, 1, "second");
        refund(id, number);
      }
      case SHIPPED_IN_PART_AND_CANCELLED -> {
        ship(id, number, 1, "only");
        leaves(order(id)).forEach(leaf -> cancel(leaf.path("id").asText(), number, units(leaf, 3)));
      }
      case REFUNDED_AT_THE_PAYMENT -> {
        ship(id, number, 4, "whole");
        refundAtThePayment(id, number);
      }
      default -> {}
    }
    return await(id, order -> order.path("status").asText().equals(end(kind)))
        ? null
        : "%s %s is %s".formatted(kind, id, order(id).path("status").asText());
  }

  private static String end(Kind kind) {
    return switch (kind) {
      case DECLINED, CANCELLED_AT_ONCE, CANCELLED_WHEN_PAID -> "CANCELLED";
      default -> "SHIPPED";
    };
  }

  private String place(int number, Kind kind) {
    var items = new ArrayList<Map<String, Object>>();
    for (String seller : SELLERS.subList(0, 1 + number % 2)) {
      items.add(Map.of("variantId", good(seller), "sellerId", seller, "quantity", 4));
    }
    return done(client
            .service("prove")
            .call(
                "POST",
                "/api/orders",
                Map.of(
                    "customerId",
                    "payer",
                    "items",
                    items,
                    "shippingAmount",
                    7 * (number % 100),
                    "paymentMethod",
                    kind.card()),
                key(number, "place")))
        .path("id")
        .asText();
  }

  private void confirm(String id) {
    await(id, order -> order.path("paymentStatus").asText().equals("REQUIRES_ACTION"));
    String payment = order(id).path("payment").path("id").asText();
    sandbox.authenticate(
        scene
            .texts("SELECT provider_reference FROM payments.payments WHERE order_id = '" + id + "'")
            .getFirst());
    done(operator.call("POST", "/api/payments/" + payment + "/confirmation", null, null));
    await(id, order -> order.path("status").asText().equals("CONFIRMED"));
  }

  private void cancel(String id, int number, @Nullable Object lines) {
    Map<String, Object> body =
        lines == null
            ? Map.of("reason", "changed my mind")
            : Map.of("reason", "changed my mind", "lines", lines);
    done(
        operator.call(
            "POST", "/api/orders/" + id + "/cancellation", body, key(number, "cancel-" + id)));
  }

  private void ship(String root, int number, int units, String parcel) {
    for (JsonNode leaf : leaves(order(root))) {
      String path = "/api/orders/" + leaf.path("id").asText();
      if (leaf.path("status").asText().equals("CONFIRMED")) {
        done(operator.call("POST", path + "/acceptance", null, key(number, "accept-" + path)));
      }
      done(
          operator.call(
              "POST",
              path + "/shipments",
              Map.of("carrier", "DHL", "trackingNumber", "T1", "lines", units(leaf, units)),
              key(number, parcel + path)));
    }
  }

  /** One unit of each part, once its money was taken. */
  private void refund(String root, int number) {
    for (JsonNode leaf : leaves(order(root))) {
      awaitCaptured(leaf.path("id").asText());
      done(
          operator.call(
              "POST",
              "/api/orders/" + leaf.path("id").asText() + "/refunds",
              Map.of("lines", units(leaf, 1), "reason", "broken", "restock", false),
              key(number, "refund-" + leaf.path("id").asText())));
    }
  }

  private void refundAtThePayment(String root, int number) {
    JsonNode order = order(root);
    for (JsonNode leaf : leaves(order)) {
      awaitCaptured(leaf.path("id").asText());
      done(
          operator.call(
              "POST",
              "/api/payments/" + order.path("payment").path("id").asText() + "/refunds",
              Map.of("orderId", leaf.path("id").asText(), "amount", 100, "reason", "goodwill"),
              key(number, "goodwill-" + leaf.path("id").asText())));
    }
  }

  private void awaitCaptured(String leaf) {
    await(
        leaf, order -> order.path("capturedAmount").asLong() == order.path("totalAmount").asLong());
  }

  private boolean await(String id, Predicate<JsonNode> wanted) {
    return Await.within(PATIENCE, () -> wanted.test(order(id)));
  }

  private JsonNode order(String id) {
    return done(operator.call("GET", "/api/orders/" + id, null, null));
  }

  private static List<JsonNode> leaves(JsonNode order) {
    var leaves = new ArrayList<JsonNode>();
    order.path("children").forEach(leaves::add);
    return leaves.isEmpty() ? List.of(order) : leaves;
  }

  private static List<Map<String, Object>> units(JsonNode leaf, int quantity) {
    return List.of(
        Map.of("itemId", leaf.path("items").path(0).path("id").asText(), "quantity", quantity));
  }

  private String key(int number, String what) {
    return "%s-%d-%s".formatted(run, number, Integer.toHexString(what.hashCode()));
  }

  private static JsonNode done(Answer answer) {
    if (!answer.isOk()) {
      throw new IllegalStateException("refused: " + answer);
    }
    return answer.body();
  }
}
