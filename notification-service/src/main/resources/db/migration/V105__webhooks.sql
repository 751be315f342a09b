-- Where somebody wants events posted to. seller_id null: the operators' own. A deleted one is kept, without its secret, for its log.
CREATE TABLE webhook_endpoints (
  id uuid PRIMARY KEY,
  seller_id text,
  url text NOT NULL CHECK (length(url) BETWEEN 1 AND 2048),
  description text NOT NULL CHECK (length(description) <= 500),
  event_types text[] NOT NULL CHECK (cardinality(event_types) BETWEEN 1 AND 100),
  ordered boolean NOT NULL,
  status text NOT NULL CHECK (status IN ('ENABLED', 'DISABLED', 'DELETED')),
  disabled_reason text CHECK (disabled_reason IN ('OWNER', 'GONE', 'FAILING')),
  secret text NOT NULL,
  previous_secret text,
  previous_secret_until timestamptz,
  -- The circuit: failures in a row, since when, and until when it is left alone.
  failures int NOT NULL DEFAULT 0 CHECK (failures >= 0),
  failing_since timestamptz,
  paused_until timestamptz,
  version bigint NOT NULL CHECK (version > 0),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT webhook_endpoints_disabled_has_reason CHECK ((status = 'DISABLED') = (disabled_reason IS NOT NULL)),
  CONSTRAINT webhook_endpoints_secret_until CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL)),
  CONSTRAINT webhook_endpoints_failing CHECK ((failures = 0) = (failing_since IS NULL)),
  CONSTRAINT webhook_endpoints_deleted_has_no_secret CHECK (status <> 'DELETED' OR (secret = '' AND previous_secret IS NULL))
) WITH (fillfactor = 70);
-- Serves the fan-out: the enabled ones of a seller, or of the operators.
CREATE INDEX idx_webhook_endpoints_enabled ON webhook_endpoints (seller_id) WHERE status = 'ENABLED';
-- Serves lists.
CREATE INDEX idx_webhook_endpoints_owner ON webhook_endpoints (seller_id, id DESC);

-- What is posted: one per event that anybody gets, under the event's id.
CREATE TABLE webhook_messages (
  id uuid PRIMARY KEY,
  type text NOT NULL,
  body text NOT NULL,
  created_at timestamptz NOT NULL
);
-- Serves retention.
CREATE INDEX idx_webhook_messages_age ON webhook_messages (created_at);

-- One message for one endpoint.
CREATE TABLE webhook_deliveries (
  id uuid PRIMARY KEY,
  endpoint_id uuid NOT NULL REFERENCES webhook_endpoints (id),
  message_id uuid NOT NULL REFERENCES webhook_messages (id) ON DELETE CASCADE,
  -- What must stay in order for an endpoint that asked for that: the key of the event, and its place there.
  sequence_key text NOT NULL,
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  status text NOT NULL CHECK (status IN ('PENDING', 'DELIVERED', 'FAILED')),
  attempts int NOT NULL DEFAULT 0,
  attempts_before int NOT NULL DEFAULT 0,
  next_attempt_at timestamptz,
  leased_until timestamptz,
  created_at timestamptz NOT NULL,
  delivered_at timestamptz,
  CONSTRAINT webhook_deliveries_once UNIQUE (endpoint_id, message_id),
  CONSTRAINT webhook_deliveries_attempts_before CHECK (attempts_before BETWEEN 0 AND attempts),
  CONSTRAINT webhook_deliveries_pending_has_time CHECK ((status = 'PENDING') = (next_attempt_at IS NOT NULL)),
  CONSTRAINT webhook_deliveries_delivered_has_time CHECK ((status = 'DELIVERED') = (delivered_at IS NOT NULL))
) WITH (fillfactor = 70);
-- Serves the claim: the endpoints that anything waits for, and of one endpoint what is due.
CREATE INDEX idx_webhook_deliveries_due ON webhook_deliveries (endpoint_id, next_attempt_at, sequence) WHERE status = 'PENDING';
-- Serves the claim: how many are under way.
CREATE INDEX idx_webhook_deliveries_leased ON webhook_deliveries (endpoint_id, leased_until) WHERE leased_until IS NOT NULL;
-- Serves the claim for endpoints that want order: whether an earlier one waits.
CREATE INDEX idx_webhook_deliveries_sequence ON webhook_deliveries (endpoint_id, sequence_key, sequence) WHERE status = 'PENDING';
-- Serves lists and the recovery of what failed.
CREATE INDEX idx_webhook_deliveries_endpoint ON webhook_deliveries (endpoint_id, id DESC);
CREATE INDEX idx_webhook_deliveries_failed ON webhook_deliveries (endpoint_id, created_at) WHERE status = 'FAILED';
-- Serves the cascade from messages.
CREATE INDEX idx_webhook_deliveries_message ON webhook_deliveries (message_id);

-- What became of each attempt.
CREATE TABLE webhook_attempts (
  delivery_id uuid NOT NULL REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
  attempt int NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('DELIVERED', 'FAILED')),
  status_code int,
  duration_ms bigint NOT NULL CHECK (duration_ms >= 0),
  error text,
  response_body text,
  attempted_at timestamptz NOT NULL,
  PRIMARY KEY (delivery_id, attempt)
);
