-- title: captured <= authorised, refunded <= captured; the shares are the children's totals and sum to the payment
WITH shared AS (
  SELECT payment_id, sum(amount) AS amount
  FROM payments.payment_shares
  GROUP BY payment_id
)
SELECT p.id,
       format('order %s: amount %s, shares %s, authorised %s, captured %s, refunded %s', p.order_id, p.amount,
              coalesce(s.amount, 0), p.authorized_amount, p.captured_amount, p.refunded_amount) AS detail
FROM payments.payments p
LEFT JOIN shared s ON s.payment_id = p.id
WHERE p.amount IS DISTINCT FROM s.amount
   OR p.authorized_amount > p.amount
   OR p.captured_amount > p.authorized_amount
   OR p.refunded_amount > p.captured_amount
UNION ALL
SELECT s.payment_id, format('share of order %s: %s, that order is %s', s.order_id, s.amount, coalesce(o.total_amount::text, 'missing'))
FROM payments.payment_shares s
LEFT JOIN orders.orders o ON o.id = s.order_id
WHERE s.amount IS DISTINCT FROM o.total_amount
