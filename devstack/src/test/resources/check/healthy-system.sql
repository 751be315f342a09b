-- A small system in which everything adds up: each test breaks one thing of it.
-- Ids of one fixed moment, so that a test can name the same row later.
CREATE TABLE public.moment AS SELECT now() AS at;
CREATE FUNCTION public.id(name text) RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT (left(orders.uuid7_floor(at)::text, 24) || lpad(name, 12, '0'))::uuid FROM public.moment $$;
SET search_path = public;

INSERT INTO inventory.inventory (variant_id, seller_id, name, unit_price, currency, on_hand, reserved, created_at, updated_at)
VALUES ('v1', 's1', 'One', 100, 'EUR', 10, 5, now(), now()),
       ('v2', 's2', 'Two', 250, 'EUR', 4, 1, now(), now());
INSERT INTO inventory.stock_movements (id, variant_id, seller_id, type, quantity, actor, created_at)
VALUES (id('1'), 'v1', 's1', 'RECEIPT', 14, 'test', now()),
       (id('2'), 'v1', 's1', 'DAMAGE', -2, 'test', now()),
       (id('3'), 'v2', 's2', 'RECEIPT', 4, 'test', now());

-- 5: one of four units cancelled, three shipped in two parcels, one of them refunded and back in stock.
INSERT INTO inventory.stock_movements (id, variant_id, seller_id, type, quantity, reference, actor, created_at)
VALUES (id('4'), 'v1', 's1', 'SHIPMENT', -2, 'parcel-1', 'test', now()), (id('5'), 'v1', 's1', 'SHIPMENT', -1, 'parcel-2', 'test', now()),
       (id('6'), 'v1', 's1', 'RETURN', 1, 'refund-1', 'test', now());

-- a: confirmed. b: confirmed, split into b1 and b2. c: sold out. d: declined. e: waits for its stock. f: waits for the customer. 7: expired.
INSERT INTO orders.orders (id, order_number, root_order_id, parent_order_id, is_split, customer_id, seller_id, status, payment_status,
  fulfilment_status, cancel_reason, currency, items_amount, shipping_amount, discount_amount, tax_amount, total_amount, item_count,
  payment_method, expires_at, version, created_at, updated_at)
SELECT id(name), 'N-' || name, id(left(name, 1)), CASE WHEN name IN ('b1', 'b2') THEN id('b') END, name = 'b', 'customer', seller,
       status, payment, 'NONE', reason, 'EUR', items, shipping, discount, 0, items + shipping - discount, 1,
       'pm', now() + interval '1 hour', version, now() - interval '1 hour', now() - interval '1 hour'
FROM (VALUES
  ('a', 's1', 'CONFIRMED', 'AUTHORIZED', NULL, 200, 50, 20, 2),
  ('b', NULL, 'CONFIRMED', 'AUTHORIZED', NULL, 550, 30, 0, 2),
  ('b1', 's1', 'CONFIRMED', 'AUTHORIZED', NULL, 300, 16, 0, 2),
  ('b2', 's2', 'CONFIRMED', 'AUTHORIZED', NULL, 250, 14, 0, 2),
  ('c', 's2', 'CANCELLED', 'NONE', 'OUT_OF_STOCK', 2500, 0, 0, 2),
  ('d', 's1', 'CANCELLED', 'FAILED', 'PAYMENT_DECLINED', 100, 0, 0, 2),
  ('e', 's1', 'PENDING', 'NONE', NULL, 100, 0, 0, 1),
  ('f', 's1', 'PENDING', 'REQUIRES_ACTION', NULL, 0, 10, 0, 2),
  ('7', 's2', 'CANCELLED', 'NONE', 'EXPIRED', 250, 0, 0, 3)
) AS o (name, seller, status, payment, reason, items, shipping, discount, version);

INSERT INTO orders.order_items (id, order_id, line, variant_id, seller_id, name, quantity, unit_price, discount_amount,
  shipping_amount, tax_amount, total_price, status, reservation_key)
SELECT id('1f' || name), id(name), 1, variant, seller, 'Item', quantity, price, discount, shipping, 0,
       quantity * price - discount + shipping, status, 'hold-' || name
