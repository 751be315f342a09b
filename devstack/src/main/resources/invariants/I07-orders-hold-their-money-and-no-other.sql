-- title: a confirmed order holds its money, a cancelled one holds none
-- grace: the void travels from order-service to payment-service, and from there to the provider
-- What is captured stays part of authorized_amount, so that, less what was released, is what covers the order. An
-- order that was told that its authorisation has lapsed is flagged and cannot be shipped: its saga says so. Money of
-- a cancelled order may also arrive late: then the time counts from its last event.
WITH cancelled AS (
  SELECT o.root_order_id AS order_id, sum(i.cancelled_amount) AS amount
  FROM orders.order_items i
  JOIN orders.orders o ON o.id = i.order_id
  WHERE i.cancelled_amount > 0
  GROUP BY o.root_order_id
)
SELECT o.id,
       format('%s, total %s %s, cancelled %s, payment %s holds %s, released %s', o.status, o.total_amount, o.currency,
              coalesce(c.amount, 0), coalesce(p.status, 'missing'), coalesce(p.authorized_amount, 0), coalesce(p.released_amount, 0)) AS detail
FROM orders.orders o
LEFT JOIN payments.payments p ON p.order_id = o.id
LEFT JOIN cancelled c ON c.order_id = o.id
WHERE o.parent_order_id IS NULL
  AND o.status IN ('CONFIRMED', 'PROCESSING', 'SHIPPED', 'DELIVERED')
  AND o.payment_status <> 'FAILED'
  AND CASE WHEN p.status IN ('AUTHORIZED', 'PARTIALLY_CAPTURED', 'CAPTURED', 'PARTIALLY_REFUNDED', 'REFUNDED')
           THEN p.authorized_amount - p.released_amount ELSE 0 END < o.total_amount - coalesce(c.amount, 0)
UNION ALL
SELECT o.id, format('CANCELLED %s, payment %s still %s, authorised %s, taken %s, given back %s', o.cancel_reason, p.id,
                    p.status, p.authorized_amount, p.taken_amount, p.given_back_amount)
FROM orders.orders o
JOIN payments.payments p ON p.order_id = o.id
CROSS JOIN LATERAL (
  SELECT max(e.created_at) AS last_change FROM payments.payment_events e WHERE e.payment_id = p.id
) e
WHERE o.status = 'CANCELLED'
  AND (p.status IN ('AUTHORIZED', 'PARTIALLY_CAPTURED', 'REQUIRES_ACTION') OR p.taken_amount > p.given_back_amount)
  AND greatest(o.updated_at, e.last_change) < now() - :grace
UNION ALL
SELECT o.id, format('total %s %s, payment %s asks for %s %s', o.total_amount, o.currency, p.id, p.amount, p.currency)
FROM payments.payments p
JOIN orders.orders o ON o.id = p.order_id
WHERE (p.amount, p.currency) <> (o.total_amount, o.currency)
