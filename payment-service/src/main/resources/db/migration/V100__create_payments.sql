-- One payment per root order. task says what the provider is still to be asked for, and from when; a lease keeps two workers apart.
CREATE TABLE payments (
  id uuid PRIMARY KEY,
  order_id uuid NOT NULL UNIQUE,
  customer_id text NOT NULL,
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  amount bigint NOT NULL CHECK (amount > 0),
  authorized_amount bigint NOT NULL DEFAULT 0 CHECK (0 <= authorized_amount AND authorized_amount <= amount),
  captured_amount bigint NOT NULL DEFAULT 0,
  refunded_amount bigint NOT NULL DEFAULT 0,
  status text NOT NULL CHECK (status IN ('REQUESTED', 'UNKNOWN', 'REQUIRES_ACTION', 'AUTHORIZED', 'DECLINED', 'VOIDED')),
  payment_method text NOT NULL,
  provider_reference text,
  decline_code text,
  next_action jsonb,
  void_reason text,
  task text CHECK (task IN ('AUTHORIZE', 'REFRESH', 'VOID')),
  attempts int NOT NULL DEFAULT 0,
  next_attempt_at timestamptz,
  leased_until timestamptz,
  version bigint NOT NULL CHECK (version > 0),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT payments_captured_within_authorized CHECK (0 <= captured_amount AND captured_amount <= authorized_amount),
  CONSTRAINT payments_refunded_within_captured CHECK (0 <= refunded_amount AND refunded_amount <= captured_amount),
  CONSTRAINT payments_task_has_time CHECK ((task IS NULL) = (next_attempt_at IS NULL))
) WITH (fillfactor = 70);
-- Serves the worker: where task is not null and next_attempt_at <= ? order by next_attempt_at.
CREATE INDEX idx_payments_due ON payments (next_attempt_at) WHERE task IS NOT NULL;
-- Serves webhooks and reconciliation: by the provider's reference.
CREATE UNIQUE INDEX idx_payments_provider_reference ON payments (provider_reference);

-- The part of a payment that belongs to one child order (the order itself when it is not split).
CREATE TABLE payment_shares (
  payment_id uuid NOT NULL REFERENCES payments (id),
  order_id uuid NOT NULL,
  seller_id text NOT NULL,
  amount bigint NOT NULL CHECK (amount >= 0),
  PRIMARY KEY (payment_id, order_id)
);

-- What was asked for and what came of it; append-only, one row per version, so a repeat cannot count twice.
CREATE TABLE payment_events (
  payment_id uuid NOT NULL REFERENCES payments (id),
  version bigint NOT NULL,
  type text NOT NULL,
  amount bigint NOT NULL CHECK (amount >= 0),
  provider_reference text,
  detail text,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (payment_id, version)
);

-- Orders that were given up before their payment was asked for: whatever is asked later is never charged.
CREATE TABLE voided_orders (
  order_id uuid PRIMARY KEY,
  reason text NOT NULL,
  created_at timestamptz NOT NULL
);

-- The provider's notifications that were taken; their ids keep repeats out.
CREATE TABLE provider_events (
  id text PRIMARY KEY,
  type text NOT NULL,
  provider_reference text,
  received_at timestamptz NOT NULL
);
