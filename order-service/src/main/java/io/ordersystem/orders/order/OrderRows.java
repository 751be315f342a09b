package io.ordersystem.orders.order;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.ordersystem.contracts.order.OrderContact;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows as orders. */
final class OrderRows {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .build();

  private OrderRows() {}

  /** The trees of these rows, in the order of their roots. */
  static Map<UUID, OrderTree> trees(Iterable<Row> orders, Iterable<Row> items) {
    var itemsByOrder = new HashMap<UUID, List<Item>>();
    items.forEach(row ->
        itemsByOrder
            .computeIfAbsent(row.getUUID("order_id"), id -> new ArrayList<>())
            .add(item(row)));
    var roots = new LinkedHashMap<UUID, Order>();
    var children = new HashMap<UUID, List<Order>>();
    for (Row row : orders) {
      Order order = order(row, itemsByOrder.getOrDefault(row.getUUID("id"), List.of()));
      if (order.header().isRoot()) {
        roots.put(order.header().id(), order);
      } else {
        children.computeIfAbsent(order.header().rootId(), id -> new ArrayList<>()).add(order);
      }
    }
    var trees = new LinkedHashMap<UUID, OrderTree>();
    roots.forEach(
        (id, root) -> trees.put(id, new OrderTree(root, children.getOrDefault(id, List.of()))));
    return trees;
  }

  /** One order with its items. */
  static Order order(Row row, List<Item> items) {
    return Order.stored(header(row), items, parcels(row), state(row));
  }

  private static Order.Parcels parcels(Row row) {
    return new Order.Parcels(
        read(row.getJsonArray("shipments"), Shipment[].class),
        read(row.getJsonArray("refunds"), Refund[].class));
  }

  private static <T> List<T> read(JsonArray array, Class<T[]> type) {
    if (array.isEmpty()) {
      return List.of();
    }
    try {
      return List.of(JSON.readValue(array.encode(), type));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("stored and not readable: " + e.getMessage(), e);
    }
  }

  /** Parcels as they are stored. */
  static String shipments(List<Shipment> shipments) {
    return write(shipments);
  }

  /** Refunds as they are stored. */
  static String refunds(List<Refund> refunds) {
    return write(refunds);
  }

  private static String write(List<?> list) {
    try {
      return list.isEmpty() ? "[]" : JSON.writeValueAsString(list);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records are always writable", e);
    }
  }

  private static Header header(Row row) {
    return new Header(
        row.getUUID("id"),
        row.getUUID("root_order_id"),
        row.getUUID("parent_order_id"),
        row.getString("order_number"),
        row.getBoolean("is_split"),
        row.getString("customer_id"),
        row.getString("seller_id"),
        row.getString("currency"),
        new Amounts(
            row.getLong("items_amount"),
            row.getLong("shipping_amount"),
            row.getLong("discount_amount"),
            row.getLong("tax_amount")),
        row.getInteger("item_count"),
        row.getString("payment_method"),
        address(row.getJsonObject("shipping_address")),
        contact(row.getJsonObject("contact")),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getOffsetDateTime("expires_at").toInstant());
  }

  private static Order.State state(Row row) {
    String reason = row.getString("cancel_reason");
    return new Order.State(
        OrderStatus.valueOf(row.getString("status")),
        PaymentStatus.valueOf(row.getString("payment_status")),
        FulfilmentStatus.valueOf(row.getString("fulfilment_status")),
        reason == null ? null : CancelReason.valueOf(reason),
        new Order.Settled(
            row.getLong("cancelled_amount"),
            row.getLong("captured_amount"),
            row.getLong("refunded_amount")),
        row.getLong("version"),
        row.getOffsetDateTime("updated_at").toInstant());
  }

  private static Item item(Row row) {
    int quantity = row.getInteger("quantity");
    long unitPrice = row.getLong("unit_price");
    return new Item(
        row.getUUID("id"),
        row.getInteger("line"),
        row.getString("variant_id"),
        row.getString("seller_id"),
        row.getString("name"),
        quantity,
        unitPrice,
        new Amounts(
            Math.multiplyExact(unitPrice, quantity),
            row.getLong("shipping_amount"),
            row.getLong("discount_amount"),
            row.getLong("tax_amount")),
        ItemStatus.valueOf(row.getString("status")),
        row.getString("reservation_key"),
        new Item.Progress(
            row.getInteger("cancelled_quantity"),
            row.getInteger("shipped_quantity"),
            row.getInteger("delivered_quantity"),
            row.getInteger("refunded_quantity"),
            row.getLong("cancelled_amount"),
            row.getLong("refunded_amount")));
  }

  static OrderContact.@Nullable Contact contact(@Nullable JsonObject json) {
    return json == null
        ? null
        : new OrderContact.Contact(
            json.getString("name"), json.getString("email"), json.getString("locale"));
  }

  static OrderContact.@Nullable Address address(@Nullable JsonObject json) {
    return json == null
        ? null
        : new OrderContact.Address(
            json.getString("name"),
            json.getString("line1"),
            json.getString("line2"),
            json.getString("city"),
            json.getString("region"),
            json.getString("postalCode"),
            json.getString("country"));
  }

  static @Nullable JsonObject json(OrderContact.@Nullable Contact contact) {
    return contact == null
        ? null
        : new JsonObject()
            .put("name", contact.name())
            .put("email", contact.email())
            .put("locale", contact.locale());
  }

  static @Nullable JsonObject json(OrderContact.@Nullable Address address) {
    return address == null
        ? null
        : new JsonObject()
            .put("name", address.name())
            .put("line1", address.line1())
            .put("line2", address.line2())
            .put("city", address.city())
            .put("region", address.region())
            .put("postalCode", address.postalCode())
            .put("country", address.country());
  }
}
