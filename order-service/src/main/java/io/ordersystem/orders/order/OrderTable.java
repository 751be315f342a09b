package io.ordersystem.orders.order;

import static java.util.Comparator.comparing;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.order.OrderChanged;
import io.ordersystem.contracts.order.OrderContact;
import io.ordersystem.contracts.payment.PaymentChanged;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.events.EventFormat;
import io.ordersystem.platform.events.OutgoingEvent;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.outbox.Outbox;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The order tables as the write side uses them: whole trees are locked in id order, and a
 * transaction's changes are written as sets - row, items, timeline, saga, events.
 */
@Singleton
public class OrderTable {
  private static final String UPDATE_ORDERS =
      """
      UPDATE orders_{month} o SET status = c.status, payment_status = c.payment_status, fulfilment_status = c.fulfilment_status,
        cancel_reason = c.cancel_reason, version = c.version, updated_at = c.updated_at,
        cancelled_amount = c.cancelled_amount, captured_amount = c.captured_amount, refunded_amount = c.refunded_amount,
        shipments = c.shipments::jsonb, refunds = c.refunds::jsonb
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::timestamptz[],
                  $8::bigint[], $9::bigint[], $10::bigint[], $11::text[], $12::text[])
        AS c(id, status, payment_status, fulfilment_status, cancel_reason, version, updated_at, cancelled_amount,
             captured_amount, refunded_amount, shipments, refunds)
      WHERE o.id = c.id AND o.version = c.version - 1 AND o.id = ANY ($1)
      """;
  private static final String UPDATE_ITEMS =
      """
      UPDATE order_items_{month} i SET status = c.status, cancelled_quantity = c.cancelled, shipped_quantity = c.shipped,
        delivered_quantity = c.delivered, refunded_quantity = c.refunded, cancelled_amount = c.cancelled_amount,
        refunded_amount = c.refunded_amount
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::int[], $6::int[], $7::int[], $8::bigint[], $9::bigint[])
        AS c(order_id, id, status, cancelled, shipped, delivered, refunded, cancelled_amount, refunded_amount)
      WHERE i.order_id = c.order_id AND i.id = c.id AND i.order_id = ANY ($1)
        AND (i.status, i.cancelled_quantity, i.shipped_quantity, i.delivered_quantity, i.refunded_quantity,
             i.cancelled_amount, i.refunded_amount)
          <> (c.status, c.cancelled, c.shipped, c.delivered, c.refunded, c.cancelled_amount, c.refunded_amount)
      """;
  private static final String SAVE_PAYMENTS =
      """
      INSERT INTO order_payments (id, order_id, status, currency, amount, authorized_amount, decline_code, next_action,
        payment_version, created_at, captured_amount, released_amount, refunded_amount, payment_intent_id)
      SELECT p.id, p.order_id, p.status, p.currency, p.amount, p.authorized_amount, p.decline_code, p.next_action::jsonb,
        p.payment_version, p.created_at, p.captured_amount, p.released_amount, p.refunded_amount, p.payment_intent_id
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::text[],
                  $9::bigint[], $10::timestamptz[], $11::bigint[], $12::bigint[], $13::bigint[], $14::text[])
        AS p(id, order_id, status, currency, amount, authorized_amount, decline_code, next_action, payment_version, created_at,
             captured_amount, released_amount, refunded_amount, payment_intent_id)
      %s
      ON CONFLICT (order_id, id) DO UPDATE SET status = excluded.status, authorized_amount = excluded.authorized_amount,
        decline_code = excluded.decline_code, next_action = excluded.next_action, payment_version = excluded.payment_version,
        captured_amount = excluded.captured_amount, released_amount = excluded.released_amount,
        refunded_amount = excluded.refunded_amount, payment_intent_id = excluded.payment_intent_id
      WHERE order_payments.payment_version < excluded.payment_version
      """;
  private static final String OF_ORDERS_THAT_ARE_HERE =
      "JOIN orders o ON o.id = p.order_id WHERE o.id = ANY ($2)";

  private final Outbox outbox;
  private final SagaTable sagas;
  private final EventFormat format;
  private final CachedOrders cached;

