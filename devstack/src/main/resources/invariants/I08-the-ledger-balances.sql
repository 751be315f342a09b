-- title: every ledger transaction balances, and the accounts of the provider, of each seller, and of refunds on their way follow from the payments
WITH booked AS (
  SELECT t.payment_id, e.account, sum(e.amount) AS amount
  FROM payments.ledger_transactions t
  JOIN payments.ledger_entries e ON e.transaction_id = t.id
  WHERE t.payment_id IS NOT NULL
  GROUP BY t.payment_id, e.account
), due AS (
  SELECT id AS payment_id, 'provider:stripe' AS account, taken_amount - given_back_amount - disputed_amount AS amount FROM payments.payments
  UNION ALL
  SELECT id, 'refunds', -(refunding_amount + returning_amount) FROM payments.payments
  UNION ALL
  SELECT p.id, 'seller:' || s.seller_id,
         -- The commission on what is kept, half up, per share.
         sum((s.captured_amount - s.refunded_amount - s.refunding_amount) * p.commission / 10000
             + CASE WHEN (s.captured_amount - s.refunded_amount - s.refunding_amount) * p.commission % 10000 >= 5000 THEN 1 ELSE 0 END
             - (s.captured_amount - s.refunded_amount - s.refunding_amount) + s.disputed_amount)
  FROM payments.payments p
  JOIN payments.payment_shares s ON s.payment_id = p.id
  GROUP BY p.id, s.seller_id
)
SELECT coalesce(t.payment_id, e.transaction_id) AS id, format('transaction %s of %s sums up to %s %s', e.transaction_id, t.type, sum(e.amount), e.currency) AS detail
FROM payments.ledger_entries e
JOIN payments.ledger_transactions t ON t.id = e.transaction_id
GROUP BY e.transaction_id, t.payment_id, t.type, e.currency
HAVING sum(e.amount) <> 0
UNION ALL
SELECT d.payment_id, format('%s: booked %s, the payment says %s', d.account, coalesce(b.amount, 0), d.amount)
FROM due d
LEFT JOIN booked b USING (payment_id, account)
WHERE d.amount <> coalesce(b.amount, 0)
UNION ALL
SELECT b.payment_id, format('%s: booked %s for a payment that it has no part in', b.account, b.amount)
FROM booked b
LEFT JOIN due d USING (payment_id, account)
WHERE d.account IS NULL AND (b.account LIKE 'seller:%' OR b.account LIKE 'provider:%')