FROM (VALUES
  ('a', 'v1', 's1', 2, 100, 20, 50, 'CONFIRMED'),
  ('b1', 'v1', 's1', 3, 100, 0, 16, 'CONFIRMED'),
  ('b2', 'v2', 's2', 1, 250, 0, 14, 'CONFIRMED'),
  ('c', 'v2', 's2', 10, 250, 0, 0, 'CANCELLED'),
  ('d', 'v1', 's1', 1, 100, 0, 0, 'CANCELLED'),
  ('e', 'v1', 's1', 1, 100, 0, 0, 'PENDING'),
  ('f', 'v1', 's1', 1, 0, 0, 10, 'PENDING'),
  ('7', 'v2', 's2', 1, 250, 0, 0, 'CANCELLED')
) AS i (name, variant, seller, quantity, price, discount, shipping, status);

INSERT INTO orders.orders (id, order_number, root_order_id, is_split, customer_id, seller_id, status, payment_status,
  fulfilment_status, currency, items_amount, shipping_amount, discount_amount, tax_amount, total_amount, item_count,
  payment_method, expires_at, version, created_at, updated_at, cancelled_amount, captured_amount, refunded_amount, shipments, refunds)
VALUES (id('5'), 'N-5', id('5'), false, 'customer', 's1', 'SHIPPED', 'PARTIALLY_REFUNDED', 'SHIPPED', 'EUR', 400, 40, 0, 0, 440, 1,
  'pm', now() + interval '1 hour', 8, now() - interval '1 hour', now() - interval '1 hour', 100, 340, 100,
  jsonb_build_array(
    jsonb_build_object('id', id('b51'), 'amount', 240, 'capture', 'CAPTURED', 'deliveredAt', now(),
                       'lines', jsonb_build_array(jsonb_build_object('itemId', id('1f5'), 'quantity', 2))),
    jsonb_build_object('id', id('b52'), 'amount', 100, 'capture', 'CAPTURED',
                       'lines', jsonb_build_array(jsonb_build_object('itemId', id('1f5'), 'quantity', 1)))),
  jsonb_build_array(
    jsonb_build_object('id', id('b53'), 'amount', 100, 'shippingAmount', 0, 'status', 'SUCCEEDED',
                       'lines', jsonb_build_array(jsonb_build_object('itemId', id('1f5'), 'quantity', 1, 'amount', 100))),
    jsonb_build_object('id', id('b54'), 'amount', 100, 'shippingAmount', 0, 'status', 'FAILED',
                       'lines', jsonb_build_array(jsonb_build_object('itemId', id('1f5'), 'quantity', 1, 'amount', 100)))));
INSERT INTO orders.order_items (id, order_id, line, variant_id, seller_id, name, quantity, unit_price, discount_amount,
  shipping_amount, tax_amount, total_price, status, reservation_key, cancelled_quantity, shipped_quantity, delivered_quantity,
  refunded_quantity, cancelled_amount, refunded_amount)
VALUES (id('1f5'), id('5'), 1, 'v1', 's1', 'Item', 4, 100, 0, 40, 0, 440, 'SHIPPED', 'hold-5', 1, 3, 2, 1, 100, 100);

INSERT INTO orders.order_timeline (order_id, version, type, time, actor, data)
SELECT o.id, n, 'placed', now(), 'test', '{}'
FROM orders.orders o, generate_series(1, o.version) AS n;

INSERT INTO orders.order_sagas (order_id, step, deadline, version)
VALUES (id('a'), 'COMPLETED', NULL, 1), (id('5'), 'COMPLETED', NULL, 1), (id('b'), 'COMPLETED', NULL, 1), (id('c'), 'CANCELLED', NULL, 1),
       (id('d'), 'CANCELLED', NULL, 1), (id('7'), 'CANCELLED', NULL, 1), (id('e'), 'RESERVING', now() + interval '1 hour', 1), (id('f'), 'AUTHORIZING', NULL, 1);

