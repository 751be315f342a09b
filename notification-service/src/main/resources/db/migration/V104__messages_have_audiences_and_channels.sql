-- What a party wishes: the language it is written to in, and the channels on which it wants what it may do without. Of a seller also
-- the address, which no event tells. A customer's address is its orders' and not here.
CREATE TABLE preferences (
  audience text NOT NULL CHECK (audience IN ('CUSTOMER', 'SELLER')),
  party_id text NOT NULL,
  email text,
  locale text,
  channels text[] NOT NULL,
  version bigint NOT NULL CHECK (version > 0),
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (audience, party_id),
  CONSTRAINT preferences_of_customers_have_no_address CHECK (audience = 'SELLER' OR email IS NULL)
);

-- What may still be sent on a channel at this moment, by all replicas together. Only channels with a limit have a row.
CREATE TABLE channel_budgets (
  channel text PRIMARY KEY,
  tokens double precision NOT NULL CHECK (tokens >= 0),
  refilled_at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- Messages also go to sellers, about their own orders or about none, and to the operators. The defaults are for the release before
-- this one, which knows customers only. A channel is a class: what the database knows of it is how its name looks, so that a further
-- one needs no migration.
ALTER TABLE messages
  ALTER COLUMN order_id DROP NOT NULL,
  ALTER COLUMN customer_id DROP NOT NULL,
  ADD COLUMN audience text NOT NULL DEFAULT 'CUSTOMER',
  ADD COLUMN seller_id text,
  -- Of a seller's message about a child: the key of its events is the root's.
  ADD COLUMN root_order_id uuid,
  -- 0 before 1; how long a 1 waits for zeros at most is the sender's to know.
  ADD COLUMN priority smallint NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 1),
  DROP CONSTRAINT messages_channel_check,
  ADD CONSTRAINT messages_channel_check CHECK (channel ~ '^[A-Z]{2,20}$'),
  DROP CONSTRAINT messages_status_check,
  ADD CONSTRAINT messages_status_check CHECK (status IN ('QUEUED', 'SENT', 'FAILED', 'SUPPRESSED')),
  DROP CONSTRAINT messages_template_check,
  ADD CONSTRAINT messages_template_check CHECK (
    CASE audience
      WHEN 'CUSTOMER' THEN template IN ('order-confirmed', 'order-cancelled', 'order-shipped', 'order-part-cancelled', 'order-refunded')
      WHEN 'SELLER' THEN template IN ('seller-order-confirmed', 'seller-order-cancelled', 'seller-lines-cancelled',
        'webhook-disabled')
      ELSE template IN ('webhook-disabled')
    END),
  ADD CONSTRAINT messages_party CHECK (
    CASE audience
      WHEN 'CUSTOMER' THEN customer_id IS NOT NULL AND seller_id IS NULL AND order_id IS NOT NULL
      WHEN 'SELLER' THEN customer_id IS NULL AND seller_id IS NOT NULL
      WHEN 'OPERATOR' THEN customer_id IS NULL AND seller_id IS NULL AND order_id IS NULL
      ELSE false
    END),
  ADD CONSTRAINT messages_of_orders CHECK ((order_id IS NULL) = (template = 'webhook-disabled')),
  ADD CONSTRAINT messages_root CHECK (root_order_id IS NULL OR (audience = 'SELLER' AND order_id IS NOT NULL)),
  -- One event may be told to a customer and to a seller, to each once.
  DROP CONSTRAINT messages_once_per_event,
  ADD CONSTRAINT messages_once_per_event UNIQUE NULLS NOT DISTINCT (event_id, template, audience, seller_id);
UPDATE messages SET priority = 1 WHERE template = 'order-shipped' AND status = 'QUEUED';

-- Whoever an order belongs to is told once that it is confirmed and once that it is cancelled. Also serves the question whether its
-- seller knows of it.
DROP INDEX messages_once;
CREATE UNIQUE INDEX messages_once ON messages (order_id, template)
  WHERE template IN ('order-confirmed', 'order-cancelled', 'seller-order-confirmed', 'seller-order-cancelled');
-- Serves the sender: where channel = ? and priority = ? and status = 'QUEUED' and next_attempt_at <= ? order by next_attempt_at.
DROP INDEX idx_messages_due;
CREATE INDEX idx_messages_due ON messages (channel, priority, next_attempt_at) WHERE status = 'QUEUED';
-- Serves a seller's list.
CREATE INDEX idx_messages_seller ON messages (seller_id, id DESC) WHERE seller_id IS NOT NULL;
-- Serves the gauges of the queue, and the operators' list of what was given up.
CREATE INDEX idx_messages_unsent ON messages (status, channel, id DESC) WHERE status = 'FAILED' OR next_attempt_at IS NOT NULL;
