package io.ordersystem.devstack.check;

import java.util.List;
import java.util.stream.Stream;

/**
 * One thing broken in the healthy system, the one invariant that must notice, and how the id that
 * it must list ends.
 */
record Fault(String invariant, String id, String sql) {
  private static final String REWRITABLE =
      "ALTER TABLE orders.order_timeline DISABLE TRIGGER order_timeline_is_append_only; ";

  static Stream<Fault> all() {
    return Stream.of(ofOrdersAndStock(), ofMoney(), ofMessages()).flatMap(List::stream);
  }

  private static List<Fault> ofOrdersAndStock() {
    return List.of(
        new Fault(
            "I1", "v1|s1", "UPDATE inventory.inventory SET on_hand = 11 WHERE variant_id = 'v1'"),
        new Fault(
            "I1",
            "v2|s2",
            "ALTER TABLE inventory.stock_movements DISABLE TRIGGER ALL; DELETE FROM inventory.stock_movements WHERE variant_id = 'v2'"),
        new Fault(
            "I1",
            "v9|s9",
            "INSERT INTO inventory.stock_movements (id, variant_id, seller_id, type, quantity, actor,"
                + " created_at) VALUES (id('9'), 'v9', 's9', 'RECEIPT', 1, 'test', now())"),
        new Fault(
            "I2", "v1|s1", "UPDATE inventory.inventory SET reserved = 6 WHERE variant_id = 'v1'"),
        new Fault(
            "I2",
            "v2|s2",
            "INSERT INTO inventory.inventory_reservations (reservation_key, group_key, variant_id, "
                + "seller_id, quantity, status, created_at) VALUES ('rest', id('a')::text, 'v2', 's2', 1, "
                + "'ACTIVE', now())"),
        new Fault(
            "I2",
            "v2|s2",
            "ALTER TABLE inventory.inventory DROP CONSTRAINT inventory_reserved_within_on_hand; "
                + "UPDATE inventory.inventory SET reserved = 5 WHERE variant_id = 'v2'; UPDATE "
                + "inventory.inventory_reservations SET quantity = 5, committed_quantity = 0 WHERE "
                + "reservation_key = 'hold-b2'; UPDATE orders.order_items SET cancelled_quantity = 0, "
                + "quantity = 5, unit_price = 50 WHERE reservation_key = 'hold-b2'"),
        new Fault(
            "I3",
            "a",
            "UPDATE orders.orders SET items_amount = 201, discount_amount = 21 WHERE id = id('a')"),
        new Fault(
            "I3",
            "a",
            "UPDATE orders.orders SET shipping_amount = 49, discount_amount = 19 WHERE id = id('a')"),
        new Fault(
            "I3",
            "b",
            "UPDATE orders.orders SET items_amount = 549, shipping_amount = 31 WHERE id = id('b')"),
        new Fault("I3", "c", "DELETE FROM orders.order_items WHERE order_id = id('c')"),
        new Fault(
            "I4",
            "1fa",
            "UPDATE orders.order_items SET reservation_key = 'lost' WHERE order_id = id('a')"),
        new Fault(
            "I4",
            "1fb2",
            "UPDATE inventory.inventory_reservations SET status = 'RELEASED' WHERE reservation_key = "
                + "'hold-b2'; UPDATE inventory.inventory SET reserved = 0 WHERE variant_id = 'v2'"),
        new Fault(
            "I4",
            "1fa",
            "UPDATE orders.order_items SET cancelled_quantity = 1 WHERE order_id = id('a')"),
        new Fault(
            "I5",
            "d",
            "UPDATE inventory.inventory_reservations SET status = 'ACTIVE' WHERE reservation_key = "
                + "'hold-d'; UPDATE inventory.inventory SET reserved = 6 WHERE variant_id = 'v1'"),
        new Fault(
            "I9",
            "a",
            REWRITABLE
                + "DELETE FROM orders.order_timeline WHERE order_id = id('a') AND version = 1"),
        new Fault(
            "I9", "e", REWRITABLE + "DELETE FROM orders.order_timeline WHERE order_id = id('e')"),
        new Fault(
            "I9",
            "a",
            REWRITABLE
                + "UPDATE orders.outbox SET aggregate_version = 1 WHERE subject = id('a')::text AND "
                + "aggregate_version = 2 AND topic LIKE '%events%'; UPDATE orders.orders SET version = 1 "
                + "WHERE id = id('a'); DELETE FROM orders.order_timeline WHERE order_id = id('a') AND "
                + "version = 2"),
        new Fault(
            "I9",
            "d",
            "UPDATE inventory.outbox SET aggregate_version = 5 WHERE subject = id('d')::text AND "
                + "aggregate_version = 4"),
        new Fault(
            "I9",
            "f",
            "DELETE FROM orders.outbox WHERE subject = id('f')::text AND aggregate_version = 2"),
        new Fault(
            "I10",
            "e",
            "UPDATE orders.orders SET expires_at = now() - interval '40 seconds' WHERE id = id('e')"),
        new Fault(
            "I10",
            "e",
            "UPDATE orders.order_sagas SET deadline = now() - interval '40 seconds' WHERE order_id = "
                + "id('e')"),
        new Fault(
            "I10",
            "5",
            "UPDATE orders.order_sagas SET pending_deadline = now() - interval '40 seconds' WHERE order_id = "
                + "id('5')"),
        new Fault(
            "I10",
            "cart-1",
            "UPDATE inventory.reservations SET expires_at = now() - interval '40 seconds' WHERE key = "
                + "'cart-1'"));
  }

