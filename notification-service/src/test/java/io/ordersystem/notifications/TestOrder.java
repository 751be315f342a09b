package io.ordersystem.notifications;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.order.OrderChanged;
import io.ordersystem.contracts.order.OrderContact;
import io.ordersystem.devstack.testing.TestEvents;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An order of two teas over 1234.56 €, as order-service tells of it: a whole one, or a seller's
 * child of one.
 *
 * @param root its own id for a whole order
 */
record TestOrder(UUID id, UUID root, String customer, String seller) {
  private static final UUID ITEM = TestEvents.newId();
  private static final UUID PARCEL = TestEvents.newId();

  static TestOrder whole(String customer, String seller) {
    UUID id = TestEvents.newId();
    return new TestOrder(id, id, customer, seller);
  }

  TestOrder child(String ofSeller) {
    return new TestOrder(TestEvents.newId(), root, customer, ofSeller);
  }

  void contact(String email, String locale) {
    TestEvents.publish(
        EventType.ORDER_CONTACT_RECORDED,
        root.toString(),
        root + "/contact",
        1,
        new OrderContact(root, customer, new OrderContact.Contact("Ada", email, locale), null));
  }

  void confirmed() {
    confirmed(TestEvents.newId());
  }

  void confirmed(UUID event) {
    publish(event, EventType.ORDER_CONFIRMED, 2, "CONFIRMED", null, "confirmed", null);
  }

  void cancelled(String reason) {
    publish(
        TestEvents.newId(), EventType.ORDER_CANCELLED, 3, "CANCELLED", reason, "cancelled", reason);
  }

  void shipped() {
    publish(
        TestEvents.newId(),
        EventType.ORDER_UPDATED,
        4,
        "PROCESSING",
        null,
        "parcel-shipped",
        PARCEL.toString());
  }

  /** One of the two teas. */
  void lineCancelled() {
    publish(
        TestEvents.newId(),
        EventType.ORDER_UPDATED,
        5,
        "CONFIRMED",
        null,
        "lines-cancelled",
        "CUSTOMER");
  }

  private void publish(
      UUID event,
      EventType type,
      long version,
      String status,
      @Nullable String reason,
      String change,
      @Nullable String detail) {
    boolean whole = id.equals(root);
    int cancelled = change.equals("lines-cancelled") ? 1 : 0;
    var item =
        new OrderChanged.Item(
            ITEM,
            "tea",
            seller,
            "Tea",
            2,
            61728,
            0,
            0,
            0,
            123456,
            status,
            "key",
            cancelled,
            0,
            0,
            0,
            cancelled * 61728L,
            0);
    TestEvents.publish(
        event,
        type,
        root.toString(),
        id.toString(),
        version,
        new OrderChanged(
            id,
            root,
            whole ? null : root,
            whole ? "261122-TESTNUM" : "261122-TESTNUM-1",
            customer,
            seller,
            status,
            "AUTHORIZED",
            "NONE",
            reason,
            "EUR",
            123456,
            0,
            0,
            0,
            123456,
            List.of(item),
            List.of(),
            List.of(new OrderChanged.Change(change, Instant.parse("2026-11-22T10:00:00Z"), detail)),
            whole ? status : "PROCESSING",
            status.equals("CANCELLED") ? 123456 : 0,
            0,
            0,
            List.of(
                new OrderChanged.Shipment(
                    PARCEL,
                    "DHL",
                    "00340434",
                    "SHIPPED",
                    1234,
                    "PENDING",
                    List.of(new OrderChanged.ShippedLine(ITEM, 1)))),
            List.of()));
  }
}
