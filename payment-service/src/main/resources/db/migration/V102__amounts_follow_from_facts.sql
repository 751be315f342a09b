-- The list of events becomes the source of the amounts: every fact once, in any order, never changed. The amounts of payments and
-- their shares are computed from it and kept beside it, for reads and for the checks below, which hold whatever the program does.
ALTER TABLE payment_events
  DROP CONSTRAINT payment_events_pkey,
  ADD COLUMN position bigint GENERATED ALWAYS AS IDENTITY,
  ADD COLUMN kind text CHECK (kind IN ('AUTHORIZATION', 'CANCELLATION', 'CAPTURE', 'RELEASE', 'REFUND', 'ADVANCE', 'RETURN', 'DISPUTE')),
  ADD COLUMN result text CHECK (result IN ('REQUESTED', 'UNKNOWN', 'ACTION_REQUIRED', 'FAILED', 'SUCCEEDED', 'REVERSED')),
  ADD COLUMN subject uuid,
  ADD COLUMN order_id uuid,
  ADD COLUMN round int NOT NULL DEFAULT 1 CHECK (round > 0),
  ADD COLUMN drawn bigint NOT NULL DEFAULT 0 CHECK (0 <= drawn AND drawn <= amount);

-- What was written so far: operations told only their ends, and not their ids, so those are written anew from their rows.
DELETE FROM payment_events WHERE type ~ '^(CAPTURE|RELEASE|REFUND)_';
UPDATE payment_events e SET subject = payment_id,
  kind = CASE type WHEN 'VOIDED' THEN 'CANCELLATION' ELSE 'AUTHORIZATION' END,
  result = CASE type WHEN 'REQUESTED' THEN 'REQUESTED' WHEN 'UNKNOWN' THEN 'UNKNOWN' WHEN 'REQUIRES_ACTION' THEN 'ACTION_REQUIRED'
             WHEN 'DECLINED' THEN 'FAILED' ELSE 'SUCCEEDED' END,
  amount = CASE WHEN type IN ('REQUESTED', 'UNKNOWN', 'REQUIRES_ACTION', 'DECLINED') THEN p.amount ELSE e.amount END
FROM payments p WHERE p.id = e.payment_id;
-- Of a payment of which nothing is held any more, what was released was noted for its shares only.
UPDATE payments SET closed = true, released_amount = 0 WHERE status = 'VOIDED';
UPDATE payment_shares s SET released_amount = 0 FROM payments p WHERE p.id = s.payment_id AND p.status = 'VOIDED';
INSERT INTO payment_events (payment_id, version, type, kind, result, subject, amount, provider_reference, created_at)
SELECT p.id, p.version, '', 'CANCELLATION', 'SUCCEEDED', p.id, 0, p.provider_reference, p.updated_at
FROM payments p
WHERE p.closed AND NOT EXISTS (SELECT FROM payment_events e WHERE e.payment_id = p.id AND e.kind = 'CANCELLATION');
INSERT INTO payment_events (payment_id, version, type, kind, result, subject, order_id, round, amount, provider_reference, detail, created_at)
SELECT o.payment_id, p.version, '', o.kind, CASE o.status WHEN 'OPEN' THEN 'REQUESTED' ELSE o.status END, o.id, o.order_id, o.round, o.amount,
       o.provider_reference, o.failure_code, o.updated_at
FROM payment_operations o JOIN payments p ON p.id = o.payment_id
WHERE p.status <> 'VOIDED' OR o.kind <> 'RELEASE';

ALTER TABLE payment_events
  ALTER COLUMN kind SET NOT NULL, ALTER COLUMN result SET NOT NULL, ALTER COLUMN subject SET NOT NULL,
  DROP COLUMN type,
  ADD PRIMARY KEY (payment_id, position),
  -- A fact counts once, however often it is heard of.
  ADD CONSTRAINT payment_events_are_facts UNIQUE NULLS NOT DISTINCT (payment_id, kind, subject, order_id, round, result);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER payment_events_are_final BEFORE UPDATE OR DELETE ON payment_events FOR EACH ROW EXECUTE FUNCTION refuse_change();

ALTER TABLE payments
  ADD COLUMN mode text NOT NULL DEFAULT 'AT_SHIPMENT' CHECK (mode IN ('AT_SHIPMENT', 'AT_CONFIRMATION')),
  -- What the marketplace keeps of what is sold, in basis points: as it was agreed on when the payment began.
  ADD COLUMN commission int NOT NULL DEFAULT 0 CHECK (commission BETWEEN 0 AND 10000),
  ADD COLUMN claimed_amount bigint NOT NULL DEFAULT 0 CHECK (claimed_amount >= 0),
  ADD COLUMN refunding_amount bigint NOT NULL DEFAULT 0 CHECK (refunding_amount >= 0),
  -- Taken ahead of the parcels; of that, used for them, and given back.
  ADD COLUMN advanced_amount bigint NOT NULL DEFAULT 0 CHECK (advanced_amount >= 0),
  ADD COLUMN drawn_amount bigint NOT NULL DEFAULT 0 CHECK (drawn_amount >= 0),
  ADD COLUMN returning_amount bigint NOT NULL DEFAULT 0 CHECK (returning_amount >= 0),
  ADD COLUMN returned_amount bigint NOT NULL DEFAULT 0 CHECK (returned_amount >= 0),
  ADD COLUMN disputed_amount bigint NOT NULL DEFAULT 0 CHECK (disputed_amount >= 0),
  -- What the provider has taken and given back: what its own books must say.
  ADD COLUMN taken_amount bigint NOT NULL DEFAULT 0 CHECK (0 <= taken_amount AND taken_amount <= authorized_amount),
  ADD COLUMN given_back_amount bigint NOT NULL DEFAULT 0 CHECK (0 <= given_back_amount AND given_back_amount <= taken_amount),
  -- Whether the provider takes only one capture of it.
  ADD COLUMN single_capture boolean NOT NULL DEFAULT false,
  ADD COLUMN authorized_at timestamptz,
  ADD COLUMN refreshed_at timestamptz,
  ADD CONSTRAINT payments_claims_within_authorized CHECK (captured_amount + claimed_amount + released_amount <= authorized_amount),
  ADD CONSTRAINT payments_refunds_within_captured CHECK (refunded_amount + refunding_amount <= captured_amount),
  ADD CONSTRAINT payments_ahead_is_used_once CHECK (drawn_amount + returning_amount + returned_amount <= advanced_amount);
