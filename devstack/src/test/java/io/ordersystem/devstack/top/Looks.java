package io.ordersystem.devstack.top;

import io.ordersystem.devstack.metrics.Samples;
import io.ordersystem.devstack.top.Observation.Heard;
import io.ordersystem.devstack.top.Observation.Offer;
import io.ordersystem.devstack.top.Observation.Stock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** Two looks at a made-up system, two seconds apart. */
final class Looks {
  private static final Instant TIME = Instant.parse("2026-11-26T22:15:20Z");

  private Looks() {}

  /** All but notification-service, which is being started, and the database. */
  static Observation before() {
    return new Observation(
        TIME,
        List.of(
            heard("order", 0, "order-before.txt"),
            heard("inventory", 0, "inventory-before.txt"),
            silent("payment"),
            silent("notification")),
        withoutDatabase().stock());
  }

  /** All but payment-service. Inventory-service was started anew in between. */
  static Observation now() {
    return new Observation(
        TIME.plusSeconds(2),
        List.of(
            heard("order", 2_000_000_000, "order-now.txt"),
            heard("inventory", 2_000_000_000, "inventory-now.txt"),
            silent("payment"),
            heard("notification", 2_000_000_000, "notification-now.txt")),
        new Stock(
            List.of(
                new Offer("tea", "seller-1", 1_040, 2_000),
                new Offer("v".repeat(64), "s".repeat(64), 1, 1)),
            null));
  }

  /** All have answered. */
  static Observation quiet() {
    return new Observation(
        TIME, List.of(heard("order", 0, "order-before.txt")), new Stock(List.of(), null));
  }

  /** All but the database. */
  static Observation withoutDatabase() {
    return new Observation(
        TIME, quiet().services(), new Stock(List.of(), "the database cannot be asked: it is away"));
  }

  private static Heard silent(String service) {
    return new Heard(service, 0, Samples.NONE, "nobody answers on http://127.0.0.1:9083", 0);
  }

  private static Heard heard(String service, long nanos, String file) {
    try (var text = Looks.class.getResourceAsStream("/top/" + file)) {
      if (text == null) {
        throw new IllegalStateException("no " + file);
      }
      var samples = Samples.parse(new String(text.readAllBytes(), StandardCharsets.UTF_8));
      return new Heard(service, nanos, samples, null, 260);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
