-- title: captured + released <= authorised, refunded <= captured, for the whole and for each share, and the shares are the children's totals and make up the payment
-- Of a payment that holds nothing any more, what was released is nobody's concern.
WITH shared AS (
  SELECT payment_id, sum(amount) AS amount, sum(captured_amount) AS captured, sum(released_amount) AS released,
         sum(refunded_amount) AS refunded
  FROM payments.payment_shares
  GROUP BY payment_id
), operated AS (
  SELECT payment_id, order_id,
         coalesce(sum(amount) FILTER (WHERE kind = 'CAPTURE' AND status = 'SUCCEEDED'), 0) AS captured,
         coalesce(sum(amount) FILTER (WHERE kind = 'REFUND' AND status = 'SUCCEEDED'), 0) AS refunded,
         coalesce(sum(amount) FILTER (WHERE kind = 'REFUND' AND status <> 'FAILED'), 0) AS refunding
  FROM payments.payment_operations
  GROUP BY payment_id, order_id
)
SELECT p.id,
       format('order %s: amount %s, shares %s, authorised %s, captured %s (shares %s), released %s, refunded %s (shares %s)', p.order_id,
              p.amount, coalesce(s.amount, 0), p.authorized_amount, p.captured_amount, coalesce(s.captured, 0), p.released_amount,
              p.refunded_amount, coalesce(s.refunded, 0)) AS detail
FROM payments.payments p
LEFT JOIN shared s ON s.payment_id = p.id
WHERE p.amount IS DISTINCT FROM s.amount
   OR p.authorized_amount > p.amount
   OR p.captured_amount + p.released_amount > p.authorized_amount
   OR p.refunded_amount > p.captured_amount
   OR p.captured_amount <> s.captured
   OR p.refunded_amount <> s.refunded
   OR (p.status <> 'VOIDED' AND p.released_amount <> s.released)
UNION ALL
SELECT s.payment_id, format('share of order %s: %s, that order is %s', s.order_id, s.amount, coalesce(o.total_amount::text, 'missing'))
FROM payments.payment_shares s
LEFT JOIN orders.orders o ON o.id = s.order_id
WHERE s.amount IS DISTINCT FROM o.total_amount
UNION ALL
SELECT s.payment_id,
       format('share of order %s: captured %s, its captures %s, refunded %s, its refunds %s, with those on their way %s', s.order_id,
              s.captured_amount, coalesce(o.captured, 0), s.refunded_amount, coalesce(o.refunded, 0), coalesce(o.refunding, 0))
FROM payments.payment_shares s
LEFT JOIN operated o USING (payment_id, order_id)
WHERE s.captured_amount <> coalesce(o.captured, 0)
   OR s.refunded_amount <> coalesce(o.refunded, 0)
   OR coalesce(o.refunding, 0) > s.captured_amount
