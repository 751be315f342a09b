-- The platform's tables, in every service's own schema. Versions 001-099 are the platform's, a service's start at 100.

-- The smallest UUIDv7 of a moment: bound of partitions and of ranges by time.
CREATE FUNCTION uuid7_floor(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (rpad(lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0'), 32, '0'))::uuid $$;

-- Which tables are partitioned by ranges of UUIDv7, how finely, how far ahead, how long a partition is kept (NULL: for good),
-- and what each new partition gets that the parent cannot have (%I: the partition), such as a unique index without the partition key.
CREATE TABLE partitioned_tables (
  table_name text PRIMARY KEY,
  step interval NOT NULL,
  ahead int NOT NULL CHECK (ahead > 0),
  keep interval,
  partition_ddl text
);

-- Makes the partitions that will be needed. Idempotent; the advisory lock keeps two instances from racing each other.
CREATE FUNCTION create_partitions(at_time timestamptz) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  t record;
  unit text;
  suffix text;
  lower_bound timestamptz;
  made int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('create-partitions/' || current_schema(), 0));
  FOR t IN SELECT * FROM partitioned_tables LOOP
    unit := CASE WHEN t.step < interval '1 month' THEN 'day' ELSE 'month' END;
    suffix := CASE unit WHEN 'day' THEN 'YYYY_MM_DD' ELSE 'YYYY_MM' END;
    FOR i IN -1 .. t.ahead LOOP
      lower_bound := (date_trunc(unit, at_time AT TIME ZONE 'UTC') + i * t.step) AT TIME ZONE 'UTC';
      IF to_regclass(format('%I', t.table_name || '_' || to_char(lower_bound AT TIME ZONE 'UTC', suffix))) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
          t.table_name || '_' || to_char(lower_bound AT TIME ZONE 'UTC', suffix), t.table_name,
          uuid7_floor(lower_bound),
          uuid7_floor((lower_bound AT TIME ZONE 'UTC' + t.step) AT TIME ZONE 'UTC'));
        IF t.partition_ddl IS NOT NULL THEN
          EXECUTE format(t.partition_ddl, t.table_name || '_' || to_char(lower_bound AT TIME ZONE 'UTC', suffix));
        END IF;
        made := made + 1;
      END IF;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;

-- Messages on their way out: insert-only; whole days are dropped, rows are never updated or deleted.
CREATE SEQUENCE outbox_position CACHE 1;
CREATE TABLE outbox (
  id uuid NOT NULL,
  position bigint NOT NULL DEFAULT nextval('outbox_position'),
  topic text NOT NULL,
  key text NOT NULL,
  type text NOT NULL,
  dataschema text NOT NULL,
  subject text NOT NULL,
  aggregate_version bigint NOT NULL CHECK (aggregate_version >= 0),
  time timestamptz NOT NULL,
  traceparent text,
  causation_id text,
  data text NOT NULL,
  PRIMARY KEY (id)
) PARTITION BY RANGE (id);
-- Serves the relay: where position > cursor order by position limit n, and the gaps by position.
CREATE INDEX idx_outbox_position ON outbox (position);
-- Serves check I9: contiguous versions per subject.
CREATE INDEX idx_outbox_subject ON outbox (subject, aggregate_version);

CREATE TABLE outbox_cursor (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  position bigint NOT NULL
);
INSERT INTO outbox_cursor (position) VALUES (0);

-- Which messages have taken effect. Ids are the producers' UUIDv7; the default partition takes a foreign producer's.
CREATE TABLE inbox (
  consumer text NOT NULL,
  event_id uuid NOT NULL,
  PRIMARY KEY (consumer, event_id)
) PARTITION BY RANGE (event_id);
CREATE TABLE inbox_default PARTITION OF inbox DEFAULT;

-- Messages whose content could not be processed, and those of the same key behind them.
CREATE TABLE parked_messages (
  id uuid PRIMARY KEY,
  consumer text NOT NULL,
  topic text NOT NULL,
  kafka_partition int NOT NULL,
  kafka_offset bigint NOT NULL,
  key text NOT NULL,
  headers jsonb NOT NULL,
  value bytea NOT NULL,
  reason text NOT NULL,
  parked_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (consumer, topic, kafka_partition, kafka_offset)
);
-- Serves the inbox: is this key parked?
CREATE INDEX idx_parked_messages_key ON parked_messages (consumer, key, id);

-- One effect per Idempotency-Key: the row, the effect and the answer commit together.
CREATE TABLE idempotency_keys (
  principal text NOT NULL,
  key text NOT NULL,
  fingerprint bytea NOT NULL,
  created_at timestamptz NOT NULL,
  status int,
  location text,
  etag text,
  body text,
  PRIMARY KEY (principal, key)
);
-- Serves the clean-up of keys past their seven days.
CREATE INDEX idx_idempotency_keys_created ON idempotency_keys (created_at);

INSERT INTO partitioned_tables VALUES
  ('outbox', interval '1 day', 3, interval '7 days'),
  ('inbox', interval '1 month', 2, interval '2 months');

-- Drops the partitions that are past their time. Of the outbox only what has been published for good: an unpublished row is never dropped, however old.
CREATE FUNCTION drop_partitions(at_time timestamptz) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  p record;
  unpublished boolean;
  dropped int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('create-partitions/' || current_schema(), 0));
  FOR p IN
    SELECT child.relname AS partition_name, t.table_name
    FROM partitioned_tables t
    JOIN pg_class parent ON parent.oid = to_regclass(format('%I', t.table_name))
    JOIN pg_inherits i ON i.inhparent = parent.oid
    JOIN pg_class child ON child.oid = i.inhrelid
    WHERE t.keep IS NOT NULL
      AND pg_get_expr(child.relpartbound, child.oid) <> 'DEFAULT'
      AND (regexp_match(pg_get_expr(child.relpartbound, child.oid), 'TO \(''([^'']+)''\)'))[1]::uuid < uuid7_floor(at_time - t.keep)
  LOOP
    unpublished := false;
    IF p.table_name = 'outbox' THEN
      EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE position > (SELECT position FROM outbox_cursor))', p.partition_name) INTO unpublished;
    END IF;
    IF NOT unpublished THEN
      EXECUTE format('DROP TABLE %I', p.partition_name);
      dropped := dropped + 1;
    END IF;
  END LOOP;
  RETURN dropped;
END $$;
