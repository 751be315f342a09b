package io.ordersystem.devstack.replay;

import com.fasterxml.jackson.databind.JsonNode;
import io.ordersystem.devstack.client.Answer;
import io.ordersystem.devstack.client.CallFailed;
import io.ordersystem.devstack.client.Caller;
import io.ordersystem.devstack.client.Offer;
import io.ordersystem.devstack.process.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What became of the confirmed orders then: those with a {@code shippedDate} are accepted, shipped
 * whole and delivered, seller by seller; the others stay as they are. Afterwards statuses, captured
 * money and stock are what the files imply.
 */
final class Fulfilment {
  static final String CARRIER = "Speedy Express";

  private static final Duration SETTLES_WITHIN = Duration.ofSeconds(120);

  private final Caller service;
  private final String run;

  Fulfilment(Caller service, String run) {
    this.service = service;
    this.run = run;
  }

  /** Of the only parcel of an order of one seller. */
  static String trackingNumber(String orderId) {
    return "NW-" + orderId;
  }

  /** Ships what was shipped; answers what could not be done, one text each. */
  List<String> ship(List<Outcome> outcomes, int concurrency) throws InterruptedException {
    List<String> failures = Collections.synchronizedList(new ArrayList<>());
    var free = new Semaphore(concurrency);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var outcome : outcomes) {
        if (outcome instanceof Outcome.Confirmed confirmed && confirmed.order().shipped()) {
          free.acquire();
          threads.submit(() -> {
            try {
              ship(confirmed);
            } catch (CallFailed | IllegalStateException failure) {
              failures.add("order %d: %s".formatted(confirmed.order().id(), failure.getMessage()));
            } finally {
              free.release();
            }
          });
        }
      }
    }
    return List.copyOf(failures);
  }

  private void ship(Outcome.Confirmed confirmed) {
    var children = confirmed.answer().children();
    if (children.isEmpty()) {
      shipOne(confirmed.answer().id());
    } else {
      children.forEach(child -> shipOne(child.id()));
    }
  }

  private void shipOne(String id) {
    String path = "/api/orders/" + id;
    post(path + "/acceptance", null, "accept-" + id);
    var lines = new ArrayList<Map<String, Object>>();
    order(id)
        .path("items")
        .forEach(item ->
            lines.add(
                Map.of(
                    "itemId",
                    item.path("id").asText(),
                    "quantity",
                    item.path("quantity").asInt())));
    JsonNode shipped =
        post(
            path + "/shipments",
            Map.of("carrier", CARRIER, "trackingNumber", trackingNumber(id), "lines", lines),
            "ship-" + id);
    String shipment = shipped.path("shipments").get(0).path("id").asText();
    post(path + "/shipments/" + shipment + "/delivery", null, "deliver-" + id);
  }

  /** Differences in statuses and money, once what is on its way has arrived. */
  List<String> orderDifferences(List<Outcome> outcomes) {
    return settled(() -> {
      var differences = new ArrayList<String>();
      for (var outcome : outcomes) {
        if (outcome instanceof Outcome.Confirmed confirmed) {
          compare(confirmed, differences);
        }
      }
      return differences;
    });
  }

  private void compare(Outcome.Confirmed confirmed, List<String> differences) {
    var historic = confirmed.order();
    JsonNode order = order(confirmed.answer().id());
    String is =
        "%s %s %s, captured %d"
            .formatted(
                order.path("status").asText(),
                order.path("paymentStatus").asText(),
                order.path("fulfilmentStatus").asText(),
                order.path("capturedAmount").asLong());
    String expected =
        historic.shipped()
            ? "DELIVERED CAPTURED DELIVERED, captured " + historic.totalAmount()
            : "CONFIRMED AUTHORIZED NONE, captured 0";
    if (!is.equals(expected)) {
      differences.add("order %d: is %s, expected %s".formatted(historic.id(), is, expected));
    }
  }

  /**
   * Differences in stock.
   *
   * @param before the offers before the first order
   */
  List<String> stockDifferences(
      List<Outcome> outcomes, Map<Integer, Offer> before, Stocktaking stock) {
    var sold = new TreeMap<Integer, Integer>();
    var shipped = new TreeMap<Integer, Integer>();
    for (var outcome : outcomes) {
      if (outcome instanceof Outcome.Confirmed confirmed) {
        for (var line : confirmed.order().lines()) {
          sold.merge(line.product().id(), line.quantity(), Integer::sum);
          if (confirmed.order().shipped()) {
            shipped.merge(line.product().id(), line.quantity(), Integer::sum);
          }
        }
      }
    }
    return settled(() -> {
      var differences = new ArrayList<String>();
      stock
          .present()
          .forEach((product, offer) -> {
            Offer was = before.get(product);
            int gone = shipped.getOrDefault(product, 0);
            int onHand = (was == null ? 0 : was.onHand()) - gone;
            int reserved =
                (was == null ? 0 : was.reserved()) + sold.getOrDefault(product, 0) - gone;
            if (offer.onHand() != onHand || offer.reserved() != reserved) {
              differences.add(
                  "%s: on hand %d, reserved %d, expected %d and %d"
                      .formatted(
                          offer.variantId(), offer.onHand(), offer.reserved(), onHand, reserved));
            }
          });
      return differences;
    });
  }

  private static List<String> settled(Supplier<List<String>> look) {
    return Await.seen(SETTLES_WITHIN, look, List::isEmpty);
  }

  private JsonNode order(String id) {
    Answer answer = service.call("GET", "/api/orders/" + id, null, null);
    if (!answer.isOk()) {
      throw new IllegalStateException("GET %s was answered with %s".formatted(id, answer));
    }
    return answer.body();
  }

  private JsonNode post(String path, @Nullable Object body, String key) {
    Answer answer = service.call("POST", path, body, "northwind-" + run + "-" + key);
    if (!answer.isOk()) {
      throw new IllegalStateException("POST %s was answered with %s".formatted(path, answer));
    }
    return answer.body();
  }
}
