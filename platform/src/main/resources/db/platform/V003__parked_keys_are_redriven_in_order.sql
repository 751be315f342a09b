-- A key that waits for somebody's decision. The row is what orders the consumer and a redrive: the consumer takes it FOR SHARE before it puts a
-- message behind, the redrive FOR UPDATE before it takes one out, so that no message is left behind a key that has just been freed.
CREATE TABLE parked_keys (
  consumer text NOT NULL,
  key text NOT NULL,
  -- What was wrong with its first message, the last time it was tried.
  reason text NOT NULL,
  parked_at timestamptz NOT NULL DEFAULT now(),
  attempts int NOT NULL DEFAULT 0,
  attempted_at timestamptz,
  PRIMARY KEY (consumer, key)
);

-- The id under which the inbox remembers it already; NULL when it could not be read.
ALTER TABLE parked_messages ADD COLUMN event_id uuid;
-- NULL for a message without data.
ALTER TABLE parked_messages ALTER COLUMN value DROP NOT NULL;
UPDATE parked_messages SET event_id = (headers ->> 'ce_id')::uuid WHERE reason = 'behind a parked message';
INSERT INTO parked_keys (consumer, key, reason, parked_at)
SELECT DISTINCT ON (consumer, key) consumer, key, reason, parked_at FROM parked_messages ORDER BY consumer, key, kafka_offset;

-- Every parked message has its key's row, whoever wrote it: also a process of the release before, which knows neither the table nor the column.
CREATE FUNCTION park_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO parked_keys (consumer, key, reason) VALUES (NEW.consumer, NEW.key, NEW.reason) ON CONFLICT DO NOTHING;
  IF NEW.event_id IS NULL AND NEW.reason = 'behind a parked message' THEN
    NEW.event_id := (NEW.headers ->> 'ce_id')::uuid;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER park_key BEFORE INSERT ON parked_messages FOR EACH ROW EXECUTE FUNCTION park_key();

-- Serves the redrive: the first message of a key. One key is one partition of one topic, so offsets are its order.
DROP INDEX idx_parked_messages_key;
CREATE INDEX idx_parked_messages_key ON parked_messages (consumer, key, kafka_offset);

-- Parked messages that somebody has given up, with what they were and why; kept for 90 days.
CREATE TABLE discarded_messages (
  id uuid PRIMARY KEY,
  consumer text NOT NULL,
  topic text NOT NULL,
  kafka_partition int NOT NULL,
  kafka_offset bigint NOT NULL,
  key text NOT NULL,
  headers jsonb NOT NULL,
  value bytea,
  reason text NOT NULL,
  parked_at timestamptz NOT NULL,
  event_id uuid,
  discarded_at timestamptz NOT NULL DEFAULT now(),
  discard_reason text NOT NULL
);
-- Serves their clean-up.
CREATE INDEX idx_discarded_messages_at ON discarded_messages (discarded_at);
