-- Stock per (variant, seller) and the price it is offered at. Narrow and with room on each page: the hot row is updated in place (HOT).
CREATE TABLE inventory (
  variant_id text NOT NULL CHECK (variant_id ~ '^[A-Za-z0-9._:-]{1,64}$'),
  seller_id text NOT NULL CHECK (seller_id ~ '^[A-Za-z0-9._:-]{1,64}$'),
  sku text,
  name text NOT NULL,
  unit_price bigint NOT NULL CHECK (unit_price >= 0),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  on_hand int NOT NULL,
  reserved int NOT NULL DEFAULT 0,
  low_stock_threshold int CHECK (low_stock_threshold >= 0),
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (variant_id, seller_id),
  CONSTRAINT inventory_reserved_within_on_hand CHECK (0 <= reserved AND reserved <= on_hand)
) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0.01);
-- Serves a seller's list: where seller_id = ? order by variant_id.
CREATE INDEX idx_inventory_seller ON inventory (seller_id, variant_id);

-- Every change of on_hand, signed; never updated. on_hand is their sum (check I1).
CREATE TABLE stock_movements (
  id uuid NOT NULL,
  variant_id text NOT NULL,
  seller_id text NOT NULL,
  type text NOT NULL CHECK (type IN ('RECEIPT', 'ADJUSTMENT', 'RETURN', 'DAMAGE', 'SHIPMENT')),
  quantity int NOT NULL CHECK (quantity <> 0),
  reason text,
  reference text,
  actor text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT stock_movements_sign CHECK (
    CASE WHEN type IN ('RECEIPT', 'RETURN') THEN quantity > 0
         WHEN type IN ('DAMAGE', 'SHIPMENT') THEN quantity < 0
         ELSE true END)
) PARTITION BY RANGE (id);
-- Serves the history of one offer, newest first, and check I1.
CREATE INDEX idx_stock_movements_offer ON stock_movements (variant_id, seller_id, id DESC);

-- One reservation: all its lines or none. An order's never expires by itself (expires_at NULL): order-service ends it.
-- A key that was released or rejected before it was ever held stays here, so that a late command for it does nothing.
CREATE TABLE reservations (
  key text PRIMARY KEY,
  status text NOT NULL CHECK (status IN ('NEW', 'ACTIVE', 'REJECTED', 'RELEASED', 'COMMITTED', 'EXPIRED')),
  version bigint NOT NULL DEFAULT 0,
  expires_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
) WITH (fillfactor = 80);

-- The lines: reservation_key is the order item's key. Of an ACTIVE line, quantity - committed_quantity counts as reserved.
CREATE TABLE inventory_reservations (
  reservation_key text PRIMARY KEY,
  group_key text NOT NULL REFERENCES reservations (key),
  variant_id text NOT NULL,
  seller_id text NOT NULL,
  quantity int NOT NULL CHECK (quantity > 0),
  committed_quantity int NOT NULL DEFAULT 0,
  status text NOT NULL CHECK (status IN ('ACTIVE', 'RELEASED', 'COMMITTED', 'EXPIRED')),
  expires_at timestamptz,
  created_at timestamptz NOT NULL,
  FOREIGN KEY (variant_id, seller_id) REFERENCES inventory (variant_id, seller_id),
  CONSTRAINT inventory_reservations_committed CHECK (0 <= committed_quantity AND committed_quantity <= quantity)
) WITH (fillfactor = 80);
-- Serves the engine: the lines of a reservation.
CREATE INDEX idx_inventory_reservations_group ON inventory_reservations (group_key);
-- Serves the clean-up of holds made by REST: where status = 'ACTIVE' and expires_at <= ? order by expires_at.
CREATE INDEX idx_inventory_reservations_active_expired ON inventory_reservations (expires_at, reservation_key) WHERE status = 'ACTIVE';
-- Serves check I2: what is held of an offer.
CREATE INDEX idx_inventory_reservations_offer ON inventory_reservations (variant_id, seller_id) WHERE status = 'ACTIVE';

INSERT INTO partitioned_tables VALUES ('stock_movements', interval '1 month', 2, NULL);
SELECT create_partitions(now());