-- What is now asked for by itself: that a declined intent be canceled, and whether a customer has acted.
UPDATE payments SET task = 'VOID', attempts = 0, next_attempt_at = now() WHERE status = 'DECLINED' AND task IS NULL AND provider_reference IS NOT NULL;
UPDATE payments SET task = 'REFRESH', attempts = 0, next_attempt_at = now() WHERE status = 'REQUIRES_ACTION' AND task IS NULL;
UPDATE payments SET taken_amount = captured_amount, given_back_amount = refunded_amount,
  authorized_at = CASE WHEN authorized_amount > 0 THEN updated_at END;

ALTER TABLE payment_shares
  ADD COLUMN claimed_amount bigint NOT NULL DEFAULT 0 CHECK (claimed_amount >= 0),
  ADD COLUMN refunding_amount bigint NOT NULL DEFAULT 0 CHECK (refunding_amount >= 0),
  ADD COLUMN disputed_amount bigint NOT NULL DEFAULT 0 CHECK (disputed_amount >= 0),
  -- A claim is made before the provider is asked: two parcels cannot draw the same money.
  ADD CONSTRAINT payment_shares_claims_within_amount CHECK (captured_amount + claimed_amount + released_amount <= amount),
  ADD CONSTRAINT payment_shares_refunds_within_captured CHECK (refunded_amount + refunding_amount <= captured_amount);

ALTER TABLE payment_operations
  DROP CONSTRAINT payment_operations_kind_check, DROP CONSTRAINT payment_operations_status_check,
  ALTER COLUMN order_id DROP NOT NULL,
  ADD COLUMN drawn bigint NOT NULL DEFAULT 0 CHECK (0 <= drawn AND drawn <= amount),
  -- How often the provider has told of news of it, and how many of those were told before it was last asked and answered.
  ADD COLUMN hints int NOT NULL DEFAULT 0,
  ADD COLUMN heard int NOT NULL DEFAULT 0;
WITH open AS (
  SELECT payment_id, order_id, coalesce(sum(amount) FILTER (WHERE kind = 'CAPTURE'), 0) AS claimed,
         coalesce(sum(amount) FILTER (WHERE kind = 'REFUND'), 0) AS refunding
  FROM payment_operations WHERE status = 'OPEN' GROUP BY payment_id, order_id
)
UPDATE payment_shares s SET claimed_amount = o.claimed, refunding_amount = o.refunding
FROM open o WHERE (o.payment_id, o.order_id) = (s.payment_id, s.order_id);
UPDATE payments p SET claimed_amount = s.claimed, refunding_amount = s.refunding
FROM (SELECT payment_id, sum(claimed_amount) AS claimed, sum(refunding_amount) AS refunding FROM payment_shares GROUP BY payment_id) s
WHERE s.payment_id = p.id AND s.claimed + s.refunding > 0;
-- Whether the provider was asked before is not known, so it is looked for first.
UPDATE payment_operations SET status = CASE WHEN provider_reference IS NULL THEN 'UNKNOWN' ELSE 'PENDING' END WHERE status = 'OPEN';
ALTER TABLE payment_operations
  ADD CONSTRAINT payment_operations_kind_check CHECK (kind IN ('CAPTURE', 'RELEASE', 'REFUND', 'ADVANCE', 'RETURN', 'DISPUTE')),
  ADD CONSTRAINT payment_operations_status_check CHECK (status IN ('REQUESTED', 'SUBMITTED', 'UNKNOWN', 'PENDING', 'SUCCEEDED', 'FAILED')),
  ADD CONSTRAINT payment_operations_belong_to_a_share CHECK (order_id IS NOT NULL OR kind IN ('ADVANCE', 'RETURN', 'DISPUTE'));

-- Serves webhooks about a refund or dispute: by the provider's name of it.
CREATE INDEX idx_payment_operations_reference ON payment_operations (provider_reference) WHERE kind IN ('REFUND', 'RETURN', 'DISPUTE');
-- Serves the gauges of unknown outcomes: how many, and how old.
CREATE INDEX idx_payments_unknown ON payments (created_at) WHERE status = 'UNKNOWN';
-- Serves the look at holds that may have lapsed: authorised, and still open.
CREATE INDEX idx_payments_open_holds ON payments (authorized_at) WHERE NOT closed AND authorized_amount > 0;
ALTER TABLE provider_events ADD COLUMN created_at timestamptz;
-- The deliveries of the last minutes, by what was signed: the provider signs each anew, so one that comes again is a replay. An
-- older one is refused by its age.
CREATE TABLE provider_deliveries (
  delivery text PRIMARY KEY,
  received_at timestamptz NOT NULL
);
CREATE INDEX idx_provider_deliveries_received ON provider_deliveries (received_at);
