-- A leader's successor goes on where it stopped, also while a transaction has been open for an hour: without the gaps it would have to publish again everything after the first of them.
-- position stays the lowest contiguous one: what a release that knows no gaps starts from, and what drop_partitions may not pass.
ALTER TABLE outbox_cursor
  ADD COLUMN highest bigint NOT NULL DEFAULT 0,
  ADD COLUMN gaps bigint[] NOT NULL DEFAULT '{}',
  -- For each gap a transaction id that was assigned after it was first seen.
  ADD COLUMN gap_bounds bigint[] NOT NULL DEFAULT '{}';
UPDATE outbox_cursor SET highest = position;