INSERT INTO orders.outbox (id, topic, key, type, dataschema, subject, aggregate_version, time, data)
SELECT id(lpad(row_number() OVER ()::text, 6, 'a')), 'orders.order.events.v1', o.root_order_id::text, 'type', 'schema', o.id::text, n, now(), '{}'
FROM orders.orders o, generate_series(1, o.version) AS n;
INSERT INTO orders.outbox (id, topic, key, type, dataschema, subject, aggregate_version, time, data)
VALUES (id('bb1'), 'inventory.reservation.commands.v1', id('a')::text, 'type', 'schema', id('a')::text, 0, now(), '{}'),
       (id('bb2'), 'payments.payment.commands.v1', id('a')::text, 'type', 'schema', id('a')::text, 0, now(), '{}');
-- What lay before version 3 was dropped with its day.
INSERT INTO inventory.outbox (id, topic, key, type, dataschema, subject, aggregate_version, time, data)
VALUES (id('cc3'), 'inventory.reservation.events.v1', id('d')::text, 'type', 'schema', id('d')::text, 3, now(), '{}'),
       (id('cc4'), 'inventory.reservation.events.v1', id('d')::text, 'type', 'schema', id('d')::text, 4, now(), '{}'),
       (id('cc5'), 'inventory.stock.state.v1', 'v1|s1', 'type', 'schema', 'v1|s1', 5, now(), '{}'),
       (id('cc9'), 'inventory.stock.state.v1', 'v1|s1', 'type', 'schema', 'v1|s1', 9, now(), '{}');

INSERT INTO inventory.reservations (key, status, version, created_at, updated_at)
VALUES (id('a')::text, 'ACTIVE', 1, now(), now()), (id('b')::text, 'ACTIVE', 1, now(), now()),
       (id('5')::text, 'COMMITTED', 5, now(), now()), (id('c')::text, 'REJECTED', 1, now(), now()), (id('d')::text, 'RELEASED', 2, now(), now());
INSERT INTO inventory.reservations (key, status, version, created_at, updated_at, expires_at)
VALUES ('cart-1', 'ACTIVE', 1, now(), now(), now() + interval '10 minutes');
INSERT INTO inventory.inventory_reservations (reservation_key, group_key, variant_id, seller_id, quantity, status, created_at)
VALUES ('hold-a', id('a')::text, 'v1', 's1', 2, 'ACTIVE', now()),
       ('hold-b1', id('b')::text, 'v1', 's1', 3, 'ACTIVE', now()),
       ('hold-b2', id('b')::text, 'v2', 's2', 1, 'ACTIVE', now()),
       ('hold-d', id('d')::text, 'v1', 's1', 1, 'RELEASED', now());
INSERT INTO inventory.inventory_reservations (reservation_key, group_key, variant_id, seller_id, quantity, committed_quantity,
  returned_quantity, status, created_at)
VALUES ('hold-5', id('5')::text, 'v1', 's1', 3, 3, 1, 'COMMITTED', now());

-- What the payments of these orders came to. The void of 7 is an hour old, as its cancellation is.
INSERT INTO payments.payments (id, order_id, customer_id, currency, amount, authorized_amount, status, payment_method,
  provider_reference, version, closed, created_at, updated_at)
SELECT id('9' || name), id(name), 'customer', 'EUR', amount, authorized, status, 'pm', reference, version, status = 'VOIDED',
       now() - interval '1 hour', now() - interval '1 hour'
FROM (VALUES
  ('a', 230, 230, 'AUTHORIZED', 'pi_a', 2),
  ('b', 580, 580, 'AUTHORIZED', 'pi_b', 3),
  ('d', 100, 0, 'DECLINED', NULL, 2),
  ('f', 10, 0, 'REQUIRES_ACTION', 'pi_f', 2),
  ('7', 250, 250, 'VOIDED', 'pi_7', 3)
) AS p (name, amount, authorized, status, reference, version);
INSERT INTO payments.payment_shares (payment_id, order_id, seller_id, amount)
VALUES (id('9a'), id('a'), 's1', 230), (id('9b'), id('b1'), 's1', 316), (id('9b'), id('b2'), 's2', 264),
       (id('9d'), id('d'), 's1', 100), (id('9f'), id('f'), 's1', 10), (id('97'), id('7'), 's2', 250);
