-- Double entry: every change of a payment's money is one transaction whose entries sum up to nothing, per currency. Amounts are
-- debits when positive, credits when negative. Nothing is ever changed: what was wrong is put right by another transaction.
CREATE TABLE ledger_transactions (
  id uuid PRIMARY KEY,
  type text NOT NULL,
  payment_id uuid REFERENCES payments (id),
  -- What caused it: an operation's id, or a payout's own.
  reference text NOT NULL,
  booked_at timestamptz NOT NULL
);
-- Serves I8 and whoever asks what was booked for a payment.
CREATE INDEX idx_ledger_transactions_payment ON ledger_transactions (payment_id);
-- A payout is booked once by its reference.
CREATE UNIQUE INDEX idx_ledger_transactions_payout ON ledger_transactions (reference) WHERE type = 'PAYOUT';

CREATE TABLE ledger_entries (
  transaction_id uuid NOT NULL REFERENCES ledger_transactions (id),
  line smallint NOT NULL,
  -- provider:NAME, customer:ID, seller:ID, fees, refunds, payouts
  account text NOT NULL,
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  amount bigint NOT NULL CHECK (amount <> 0),
  PRIMARY KEY (transaction_id, line)
);
-- Serves an account's entries, newest first, and its balance without a visit to the table.
CREATE INDEX idx_ledger_entries_account ON ledger_entries (account, currency, transaction_id) INCLUDE (amount);

CREATE TRIGGER ledger_transactions_are_final BEFORE UPDATE OR DELETE ON ledger_transactions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entries_are_final BEFORE UPDATE OR DELETE ON ledger_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- At COMMIT, when all entries of the transaction are there.
CREATE FUNCTION ledger_must_balance() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (SELECT FROM ledger_entries WHERE transaction_id = NEW.transaction_id GROUP BY currency HAVING sum(amount) <> 0) THEN
    RAISE EXCEPTION 'ledger transaction % does not balance', NEW.transaction_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entries_balance AFTER INSERT ON ledger_entries DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION ledger_must_balance();

-- What was taken and given back before there was a ledger.
WITH moved AS (
  SELECT p.id, gen_random_uuid() AS transaction_id, p.customer_id, p.currency, p.captured_amount AS taken, p.refunded_amount AS given, p.updated_at
  FROM payments p WHERE p.captured_amount > 0
), booked AS (
  INSERT INTO ledger_transactions (id, type, payment_id, reference, booked_at)
  SELECT transaction_id, 'OPENING', id, id::text, updated_at FROM moved RETURNING id
)
INSERT INTO ledger_entries (transaction_id, line, account, currency, amount)
SELECT transaction_id, row_number() OVER (PARTITION BY transaction_id), account, currency, amount FROM (
SELECT transaction_id, 'provider:stripe' AS account, currency, taken - given AS amount FROM moved WHERE taken <> given
UNION ALL
SELECT m.transaction_id, 'refunds', m.currency, -sum(o.amount)
FROM moved m JOIN payment_operations o ON o.payment_id = m.id AND o.kind = 'REFUND' AND o.status NOT IN ('SUCCEEDED', 'FAILED')
GROUP BY m.transaction_id, m.currency
UNION ALL
SELECT m.transaction_id, 'seller:' || s.seller_id, m.currency, -sum(s.captured_amount - s.refunded_amount - coalesce(o.refunding, 0))
FROM moved m
JOIN payment_shares s ON s.payment_id = m.id
LEFT JOIN LATERAL (SELECT sum(amount) AS refunding FROM payment_operations o
                   WHERE o.payment_id = m.id AND o.order_id = s.order_id AND o.kind = 'REFUND' AND o.status NOT IN ('SUCCEEDED', 'FAILED')) o ON true
GROUP BY m.transaction_id, m.currency, s.seller_id
HAVING sum(s.captured_amount - s.refunded_amount - coalesce(o.refunding, 0)) <> 0) AS e;
