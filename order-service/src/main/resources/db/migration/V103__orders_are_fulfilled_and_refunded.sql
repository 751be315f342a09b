-- What was settled of an order's total. Captured and refunded are what payment-service has said.
ALTER TABLE orders
  ADD COLUMN cancelled_amount bigint NOT NULL DEFAULT 0 CHECK (cancelled_amount >= 0),
  ADD COLUMN captured_amount bigint NOT NULL DEFAULT 0 CHECK (captured_amount >= 0),
  ADD COLUMN refunded_amount bigint NOT NULL DEFAULT 0 CHECK (refunded_amount >= 0),
  ADD CONSTRAINT orders_settled_within_total CHECK (cancelled_amount + captured_amount <= total_amount),
  ADD CONSTRAINT orders_refunded_within_captured CHECK (refunded_amount <= captured_amount),
  -- Parcels and refunds are read and written with their order only, and bounded in number: ADR 7.
  ADD COLUMN shipments jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN refunds jsonb NOT NULL DEFAULT '[]';

ALTER TABLE order_items
  ADD CONSTRAINT order_items_refunded_was_shipped CHECK (refunded_quantity <= shipped_quantity),
  ADD CONSTRAINT order_items_settled_within_total CHECK (cancelled_amount + refunded_amount <= total_price);

ALTER TABLE order_payments
  DROP CONSTRAINT order_payments_status_check,
  ADD CONSTRAINT order_payments_status_check CHECK (status IN ('REQUESTED', 'UNKNOWN', 'REQUIRES_ACTION', 'AUTHORIZED',
    'PARTIALLY_CAPTURED', 'CAPTURED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'DECLINED', 'VOIDED')),
  ADD COLUMN captured_amount bigint NOT NULL DEFAULT 0,
  ADD COLUMN released_amount bigint NOT NULL DEFAULT 0,
  ADD COLUMN refunded_amount bigint NOT NULL DEFAULT 0;

-- Why each version came to be: the causing message's id, or the request's Idempotency-Key or X-Request-Id.
ALTER TABLE order_timeline ADD COLUMN cause text;
-- A timeline that can be rewritten proves nothing. Retention takes whole partitions.
CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
CREATE TRIGGER order_timeline_is_append_only BEFORE UPDATE OR DELETE ON order_timeline
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();

-- pending: commands about a confirmed order that wait for their answer. flag: why somebody should look at the order.
-- sweep_failures: how often the sweeper could not move it on; beyond a limit it is left to people.
ALTER TABLE order_sagas
  ADD COLUMN pending jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN pending_deadline timestamptz,
  ADD COLUMN flag text,
  ADD COLUMN flagged_at timestamptz,
  ADD COLUMN sweep_failures int NOT NULL DEFAULT 0,
  ADD CONSTRAINT order_sagas_flag_has_time CHECK ((flag IS NULL) = (flagged_at IS NULL));
DROP INDEX idx_order_sagas_deadline;
-- Serves the sweeper: where least(deadline, pending_deadline) <= ? order by it.
CREATE INDEX idx_order_sagas_due ON order_sagas (least(deadline, pending_deadline), order_id)
  WHERE deadline IS NOT NULL OR pending_deadline IS NOT NULL;
-- Serves the gauge and the list of orders that need a look.
CREATE INDEX idx_order_sagas_flagged ON order_sagas (flagged_at) WHERE flagged_at IS NOT NULL;
