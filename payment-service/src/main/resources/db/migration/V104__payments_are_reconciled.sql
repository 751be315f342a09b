-- Runs that compare our payments, the provider's list and the ledger over a span of time, and what they found.
CREATE TABLE reconciliations (
  id uuid PRIMARY KEY,
  -- Set for the daily ones: one per day, whoever of several instances begins it.
  day date UNIQUE,
  from_time timestamptz NOT NULL,
  until_time timestamptz NOT NULL CHECK (until_time > from_time),
  status text NOT NULL CHECK (status IN ('RUNNING', 'SUCCEEDED', 'FAILED')),
  failure text,
  -- How many of the provider's entries were read, and how many payments were left out because they were just moving.
  seen int NOT NULL DEFAULT 0,
  moving int NOT NULL DEFAULT 0,
  attempts int NOT NULL DEFAULT 0,
  leased_until timestamptz,
  started_at timestamptz NOT NULL,
  finished_at timestamptz
);
CREATE INDEX idx_reconciliations_running ON reconciliations (started_at) WHERE status = 'RUNNING';

-- What does not fit together. One that is found again stays the one it is, so that its age can be seen.
CREATE TABLE reconciliation_breaks (
  id uuid PRIMARY KEY,
  type text NOT NULL CHECK (type IN ('missing-here', 'missing-there', 'amount', 'currency', 'status', 'duplicate')),
  payment_id uuid,
  order_id uuid,
  provider_reference text NOT NULL,
  ours text NOT NULL,
  theirs text NOT NULL,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  found_by uuid NOT NULL REFERENCES reconciliations (id),
  resolved_at timestamptz,
  resolution text,
  resolved_by text,
  CONSTRAINT reconciliation_breaks_resolved CHECK ((resolved_at IS NULL) = (resolution IS NULL))
);
CREATE UNIQUE INDEX idx_reconciliation_breaks_open ON reconciliation_breaks (type, provider_reference) WHERE resolved_at IS NULL;
CREATE INDEX idx_reconciliation_breaks_found ON reconciliation_breaks (found_by);

-- What a run has seen of the provider's list, to find what is missing there; emptied when it ends.
CREATE UNLOGGED TABLE reconciliation_seen (
  run_id uuid NOT NULL,
  provider_reference text NOT NULL,
  PRIMARY KEY (run_id, provider_reference)
);