INSERT INTO payments.payments (id, order_id, customer_id, currency, amount, authorized_amount, captured_amount, released_amount,
  refunded_amount, taken_amount, given_back_amount, commission, closed, status, payment_method, provider_reference, version, created_at, updated_at)
VALUES (id('95'), id('5'), 'customer', 'EUR', 440, 440, 340, 100, 100, 340, 100, 1000, true, 'PARTIALLY_REFUNDED', 'pm', 'pi_5', 6,
  now() - interval '1 hour', now() - interval '1 hour');
INSERT INTO payments.payment_shares (payment_id, order_id, seller_id, amount, captured_amount, released_amount, refunded_amount)
VALUES (id('95'), id('5'), 's1', 440, 340, 100, 100);
INSERT INTO payments.payment_operations (id, kind, payment_id, order_id, amount, status, round, failure_code, created_at, updated_at)
VALUES (id('b51'), 'CAPTURE', id('95'), id('5'), 240, 'SUCCEEDED', 1, NULL, now(), now()),
       (id('b52'), 'CAPTURE', id('95'), id('5'), 100, 'SUCCEEDED', 1, NULL, now(), now()),
       (id('b50'), 'RELEASE', id('95'), id('5'), 100, 'SUCCEEDED', 1, NULL, now(), now()),
       (id('b53'), 'REFUND', id('95'), id('5'), 100, 'SUCCEEDED', 1, NULL, now(), now()),
       (id('b54'), 'REFUND', id('95'), id('5'), 100, 'FAILED', 1, 'refused', now(), now());
INSERT INTO payments.payment_events (payment_id, version, kind, result, subject, amount, created_at)
SELECT id, 1, 'AUTHORIZATION', 'REQUESTED', id, amount, created_at FROM payments.payments
UNION ALL
SELECT id, 2, 'AUTHORIZATION', CASE status WHEN 'DECLINED' THEN 'FAILED' WHEN 'REQUIRES_ACTION' THEN 'ACTION_REQUIRED' ELSE 'SUCCEEDED' END,
       id, amount, created_at FROM payments.payments
UNION ALL
SELECT id, 3, 'CANCELLATION', 'SUCCEEDED', id, 0, created_at FROM payments.payments WHERE closed;
INSERT INTO payments.payment_events (payment_id, version, kind, result, subject, order_id, amount, created_at)
SELECT payment_id, 3, kind, r.result, id, order_id, amount, created_at
FROM payments.payment_operations, LATERAL (VALUES ('REQUESTED'), (status)) AS r (result);
-- Of 340 that were taken for 5, 100 went back; a tenth of what is kept is the marketplace's.
INSERT INTO payments.ledger_transactions (id, type, payment_id, reference, booked_at)
VALUES (id('1ed1'), 'CAPTURE_SUCCEEDED', id('95'), 'b51', now()), (id('1ed2'), 'REFUND_SUCCEEDED', id('95'), 'b53', now());
INSERT INTO payments.ledger_entries (transaction_id, line, account, currency, amount)
VALUES (id('1ed1'), 1, 'provider:stripe', 'EUR', 340), (id('1ed1'), 2, 'customer:customer', 'EUR', -340),
       (id('1ed1'), 3, 'customer:customer', 'EUR', 340), (id('1ed1'), 4, 'seller:s1', 'EUR', -306), (id('1ed1'), 5, 'fees', 'EUR', -34),
       (id('1ed2'), 1, 'provider:stripe', 'EUR', -100), (id('1ed2'), 2, 'seller:s1', 'EUR', 90), (id('1ed2'), 3, 'fees', 'EUR', 10);
INSERT INTO payments.outbox (id, topic, key, type, dataschema, subject, aggregate_version, time, data)
SELECT id(lpad(row_number() OVER ()::text, 6, 'd')), 'payments.payment.events.v1', order_id::text, 'type', 'schema', id::text, n, now(), '{}'
FROM payments.payments, generate_series(1, version) AS n;

