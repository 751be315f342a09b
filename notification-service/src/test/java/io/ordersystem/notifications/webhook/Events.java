package io.ordersystem.notifications.webhook;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.inventory.StockLevelChanged;
import io.ordersystem.contracts.order.OrderChanged;
import io.ordersystem.devstack.testing.TestEvents;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Events as the neighbours publish them. */
final class Events {
  private Events() {}

  /** An order of a seller; answers the event's id. */
  static UUID order(EventType type, UUID order, String seller, long version) {
    return order(type, order, order, seller, version);
  }

  /** A child order of a seller, or with a null seller the parent. */
  static UUID order(EventType type, UUID order, UUID root, @Nullable String seller, long version) {
    return TestEvents.publish(
        type, root.toString(), order.toString(), version, changed(order, root, seller));
  }

  /** The same event once more. */
  static void again(UUID event, EventType type, UUID order, String seller, long version) {
    TestEvents.publish(
        event, type, order.toString(), order.toString(), version, changed(order, order, seller));
  }

  /** An offer of a seller that ran out. */
  static UUID soldOut(String variant, String seller) {
    String key = variant + "|" + seller;
    return TestEvents.publish(
        EventType.STOCK_OUT, key, key, 2, new StockLevelChanged(variant, seller, null, 0, 0, 0, 5));
  }

  private static OrderChanged changed(UUID order, UUID root, @Nullable String seller) {
    return new OrderChanged(
        order,
        root,
        order.equals(root) ? null : root,
        "261126-WEBHOOK",
        "c-of-webhooks",
        seller,
        "CONFIRMED",
        "AUTHORIZED",
        "NONE",
        null,
        "EUR",
        1000,
        0,
        0,
        0,
        1000,
        List.of(),
        List.of(),
        List.of(new OrderChanged.Change("accepted", Instant.parse("2026-11-26T10:00:00Z"), null)),
        "CONFIRMED",
        0,
        0,
        0,
        List.of(),
        List.of());
  }
}
