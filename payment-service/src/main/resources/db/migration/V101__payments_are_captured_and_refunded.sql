-- What becomes of an authorisation: parcels capture it, cancelled lines release it, refunds give captured money back.
ALTER TABLE payments
  DROP CONSTRAINT payments_status_check,
  ADD CONSTRAINT payments_status_check CHECK (status IN ('REQUESTED', 'UNKNOWN', 'REQUIRES_ACTION', 'AUTHORIZED', 'PARTIALLY_CAPTURED',
    'CAPTURED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'DECLINED', 'VOIDED')),
  DROP CONSTRAINT payments_task_check,
  ADD CONSTRAINT payments_task_check CHECK (task IN ('AUTHORIZE', 'REFRESH', 'VOID', 'SETTLE')),
  ADD COLUMN released_amount bigint NOT NULL DEFAULT 0 CHECK (released_amount >= 0),
  -- Whether the provider holds nothing of it any more.
  ADD COLUMN closed boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT payments_released_within_authorized CHECK (captured_amount + released_amount <= authorized_amount);

-- The caps hold for each child order, not only for the whole.
ALTER TABLE payment_shares
  ADD COLUMN captured_amount bigint NOT NULL DEFAULT 0 CHECK (captured_amount >= 0),
  ADD COLUMN released_amount bigint NOT NULL DEFAULT 0 CHECK (released_amount >= 0),
  ADD COLUMN refunded_amount bigint NOT NULL DEFAULT 0 CHECK (refunded_amount >= 0),
  ADD CONSTRAINT payment_shares_within_amount CHECK (captured_amount + released_amount <= amount),
  ADD CONSTRAINT payment_shares_refunded_within_captured CHECK (refunded_amount <= captured_amount);

-- Captures and refunds that the provider is asked for, and releases that are noted. Each happens once by its id: a shipment's,
-- cancellation's or refund's. position: the order in which they are carried out, one at a time per payment.
CREATE TABLE payment_operations (
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('CAPTURE', 'RELEASE', 'REFUND')),
  payment_id uuid NOT NULL REFERENCES payments (id),
  order_id uuid NOT NULL,
  position bigint GENERATED ALWAYS AS IDENTITY,
  amount bigint NOT NULL CHECK (amount > 0),
  status text NOT NULL CHECK (status IN ('OPEN', 'SUCCEEDED', 'FAILED')),
  round int NOT NULL CHECK (round > 0),
  reason text,
  provider_reference text,
  failure_code text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (id, kind),
  FOREIGN KEY (payment_id, order_id) REFERENCES payment_shares (payment_id, order_id),
  CONSTRAINT payment_operations_failed_has_code CHECK ((status = 'FAILED') = (failure_code IS NOT NULL))
);
-- Serves the worker and the caps: a payment's operations, oldest first.
CREATE INDEX idx_payment_operations_payment ON payment_operations (payment_id, position);