  /** The list of events is append-only, and says so: whoever rewrites it must first get at it. */
  private static final String UNLOCKED =
      "ALTER TABLE payments.payment_events DISABLE TRIGGER ALL; ";

  private static final String REWRITING = UNLOCKED + "UPDATE payments.payment_events ";

  private static List<Fault> ofMoney() {
    return List.of(
        new Fault(
            "I6",
            "9a",
            "ALTER TABLE payments.payments DROP CONSTRAINT payments_captured_within_authorized, DROP "
                + "CONSTRAINT payments_released_within_authorized, DROP CONSTRAINT "
                + "payments_claims_within_authorized; UPDATE payments.payments SET "
                + "captured_amount = 231 WHERE id = id('9a')"),
        new Fault(
            "I6",
            "95",
            "UPDATE payments.payment_shares SET released_amount = 99 WHERE payment_id = id('95')"),
        new Fault("I6", "95", REWRITING + "SET amount = 101 WHERE subject = id('b52')"),
        new Fault(
            "I6",
            "95",
            REWRITING + "SET result = 'SUCCEEDED' WHERE subject = id('b54') AND result = 'FAILED'"),
        new Fault(
            "I6", "95", UNLOCKED + "DELETE FROM payments.payment_events WHERE subject = id('b51')"),
        new Fault(
            "I6",
            "97",
            REWRITING
                + "SET result = 'FAILED' WHERE kind = 'CANCELLATION'"
                + " AND payment_id = id('97')"),
        new Fault(
            "I8",
            "95",
            "ALTER TABLE payments.ledger_entries DISABLE TRIGGER ALL; UPDATE payments.ledger_entries"
                + " SET amount = -35 WHERE account = 'fees' AND amount = -34"),
        new Fault(
            "I8",
            "95",
            "ALTER TABLE payments.ledger_entries DISABLE TRIGGER ALL; UPDATE payments.ledger_entries"
                + " SET account = 'seller:s2' WHERE account = 'seller:s1' AND amount = 90"),
        new Fault(
            "I8",
            "95",
            "ALTER TABLE payments.ledger_entries DISABLE TRIGGER ALL; DELETE FROM"
                + " payments.ledger_entries WHERE transaction_id = id('1ed2')"),
        new Fault(
            "I8",
            "9a",
            "INSERT INTO payments.ledger_transactions (id, type, payment_id, reference, booked_at)"
                + " VALUES (id('1ed3'), 'type', id('9a'), 'x', now()); INSERT INTO"
                + " payments.ledger_entries (transaction_id, line, account, currency, amount) VALUES"
                + " (id('1ed3'), 1, 'provider:stripe', 'EUR', 1), (id('1ed3'), 2, 'fees', 'EUR', -1)"),
        new Fault(
            "I7",
            "5",
            "ALTER TABLE orders.orders DROP CONSTRAINT orders_settled_within_total; UPDATE orders.orders"
                + " SET cancelled_amount = 99 WHERE id = id('5'); UPDATE orders.order_items SET "
                + "cancelled_amount = 99 WHERE order_id = id('5')"),
        new Fault(
            "I11",
            "5",
            "UPDATE orders.order_items SET refunded_quantity = 2 WHERE order_id = id('5')"),
        new Fault(
            "I11",
            "5",
            "UPDATE orders.order_items SET delivered_quantity = 3 WHERE order_id = id('5')"),
        new Fault(
            "I11",
            "5",
            "UPDATE orders.orders SET refunds = jsonb_set(refunds, '{1,status}', '\"SUCCEEDED\"') WHERE id = id('5')"),
        new Fault("I11", "5", "UPDATE orders.orders SET captured_amount = 339 WHERE id = id('5')"),
        new Fault("I11", "5", "UPDATE orders.orders SET cancelled_amount = 99 WHERE id = id('5')"),
        new Fault("I11", "b", "UPDATE orders.orders SET cancelled_amount = 1 WHERE id = id('b')"),
        new Fault("I13", "5", "UPDATE public.intents SET refunded = 99 WHERE id = 'pi_5'"),
        new Fault("I13", "5", "UPDATE public.intents SET captured = NULL WHERE id = 'pi_5'"),
        new Fault("I13", "5", "UPDATE public.intents SET refunded = NULL WHERE id = 'pi_5'"),
        new Fault("I13", "5", "UPDATE public.intents SET disputed = 1 WHERE id = 'pi_5'"),
        new Fault(
            "I6",
            "9b",
            "UPDATE payments.payment_shares SET amount = CASE seller_id WHEN 's1' THEN 317 ELSE 264 "
                + "END WHERE payment_id = id('9b')"),
        new Fault("I6", "9d", "DELETE FROM payments.payment_shares WHERE payment_id = id('9d')"),
        new Fault(
            "I7",
            "7",
            UNLOCKED
                + "UPDATE payments.payment_events SET result = 'UNKNOWN' WHERE payment_id = id('97') AND"
                + " result = 'SUCCEEDED' AND kind = 'AUTHORIZATION'; "
                + "UPDATE payments.payments SET status = 'REQUIRES_ACTION', authorized_amount = 0 WHERE id "
                + "= id('97'); UPDATE public.intents SET status = 'requires_action' WHERE id = 'pi_7'"),
        new Fault(
            "I7",
            "7",
            UNLOCKED
                + "DELETE FROM payments.payment_events WHERE payment_id = id('97') AND kind = 'CANCELLATION'; "
                + "UPDATE payments.payments SET status = 'AUTHORIZED', closed = false WHERE id = id('97'); UPDATE "
                + "public.intents SET status = 'requires_capture', capturable = 250 WHERE id = "
                + "'pi_7'"),
        new Fault(
            "I7",
            "a",
            REWRITING
                + "SET amount = 229 WHERE payment_id = id('9a') AND result = 'SUCCEEDED'; "
                + "UPDATE payments.payments SET authorized_amount = 229 WHERE id = id('9a'); UPDATE "
                + "public.intents SET capturable = 229 WHERE id = 'pi_a'"),
        new Fault(
            "I7",
            "a",
            "UPDATE payments.payments SET status = 'VOIDED' WHERE id = id('9a'); UPDATE "
                + "public.intents SET status = 'canceled', capturable = 0 WHERE id = 'pi_a'"),
        new Fault(
            "I7",
            "f",
            "UPDATE payments.payments SET currency = 'USD' WHERE id = id('9f'); UPDATE public.intents"
                + " SET currency = 'usd' WHERE id = 'pi_f'"),
        new Fault("I13", "a", "UPDATE public.intents SET capturable = 229 WHERE id = 'pi_a'"),
        new Fault(
            "I13",
            "b",
            "UPDATE public.intents SET status = 'canceled', capturable = 0 WHERE id = 'pi_b'"),
        new Fault("I13", "f", "UPDATE public.intents SET currency = 'usd' WHERE id = 'pi_f'"),
        new Fault(
            "I13",
            "d",
            "UPDATE public.intents SET status = 'requires_capture', capturable = 100 WHERE id "
                + "= 'pi_d'"),
        new Fault(
            "I13",
            "f",
            "UPDATE payments.payments SET status = 'UNKNOWN', provider_reference = NULL WHERE id = "
                + "id('9f'); UPDATE public.intents SET status = 'requires_capture', capturable = 10 "
                + "WHERE id = 'pi_f'"),
        new Fault(
            "I13",
            "7",
            "UPDATE public.intents SET status = 'requires_capture', capturable = 250 WHERE id "
                + "= 'pi_7'"),
        new Fault("I13", "a", "DELETE FROM public.intents WHERE id = 'pi_a'"),
        new Fault(
            "I13",
            "pi_x",
            "INSERT INTO public.intents SELECT 'pi_x', amount, 0, 70, 69, 0, currency, 'succeeded', '{}', "
                + "created FROM public.intents WHERE id = 'pi_a'"),
        new Fault("I13", "ee", "UPDATE public.intents SET refunded = NULL WHERE id = 'pi_e'"),
        new Fault("I13", "ee", "UPDATE public.intents SET disputed = 1 WHERE id = 'pi_e'"));
  }