  OrderTable(Outbox outbox, SagaTable sagas, EventFormat format, CachedOrders cached) {
    this.outbox = outbox;
    this.sagas = sagas;
    this.format = format;
    this.cached = cached;
  }

  /** Stores a new tree with its saga, timeline, contact and first events. */
  Uni<Void> insert(Tx tx, OrderProcess process, String actor, Cause cause) {
    List<Order> placed = process.tree().orders();
    List<Version> versions = versions(List.of(process));
    var messages = new ArrayList<>(List.of(contact(process.tree(), cause)));
    messages.addAll(process.commands());
    return Tx.pipelined(
            List.of(
                insertOrders(tx, placed),
                insertItems(tx, process.tree().leaves()),
                sagas.insert(tx, process),
                recordTimeline(tx, versions, actor, id -> cause),
                outbox.append(tx, events(versions, id -> cause, messages))))
        .invoke(() -> cached.changed(tx, List.of(process.tree())));
  }

  /** Locks roots in id order, then reads what belongs to them. Unknown ids are left out. */
  Uni<Map<UUID, OrderProcess>> lock(Tx tx, SortedSet<UUID> rootIds) {
    return lock(
        tx,
        rootIds,
        "SELECT id FROM orders WHERE id = ANY ($1) AND parent_order_id IS NULL ORDER BY id FOR UPDATE");
  }

  /** The same without those that somebody else has locked. */
  Uni<Map<UUID, OrderProcess>> lockFree(Tx tx, SortedSet<UUID> rootIds) {
    return lock(
        tx,
        rootIds,
        "SELECT id FROM orders WHERE id = ANY ($1) AND parent_order_id IS NULL ORDER BY id FOR UPDATE SKIP LOCKED");
  }

