-- title: units are cancelled, shipped, delivered and refunded within what there is, captures and refunds of an order are the money captured and refunded
-- grace: a payment's answer travels to order-service as an event
WITH shipped AS (
  SELECT o.id AS order_id, (l ->> 'itemId')::uuid AS item_id, sum((l ->> 'quantity')::int) AS shipped,
         coalesce(sum((l ->> 'quantity')::int) FILTER (WHERE s ->> 'deliveredAt' IS NOT NULL), 0) AS delivered
  FROM orders.orders o, jsonb_array_elements(o.shipments) s, jsonb_array_elements(s -> 'lines') l
  GROUP BY o.id, l ->> 'itemId'
), given AS (
  SELECT o.id AS order_id, (l ->> 'itemId')::uuid AS item_id, sum((l ->> 'quantity')::int) AS refunded, sum((l ->> 'amount')::bigint) AS amount
  FROM orders.orders o, jsonb_array_elements(o.refunds) r, jsonb_array_elements(r -> 'lines') l
  WHERE r ->> 'status' <> 'FAILED'
  GROUP BY o.id, l ->> 'itemId'
), money AS (
  SELECT o.id AS order_id,
         coalesce((SELECT sum((s ->> 'amount')::bigint) FROM jsonb_array_elements(o.shipments) s WHERE s ->> 'capture' = 'CAPTURED'), 0) AS captured,
         coalesce((SELECT sum((r ->> 'amount')::bigint) FROM jsonb_array_elements(o.refunds) r WHERE r ->> 'status' = 'SUCCEEDED'), 0) AS refunded
  FROM orders.orders o
  WHERE NOT o.is_split
)
SELECT i.order_id AS id,
       format('line %s of %s units: cancelled %s, shipped %s (parcels %s), delivered %s (%s), refunded %s (%s) for %s (%s)', i.id, i.quantity,
              i.cancelled_quantity, i.shipped_quantity, coalesce(s.shipped, 0), i.delivered_quantity, coalesce(s.delivered, 0),
              i.refunded_quantity, coalesce(g.refunded, 0), i.refunded_amount, coalesce(g.amount, 0)) AS detail
FROM orders.order_items i
LEFT JOIN shipped s ON (s.order_id, s.item_id) = (i.order_id, i.id)
LEFT JOIN given g ON (g.order_id, g.item_id) = (i.order_id, i.id)
WHERE i.refunded_quantity > i.shipped_quantity
   OR i.cancelled_quantity + i.shipped_quantity > i.quantity
   OR (i.shipped_quantity, i.delivered_quantity, i.refunded_quantity, i.refunded_amount)
        <> (coalesce(s.shipped, 0), coalesce(s.delivered, 0), coalesce(g.refunded, 0), coalesce(g.amount, 0))
UNION ALL
SELECT o.id, format('captured %s, its parcels %s, payments %s, refunded %s, its refunds %s, payments %s', o.captured_amount, m.captured,
                    coalesce(p.captured_amount, 0), o.refunded_amount, m.refunded, coalesce(p.refunded_amount, 0))
FROM orders.orders o
JOIN money m ON m.order_id = o.id
LEFT JOIN payments.payment_shares p ON p.order_id = o.id
LEFT JOIN payments.payments y ON y.id = p.payment_id
WHERE (o.captured_amount, o.refunded_amount) <> (m.captured, m.refunded)
   OR ((o.captured_amount, o.refunded_amount) <> (coalesce(p.captured_amount, 0), coalesce(p.refunded_amount, 0))
       AND greatest(o.updated_at, y.updated_at) < now() - :grace)
UNION ALL
SELECT o.id, format('cancelled %s, its lines %s', o.cancelled_amount, l.amount)
FROM orders.orders o
CROSS JOIN LATERAL (SELECT coalesce(sum(i.cancelled_amount), 0) AS amount FROM orders.order_items i WHERE i.order_id = o.id) l
WHERE NOT o.is_split AND o.cancelled_amount <> l.amount
UNION ALL
SELECT o.id, format('parent: cancelled %s, captured %s, refunded %s, children %s, %s, %s', o.cancelled_amount, o.captured_amount,
                    o.refunded_amount, c.cancelled, c.captured, c.refunded)
FROM orders.orders o
JOIN (SELECT parent_order_id, sum(cancelled_amount) AS cancelled, sum(captured_amount) AS captured, sum(refunded_amount) AS refunded
      FROM orders.orders WHERE parent_order_id IS NOT NULL GROUP BY parent_order_id) c ON c.parent_order_id = o.id
WHERE (o.cancelled_amount, o.captured_amount, o.refunded_amount) <> (c.cancelled, c.captured, c.refunded)