-- Each decided order is told once, the children are not. d waits for its contact.
INSERT INTO notifications.messages (id, order_id, event_id, customer_id, template, channel, content, recipient, status, version, created_at, updated_at)
SELECT id('8' || name), id(name), id('88' || name), 'customer', template, 'EMAIL', '{}', recipient, status, 2, now(), now()
FROM (VALUES
  ('5', 'order-confirmed', 'a@example.org', 'SENT'),
  ('a', 'order-confirmed', 'a@example.org', 'SENT'),
  ('b', 'order-confirmed', 'b@example.org', 'SENT'),
  ('c', 'order-cancelled', 'a@example.org', 'SENT'),
  ('d', 'order-cancelled', NULL, 'QUEUED'),
  ('7', 'order-cancelled', 'b@example.org', 'FAILED')
) AS m (name, template, recipient, status);
-- Of a, its seller is told by the same event. Of the children of b each seller is told of its own, s2 also that it is off.
INSERT INTO notifications.messages (id, order_id, root_order_id, event_id, audience, seller_id, template, channel, content, recipient, status,
  version, created_at, updated_at)
SELECT id('8' || event), id(name), CASE WHEN name <> 'a' THEN id('b') END, id('88' || event), 'SELLER', seller, template, 'EMAIL', '{}',
       seller || '@example.org', status, version, now(), now()
FROM (VALUES
  ('1a', 'a', 's1', 'seller-order-confirmed', 'SENT', 2),
  ('b1', 'b1', 's1', 'seller-order-confirmed', 'SENT', 2),
  ('b2', 'b2', 's2', 'seller-order-confirmed', 'SUPPRESSED', 1),
  ('b3', 'b2', 's2', 'seller-order-cancelled', 'FAILED', 2)
) AS m (event, name, seller, template, status, version);
UPDATE notifications.messages SET event_id = id('88a') WHERE id = id('81a');
-- About no order, and so without events.
INSERT INTO notifications.messages (id, event_id, audience, seller_id, template, channel, content, recipient, status, version, created_at, updated_at)
VALUES (id('8f1'), id('88f'), 'SELLER', 's1', 'webhook-disabled', 'EMAIL', '{}', 's1@example.org', 'SENT', 2, now(), now()),
       (id('8f2'), id('88f'), 'OPERATOR', NULL, 'webhook-disabled', 'EMAIL', '{}', 'o@example.org', 'SENT', 2, now(), now());
INSERT INTO notifications.outbox (id, topic, key, type, dataschema, subject, aggregate_version, time, data)
SELECT id(lpad(row_number() OVER ()::text, 6, 'e')), 'notifications.message.events.v1', coalesce(root_order_id, order_id)::text, 'type', 'schema',
       id::text, n, now(), '{}'
FROM notifications.messages, generate_series(1, version) AS n
WHERE order_id IS NOT NULL;

-- The provider's side, as its list of intents shows it.
CREATE TABLE public.intents AS
SELECT id, amount, capturable, captured, refunded, 0 AS disputed, 'eur' AS currency, status,
       jsonb_build_object('payment_id', public.id('9' || name), 'order_id', public.id(name)) AS metadata,
       extract(epoch FROM now() - interval '1 hour')::bigint AS created
FROM (VALUES
  ('pi_a', 'a', 230, 230, 0, 0, 'requires_capture'),
  ('pi_5', '5', 440, 0, 340, 100, 'succeeded'),
  ('pi_b', 'b', 580, 580, 0, 0, 'requires_capture'),
  ('pi_d', 'd', 100, 0, 0, 0, 'requires_payment_method'),
  ('pi_f', 'f', 10, 0, 0, 0, 'requires_action'),
  ('pi_7', '7', 250, 0, 0, 0, 'canceled'),
  -- Made there by somebody else, and given back or let go of.
  ('pi_e', 'ee', 70, 0, 70, 70, 'succeeded'),
  ('pi_ee', 'ee', 70, 0, 0, 0, 'canceled')
) AS i (id, name, amount, capturable, captured, refunded, status);
