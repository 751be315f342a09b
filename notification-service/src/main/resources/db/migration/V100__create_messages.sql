-- Who is behind an order; the newest version wins. Personal data: forgotten when its tombstone arrives.
CREATE TABLE contacts (
  order_id uuid PRIMARY KEY,
  customer_id text NOT NULL,
  name text,
  email text,
  locale text
);

-- One message per (event, template) of a root order; recipient and locale are filled in when the contact is known.
CREATE TABLE messages (
  id uuid PRIMARY KEY,
  order_id uuid NOT NULL,
  event_id uuid NOT NULL,
  customer_id text NOT NULL,
  template text NOT NULL CHECK (template IN ('order-confirmed', 'order-cancelled')),
  channel text NOT NULL CHECK (channel IN ('EMAIL')),
  content jsonb NOT NULL,
  recipient text,
  status text NOT NULL CHECK (status IN ('QUEUED', 'SENT', 'FAILED')),
  attempts int NOT NULL DEFAULT 0,
  next_attempt_at timestamptz,
  leased_until timestamptz,
  last_error text,
  version bigint NOT NULL CHECK (version > 0),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  sent_at timestamptz,
  CONSTRAINT messages_once UNIQUE (order_id, template),
  CONSTRAINT messages_once_per_event UNIQUE (event_id, template),
  CONSTRAINT messages_queued_has_time CHECK (status = 'QUEUED' OR next_attempt_at IS NULL)
) WITH (fillfactor = 70);
-- Serves the sender: where status = 'QUEUED' and next_attempt_at <= ? order by next_attempt_at. No time: waits for its contact.
CREATE INDEX idx_messages_due ON messages (next_attempt_at) WHERE status = 'QUEUED';
-- Serves a customer's list.
CREATE INDEX idx_messages_customer ON messages (customer_id, id DESC);

-- What became of each attempt.
CREATE TABLE message_attempts (
  message_id uuid NOT NULL REFERENCES messages (id),
  attempt int NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('SENT', 'FAILED')),
  error text,
  attempted_at timestamptz NOT NULL,
  PRIMARY KEY (message_id, attempt)
);
