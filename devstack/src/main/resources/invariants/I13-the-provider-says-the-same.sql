-- title: what we say of a payment is what the provider says
-- grace: the provider's list is read after our snapshot was taken, and may be ahead of it
-- ledger: the provider's payment intents; they carry our ids as metadata
-- Left out: payments that the provider is being asked about, or whose order was only just cancelled; and, of
-- what only the provider can know first, intents younger than the grace time.
WITH intent AS (
  SELECT id, amount, capturable, captured, refunded, disputed, upper(currency) AS currency, status,
         metadata ->> 'payment_id' AS payment_id, metadata ->> 'order_id' AS order_id, to_timestamp(created) AS created_at
  FROM jsonb_to_recordset(:ledger) AS i (id text, amount bigint, capturable bigint, captured bigint, refunded bigint, disputed bigint,
                                         currency text, status text, metadata jsonb, created bigint)
), payment AS (
  SELECT p.*,
         (task IS NOT NULL AND greatest(next_attempt_at, leased_until) > now() - :grace)
           OR EXISTS (SELECT FROM orders.orders o
                      WHERE o.id = p.order_id AND o.status = 'CANCELLED' AND o.updated_at > now() - :grace) AS is_moving,
         status IN ('REQUESTED', 'UNKNOWN', 'REQUIRES_ACTION') AS may_lag,
         -- What was released is held there until the last capture, or until the rest is let go of.
         CASE WHEN status IN ('AUTHORIZED', 'PARTIALLY_CAPTURED', 'CAPTURED', 'PARTIALLY_REFUNDED', 'REFUNDED') AND NOT closed
              THEN authorized_amount - taken_amount ELSE 0 END AS capturable,
         CASE
           WHEN status IN ('AUTHORIZED', 'PARTIALLY_CAPTURED', 'CAPTURED', 'PARTIALLY_REFUNDED', 'REFUNDED')
             THEN CASE WHEN closed THEN '{succeeded}' ELSE '{requires_capture}' END
           WHEN status = 'REQUIRES_ACTION' THEN '{requires_action}'
           WHEN status = 'DECLINED' THEN '{requires_payment_method,canceled}'
           -- What was taken ahead of the parcels cannot be let go of, only given back.
           WHEN status = 'VOIDED' THEN CASE WHEN taken_amount > 0 THEN '{succeeded}' ELSE '{canceled}' END
           -- Not known to us: then nothing may be held or taken there for longer than the grace time.
           ELSE '{requires_payment_method,requires_confirmation,requires_action,processing,canceled}'
         END::text[] AS expected
  FROM payments.payments p
)
SELECT coalesce(i.order_id, i.id) AS id, format('missing here: intent %s, %s, %s %s', i.id, i.status, i.amount, i.currency) AS detail
FROM intent i
LEFT JOIN payment p ON p.id::text = i.payment_id AND (p.provider_reference = i.id OR p.provider_reference IS NULL)
WHERE p.id IS NULL AND i.created_at < now() - :grace
  -- What ended without anything held or taken is nobody's loss.
  AND (i.status IN ('canceled', 'succeeded') AND i.capturable = 0 AND i.captured = i.refunded AND coalesce(i.disputed, 0) = 0) IS NOT TRUE
UNION ALL
SELECT p.order_id::text, format('missing there: payment %s is %s as %s', p.id, p.status, p.provider_reference)
FROM payment p
LEFT JOIN intent i ON i.id = p.provider_reference
WHERE i.id IS NULL AND (p.provider_reference IS NOT NULL OR p.status IN ('AUTHORIZED', 'PARTIALLY_CAPTURED', 'CAPTURED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'REQUIRES_ACTION'))
UNION ALL
SELECT p.order_id::text,
       format('payment %s is %s, %s %s, capturable %s, captured %s, refunded %s, but intent %s is %s, %s %s, capturable %s, captured %s, refunded %s',
              p.id, p.status, p.amount, p.currency, p.capturable, p.taken_amount, p.given_back_amount,
              i.id, i.status, i.amount, i.currency, i.capturable, i.captured, i.refunded)
FROM payment p
JOIN intent i ON p.id::text = i.payment_id AND (p.provider_reference = i.id OR p.provider_reference IS NULL)
WHERE NOT p.is_moving
  AND NOT (p.may_lag AND i.created_at > now() - :grace)
  AND (i.status <> ALL (p.expected)
       -- An amount that the provider's list does not name at all differs, too.
       OR (p.amount, p.currency, p.capturable, p.taken_amount) IS DISTINCT FROM (i.amount, i.currency, i.capturable, i.captured)
       -- The provider counts a refund from when it takes it on.
       OR coalesce(i.refunded, -1) NOT BETWEEN p.given_back_amount AND p.given_back_amount + p.refunding_amount + p.returning_amount
       OR p.disputed_amount <> coalesce(i.disputed, 0))
UNION ALL
SELECT coalesce(min(order_id), min(id)), format('charged twice: %s intents for payment %s', count(*), payment_id)
FROM intent
WHERE payment_id IS NOT NULL AND (capturable > 0 OR captured > 0)
GROUP BY payment_id
HAVING count(*) > 1