  private Uni<Map<UUID, OrderProcess>> lock(Tx tx, SortedSet<UUID> rootIds, String locking) {
    if (rootIds.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    return tx.query(locking, (Object) rootIds.toArray(UUID[]::new))
        .chain(locked -> {
          var found = new ArrayList<UUID>();
          locked.forEach(row -> found.add(row.getUUID("id")));
          return found.isEmpty()
              ? Uni.createFrom().item(Map.<UUID, OrderProcess>of())
              : read(tx, found.toArray(UUID[]::new));
        });
  }

  private Uni<Map<UUID, OrderProcess>> read(Tx tx, UUID[] ids) {
    return Uni.combine()
        .all()
        .unis(OrderReads.trees(tx, ids), sagas.read(tx, ids))
        .with(OrderTable::processes);
  }

  /**
   * Writes what moved: each changed order as its next version with one timeline row and one event,
   * the sagas, what was learned of payments, and the commands.
   *
   * @throws DomainException {@code concurrent-update} when a row has another version than the one
   *     that was read: the lock was lost
   */
  Uni<Void> save(Tx tx, List<OrderProcess> moved, String actor, Function<UUID, Cause> cause) {
    if (moved.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<Version> versions = versions(moved);
    List<Order> changed = versions.stream().map(Version::order).toList();
    var messages = new ArrayList<OutgoingEvent>();
    for (OrderProcess process : moved) {
      if (process.tree().root().isContactChanged()) {
        messages.add(contact(process.tree(), cause.apply(process.tree().id())));
      }
      messages.addAll(process.commands());
    }
    return Tx.pipelined(
            List.of(
                byMonth(changed, (month, orders) -> updateOrders(tx, month, orders)),
                updatePersons(tx, changed),
                byMonth(changed, (month, orders) -> updateItems(tx, month, orders)),
                sagas.update(tx, moved),
                savePayments(
                    tx,
                    moved.stream()
                        .map(OrderProcess::learnedPayment)
                        .filter(Objects::nonNull)
                        .toList(),
                    ""),
                recordTimeline(tx, versions, actor, cause),
                outbox.append(tx, events(versions, cause, messages))))
        .invoke(() -> cached.changed(tx, moved.stream().map(OrderProcess::tree).toList()));
  }

  /**
   * An order that changed, with what the world is told: the timeline keeps the event's very data.
   */
  private record Version(Order order, OrderChanged data) {}

  private static List<Version> versions(List<OrderProcess> moved) {
    var versions = new ArrayList<Version>();
    for (OrderProcess process : moved) {
      OrderTree tree = process.tree();
      tree.orders().stream()
          .filter(order -> !order.changes().isEmpty())
          .map(order -> new Version(order, order.event(tree)))
          .forEach(versions::add);
    }
    return versions;
  }

  private static Map<UUID, OrderProcess> processes(
      Map<UUID, OrderTree> trees, Map<UUID, OrderProcess.SagaRow> sagas) {
    var processes = new HashMap<UUID, OrderProcess>();
    trees.forEach((id, tree) -> {
      OrderProcess.SagaRow saga = sagas.get(id);
      if (saga == null) {
        throw new IllegalStateException("order " + id + " has no saga");
      }
      processes.put(id, new OrderProcess(tree, saga));
    });
    return processes;
  }

  private Uni<Void> insertOrders(Tx tx, List<Order> orders) {
    var headers = orders.stream().map(Order::header).toList();
    Header first = headers.getFirst();
    return tx.query(
            """
            INSERT INTO orders (id, order_number, root_order_id, parent_order_id, is_split, customer_id, seller_id, status,
              payment_status, fulfilment_status, currency, items_amount, shipping_amount, discount_amount, tax_amount,
              total_amount, item_count, payment_method, shipping_address, contact, expires_at, version, created_at, updated_at)
            SELECT o.id, o.order_number, $10, o.parent_order_id, o.is_split, $11, o.seller_id, 'PENDING', 'NONE', 'NONE', $12,
              o.items_amount, o.shipping_amount, o.discount_amount, o.tax_amount,
              o.items_amount - o.discount_amount + o.shipping_amount + o.tax_amount, o.item_count, $13, $14, $15, $16, 1, $17, $17
            FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::boolean[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[],
                        $9::bigint[], $18::int[])
              AS o(id, order_number, parent_order_id, is_split, seller_id, items_amount, shipping_amount, discount_amount,
                   tax_amount, item_count)
            """,
            uuids(headers, Header::id),
            texts(headers, Header::number),
            uuids(headers, Header::parentId),
            headers.stream().map(Header::split).toArray(Boolean[]::new),
            texts(headers, Header::sellerId),
            longs(headers, header -> header.amounts().goods()),
            longs(headers, header -> header.amounts().shipping()),
            longs(headers, header -> header.amounts().discount()),
            longs(headers, header -> header.amounts().tax()),
            first.rootId(),
            first.customerId(),
            first.currency(),
            first.paymentMethod(),
            OrderRows.json(first.shippingAddress()),
            OrderRows.json(first.contact()),
            time(first.expiresAt()),
            time(first.createdAt()),
            headers.stream().map(Header::itemCount).toArray(Integer[]::new))
        .replaceWithVoid();
  }

  private static Uni<Void> insertItems(Tx tx, List<Order> leaves) {
    var owners = new ArrayList<UUID>();
    var items = new ArrayList<Item>();
    for (Order leaf : leaves) {
      for (Item item : leaf.items()) {
        owners.add(leaf.header().id());
        items.add(item);
      }
    }
    return tx.query(
            """
            INSERT INTO order_items (id, order_id, line, variant_id, seller_id, name, quantity, unit_price, discount_amount,
              shipping_amount, tax_amount, total_price, status, reservation_key)
            SELECT i.id, i.order_id, i.line, i.variant_id, i.seller_id, i.name, i.quantity, i.unit_price, i.discount_amount,
              i.shipping_amount, i.tax_amount,
              i.unit_price * i.quantity - i.discount_amount + i.shipping_amount + i.tax_amount, 'PENDING', i.reservation_key
            FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::int[], $8::bigint[],
                        $9::bigint[], $10::bigint[], $11::bigint[], $12::text[])
              AS i(id, order_id, line, variant_id, seller_id, name, quantity, unit_price, discount_amount, shipping_amount,
                   tax_amount, reservation_key)
            """,
            uuids(items, Item::id),
            owners.toArray(UUID[]::new),
            items.stream().map(Item::line).toArray(Integer[]::new),
            texts(items, Item::variantId),
            texts(items, Item::sellerId),
            texts(items, Item::name),
            items.stream().map(Item::quantity).toArray(Integer[]::new),
            longs(items, Item::unitPrice),
            longs(items, item -> item.amounts().discount()),
            longs(items, item -> item.amounts().shipping()),
            longs(items, item -> item.amounts().tax()),
            texts(items, Item::reservationKey))
        .replaceWithVoid();
  }

  /** Written through the partitioned table each statement would be planned anew (ADR 14). */
  private static Uni<Void> byMonth(
      List<Order> changed, BiFunction<Month, List<Order>, Uni<Void>> write) {
    var months =
        changed.stream()
            .collect(
                Collectors.groupingBy(
                    order -> Month.of(order.header().id()), TreeMap::new, Collectors.toList()));
    return Tx.pipelined(
        months.entrySet().stream()
            .map(month -> write.apply(month.getKey(), month.getValue()))
            .toList());
  }

  private static Uni<Void> updateOrders(Tx tx, Month month, List<Order> changed) {
    return tx.update(
            month.in(UPDATE_ORDERS),
            uuids(changed, order -> order.header().id()),
            texts(changed, order -> order.state().status().name()),
            texts(changed, order -> order.state().paymentStatus().name()),
            texts(changed, order -> order.state().fulfilmentStatus().name()),
            texts(changed, order -> nameOrNull(order.state().cancelReason())),
            longs(changed, Order::version),
            changed.stream()
                .map(order -> time(order.state().updatedAt()))
                .toArray(OffsetDateTime[]::new),
            longs(changed, order -> order.state().settled().cancelled()),
            longs(changed, order -> order.state().settled().captured()),
            longs(changed, order -> order.state().settled().refunded()),
            texts(changed, order -> OrderRows.shipments(order.shipments())),
            texts(changed, order -> OrderRows.refunds(order.refunds())))
        .invoke(count -> {
          if (count != changed.size()) {
            throw new DomainException(
                ProblemType.CONCURRENT_UPDATE, "an order changed while it was being changed");
          }
        })
        .replaceWithVoid();
  }

  /** Rarely: who gets the order, and where. */
  private static Uni<Void> updatePersons(Tx tx, List<Order> changed) {
    List<Header> headers =
        changed.stream().filter(Order::isContactChanged).map(Order::header).toList();
    if (headers.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.query(
            """
            UPDATE orders o SET shipping_address = c.shipping_address::jsonb, contact = c.contact::jsonb
            FROM unnest($1::uuid[], $2::text[], $3::text[]) AS c(id, shipping_address, contact)
            WHERE o.id = c.id AND o.id = ANY ($1)
            """,
            uuids(headers, Header::id),
            texts(headers, header -> text(OrderRows.json(header.shippingAddress()))),
            texts(headers, header -> text(OrderRows.json(header.contact()))))
        .replaceWithVoid();
  }

  private static @Nullable String text(@Nullable JsonObject json) {
    return json == null ? null : json.encode();
  }

  private static Uni<Void> updateItems(Tx tx, Month month, List<Order> changed) {
    var owners = new ArrayList<UUID>();
    var items = new ArrayList<Item>();
    for (Order order : changed) {
      for (Item item : order.items()) {
        owners.add(order.header().id());
        items.add(item);
      }
    }
    if (items.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.query(
            month.in(UPDATE_ITEMS),
            owners.toArray(UUID[]::new),
            uuids(items, Item::id),
            texts(items, item -> item.status().name()),
            ints(items, item -> item.progress().cancelled()),
            ints(items, item -> item.progress().shipped()),
            ints(items, item -> item.progress().delivered()),
            ints(items, item -> item.progress().refunded()),
            longs(items, item -> item.progress().cancelledAmount()),
            longs(items, item -> item.progress().refundedAmount()))
        .replaceWithVoid();
  }

  /**
   * Keeps what was said of payments and moves no order. Orders that are not here are left out, the
   * others are not read: the version says which word is the last. A payment's first word locks its
   * order as a foreign key does, in id order.
   */
  Uni<Void> learn(Tx tx, List<LearnedPayment> learned) {
    if (learned.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    cached.learned(tx, learned.stream().map(said -> said.payment().orderId()).toList());
    return savePayments(
        tx,
        learned.stream().sorted(comparing(said -> said.payment().orderId())).toList(),
        OF_ORDERS_THAT_ARE_HERE);
  }

  private static Uni<Void> savePayments(Tx tx, List<LearnedPayment> learned, String which) {
    if (learned.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    var payments = learned.stream().map(LearnedPayment::payment).toList();
    return tx.query(
            SAVE_PAYMENTS.formatted(which),
            uuids(payments, PaymentChanged::paymentId),
            uuids(payments, PaymentChanged::orderId),
            texts(payments, PaymentChanged::status),
            texts(payments, PaymentChanged::currency),
            longs(payments, PaymentChanged::amount),
            longs(payments, PaymentChanged::authorizedAmount),
            texts(payments, PaymentChanged::declineCode),
            texts(payments, payment -> nextAction(payment.nextAction())),
            longs(learned, LearnedPayment::version),
            payments.stream()
                .map(payment -> time(Ids.timeOf(payment.paymentId())))
                .toArray(OffsetDateTime[]::new),
            longs(payments, PaymentChanged::capturedAmount),
            longs(payments, PaymentChanged::releasedAmount),
            longs(payments, PaymentChanged::refundedAmount),
            texts(payments, PaymentChanged::paymentIntentId))
        .replaceWithVoid();
  }

  private Uni<Void> recordTimeline(
      Tx tx, List<Version> versions, String actor, Function<UUID, Cause> cause) {
    if (versions.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.query(
            """
            INSERT INTO order_timeline (order_id, version, type, time, actor, cause, data)
            SELECT t.order_id, t.version, t.type, t.time, $6, t.cause, t.data::jsonb
            FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::timestamptz[], $5::text[], $7::text[])
              AS t(order_id, version, type, time, data, cause)
            """,
            uuids(versions, version -> version.data().orderId()),
            longs(versions, version -> version.order().version()),
            texts(versions, version -> version.order().changes().getLast().type()),
            versions.stream()
                .map(version -> time(version.order().state().updatedAt()))
                .toArray(OffsetDateTime[]::new),
            texts(versions, version -> format.canonical(version.data())),
            actor,
            texts(versions, version -> cause.apply(version.data().rootOrderId()).causationId()))
        .replaceWithVoid();
  }

  private static List<OutgoingEvent> events(
      List<Version> versions, Function<UUID, Cause> cause, List<OutgoingEvent> commands) {
    var events = new ArrayList<OutgoingEvent>();
    for (Version version : versions) {
      OrderChanged data = version.data();
      events.add(
          new OutgoingEvent(
              version.order().eventType(),
              data.rootOrderId().toString(),
              data.orderId().toString(),
              version.order().version(),
              data,
              cause.apply(data.rootOrderId())));
    }
    events.addAll(commands);
    return events;
  }

  /** The message that carries the person behind an order: newest version wins. */
  private static OutgoingEvent contact(OrderTree tree, Cause cause) {
    Header header = tree.root().header();
    return new OutgoingEvent(
        EventType.ORDER_CONTACT_RECORDED,
        header.id().toString(),
        header.id().toString() + "/contact",
        tree.root().version(),
        new OrderContact(
            header.id(), header.customerId(), header.contact(), header.shippingAddress()),
        cause);
  }

  private static @Nullable String nextAction(PaymentChanged.@Nullable NextAction action) {
    return action == null
        ? null
        : new JsonObject()
            .put("type", action.type())
            .put("url", action.url())
            .put("clientSecret", action.clientSecret())
            .encode();
  }

  private static @Nullable String nameOrNull(@Nullable Enum<?> value) {
    return value == null ? null : value.name();
  }

  static OffsetDateTime time(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }

  private static <T> @Nullable String[] texts(
      Collection<T> rows, Function<T, @Nullable String> column) {
    return rows.stream().map(column).toArray(String[]::new);
  }

  private static <T> @Nullable UUID[] uuids(
      Collection<T> rows, Function<T, @Nullable UUID> column) {
    return rows.stream().map(column).toArray(UUID[]::new);
  }

  private static <T> Integer[] ints(Collection<T> rows, Function<T, Integer> column) {
    return rows.stream().map(column).toArray(Integer[]::new);
  }

  private static <T> Long[] longs(Collection<T> rows, Function<T, Long> column) {
    return rows.stream().map(column).toArray(Long[]::new);
  }
}
