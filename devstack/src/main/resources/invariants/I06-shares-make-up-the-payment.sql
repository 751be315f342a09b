-- title: what is kept of a payment and of each share is what its list of events says, within its caps, and the shares are the children's totals and make up the payment
-- The amounts are computed anew, from the fact that decides about each thing: the last round, and in it the last result.
WITH fact AS (
  SELECT DISTINCT ON (payment_id, kind, subject, order_id) payment_id, kind, order_id, amount, result,
         CASE WHEN result IN ('REQUESTED', 'UNKNOWN', 'ACTION_REQUIRED') THEN 'OPEN' ELSE result END AS outcome
  FROM payments.payment_events
  ORDER BY payment_id, kind, subject, order_id, round DESC,
           array_position('{REQUESTED,UNKNOWN,ACTION_REQUIRED,FAILED,SUCCEEDED,REVERSED}'::text[], result) DESC
), whole AS (
  SELECT payment_id,
         coalesce(sum(amount) FILTER (WHERE kind = 'AUTHORIZATION' AND outcome = 'SUCCEEDED'), 0) AS authorized,
         coalesce(sum(amount) FILTER (WHERE kind = 'ADVANCE' AND outcome = 'SUCCEEDED'), 0) AS advanced,
         coalesce(sum(amount) FILTER (WHERE kind = 'RETURN' AND outcome = 'OPEN'), 0) AS returning,
         coalesce(sum(amount) FILTER (WHERE kind = 'RETURN' AND outcome = 'SUCCEEDED'), 0) AS returned,
         coalesce(sum(amount) FILTER (WHERE kind = 'DISPUTE' AND outcome = 'SUCCEEDED'), 0) AS disputed,
         bool_or(kind = 'CANCELLATION' AND outcome = 'SUCCEEDED') AS closed
  FROM fact
  GROUP BY payment_id
), part AS (
  SELECT payment_id, order_id,
         coalesce(sum(amount) FILTER (WHERE kind = 'CAPTURE' AND outcome = 'OPEN'), 0) AS claimed,
         coalesce(sum(amount) FILTER (WHERE kind = 'CAPTURE' AND outcome = 'SUCCEEDED'), 0) AS captured,
         coalesce(sum(amount) FILTER (WHERE kind = 'RELEASE' AND outcome = 'SUCCEEDED'), 0) AS released,
         coalesce(sum(amount) FILTER (WHERE kind = 'REFUND' AND outcome = 'OPEN'), 0) AS refunding,
         coalesce(sum(amount) FILTER (WHERE kind = 'REFUND' AND outcome = 'SUCCEEDED'), 0) AS refunded,
         coalesce(sum(amount) FILTER (WHERE kind = 'DISPUTE' AND outcome = 'SUCCEEDED'), 0) AS disputed
  FROM fact
  WHERE order_id IS NOT NULL
  GROUP BY payment_id, order_id
), shared AS (
  SELECT payment_id, sum(amount) AS amount, sum(claimed_amount) AS claimed, sum(captured_amount) AS captured,
         sum(released_amount) AS released, sum(refunding_amount) AS refunding, sum(refunded_amount) AS refunded
  FROM payments.payment_shares
  GROUP BY payment_id
)
SELECT p.id,
       format('order %s: amount %s, shares %s, authorised %s (events %s), captured %s (shares %s), released %s (shares %s), refunded %s (shares %s), ahead %s (events %s)',
              p.order_id, p.amount, coalesce(s.amount, 0), p.authorized_amount, w.authorized, p.captured_amount, coalesce(s.captured, 0),
              p.released_amount, coalesce(s.released, 0), p.refunded_amount, coalesce(s.refunded, 0), p.advanced_amount, w.advanced) AS detail
FROM payments.payments p
LEFT JOIN shared s ON s.payment_id = p.id
LEFT JOIN whole w ON w.payment_id = p.id
WHERE p.amount IS DISTINCT FROM s.amount
   OR p.authorized_amount > p.amount
   OR p.captured_amount + p.claimed_amount + p.released_amount > p.authorized_amount
   OR p.refunded_amount + p.refunding_amount > p.captured_amount
   OR p.drawn_amount + p.returning_amount + p.returned_amount > p.advanced_amount
   OR (p.claimed_amount, p.captured_amount, p.released_amount, p.refunding_amount, p.refunded_amount)
        IS DISTINCT FROM (s.claimed, s.captured, s.released, s.refunding, s.refunded)
   OR (p.authorized_amount, p.advanced_amount, p.returning_amount, p.returned_amount, p.disputed_amount, p.closed)
        IS DISTINCT FROM (w.authorized, w.advanced, w.returning, w.returned, w.disputed, w.closed)
UNION ALL
SELECT s.payment_id, format('share of order %s: %s, that order is %s', s.order_id, s.amount, coalesce(o.total_amount::text, 'missing'))
FROM payments.payment_shares s
LEFT JOIN orders.orders o ON o.id = s.order_id
WHERE s.amount IS DISTINCT FROM o.total_amount
UNION ALL
SELECT s.payment_id,
       format('share of order %s: claimed %s, captured %s, released %s, refunding %s, refunded %s, disputed %s, its events say %s, %s, %s, %s, %s, %s',
              s.order_id, s.claimed_amount, s.captured_amount, s.released_amount, s.refunding_amount, s.refunded_amount, s.disputed_amount,
              p.claimed, p.captured, p.released, p.refunding, p.refunded, p.disputed)
FROM payments.payment_shares s
LEFT JOIN part p USING (payment_id, order_id)
WHERE (s.claimed_amount, s.captured_amount, s.released_amount, s.refunding_amount, s.refunded_amount, s.disputed_amount)
        <> (coalesce(p.claimed, 0), coalesce(p.captured, 0), coalesce(p.released, 0), coalesce(p.refunding, 0), coalesce(p.refunded, 0),
            coalesce(p.disputed, 0))