  private static List<Fault> ofMessages() {
    return List.of(
        new Fault(
            "I9",
            "8a",
            "UPDATE notifications.outbox SET aggregate_version = 3 WHERE subject = id('8a')::text AND"
                + " aggregate_version = 2"),
        new Fault(
            "I9",
            "97",
            "DELETE FROM payments.outbox WHERE subject = id('97')::text AND aggregate_version = 2"),
        new Fault(
            "I12",
            "a",
            "ALTER TABLE notifications.messages DROP CONSTRAINT "
                + "messages_once_per_event; DROP INDEX notifications.messages_once; INSERT INTO notifications.messages SELECT id('8e'), order_id, "
                + "event_id, customer_id, template, channel, content, recipient, 'SENT', 0, NULL, NULL, "
                + "NULL, 1, now(), now(), now() FROM notifications.messages WHERE id = id('8a')"),
        new Fault(
            "I12",
            "a",
            "DROP INDEX notifications.messages_once; INSERT INTO "
                + "notifications.messages SELECT id('8e'), order_id, id('99'), customer_id, template, "
                + "channel, content, recipient, 'SENT', 0, NULL, NULL, NULL, 1, now(), now(), now() FROM "
                + "notifications.messages WHERE id = id('8a')"),
        new Fault(
            "I12",
            "b1",
            "INSERT INTO notifications.messages SELECT id('8e'), id('b1'), id('99'), customer_id, "
                + "template, channel, content, recipient, 'SENT', 0, NULL, NULL, NULL, 1, now(), now(), "
                + "now() FROM notifications.messages WHERE order_id = id('b')"),
        new Fault("I12", "c", "DELETE FROM notifications.messages WHERE order_id = id('c')"),
        new Fault(
            "I12",
            "a",
            "UPDATE notifications.messages SET template = 'order-cancelled' WHERE id = id('8a')"),
        // The same to a seller, about an order and about none.
        new Fault(
            "I12",
            "b1",
            "ALTER TABLE notifications.messages DROP CONSTRAINT messages_once_per_event; DROP INDEX"
                + " notifications.messages_once; INSERT INTO notifications.messages (id, order_id,"
                + " root_order_id, event_id, audience, seller_id, template, channel, content, status,"
                + " version, created_at, updated_at) SELECT id('8e'), order_id, root_order_id,"
                + " event_id, audience, seller_id, template, channel, content, status, 1, now(), now()"
                + " FROM notifications.messages WHERE id = id('8b1')"),
        new Fault(
            "I12",
            "88f",
            "ALTER TABLE notifications.messages DROP CONSTRAINT messages_once_per_event; INSERT INTO"
                + " notifications.messages (id, event_id, audience, seller_id, template, channel,"
                + " content, status, version, created_at, updated_at) SELECT id('8e'), event_id,"
                + " audience, seller_id, template, channel, content, status, 1, now(), now() FROM"
                + " notifications.messages WHERE id = id('8f1')"),
        new Fault(
            "I12",
            "b2",
            "DROP INDEX notifications.messages_once; INSERT INTO notifications.messages (id,"
                + " order_id, root_order_id, event_id, audience, seller_id, template, channel, content,"
                + " status, version, created_at, updated_at) SELECT id('8e'), order_id, root_order_id,"
                + " id('99'), audience, seller_id, template, channel, content, status, 1, now(), now()"
                + " FROM notifications.messages WHERE id = id('8b3')"),
        // Another seller's order, and a child that is said to be another's.
        new Fault(
            "I12", "b1", "UPDATE notifications.messages SET seller_id = 's2' WHERE id = id('8b1')"),
        new Fault(
            "I12",
            "b1",
            "UPDATE notifications.messages SET root_order_id = id('a') WHERE id = id('8b1')"),
        new Fault("I12", "b2", "DELETE FROM notifications.messages WHERE id = id('8b2')"));
  }
}
