-- Up to where each provider's list of notifications was read, to find those that never arrived, and when to read on.
CREATE TABLE provider_lists (
  provider text PRIMARY KEY,
  read_until timestamptz NOT NULL,
  due_at timestamptz NOT NULL
);
-- Serves the deletion of names that are so old that the provider does not list them any more.
CREATE INDEX idx_provider_events_received ON provider_events (received_at);
