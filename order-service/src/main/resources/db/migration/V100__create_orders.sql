-- Orders by months of their UUIDv7 id: PRIMARY KEY (id) works, and an id alone prunes to one partition.
-- No foreign key on parent_order_id: it would block DETACH. A parent and its children carry the same millisecond, so they share a partition.
CREATE TABLE orders (
  id uuid PRIMARY KEY,
  order_number text NOT NULL,
  root_order_id uuid NOT NULL,
  parent_order_id uuid,
  is_split boolean NOT NULL,
  customer_id text NOT NULL,
  seller_id text,
  status text NOT NULL CHECK (status IN ('PENDING', 'CONFIRMED', 'PROCESSING', 'SHIPPED', 'DELIVERED', 'CANCELLED')),
  payment_status text NOT NULL CHECK (payment_status IN
    ('NONE', 'REQUIRES_ACTION', 'AUTHORIZED', 'PARTIALLY_CAPTURED', 'CAPTURED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'FAILED')),
  fulfilment_status text NOT NULL CHECK (fulfilment_status IN ('NONE', 'PARTIAL', 'SHIPPED', 'DELIVERED')),
  cancel_reason text CHECK (cancel_reason IN ('OUT_OF_STOCK', 'PAYMENT_DECLINED', 'EXPIRED', 'CUSTOMER', 'SELLER', 'OPERATOR')),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  items_amount bigint NOT NULL CHECK (items_amount >= 0),
  shipping_amount bigint NOT NULL CHECK (shipping_amount >= 0),
  discount_amount bigint NOT NULL CHECK (discount_amount >= 0),
  tax_amount bigint NOT NULL CHECK (tax_amount >= 0),
  total_amount bigint NOT NULL CHECK (total_amount >= 0),
  item_count int NOT NULL CHECK (item_count > 0),
  payment_method text NOT NULL,
  shipping_address jsonb,
  contact jsonb,
  expires_at timestamptz NOT NULL,
  version bigint NOT NULL CHECK (version > 0),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  CONSTRAINT orders_total CHECK (total_amount = items_amount - discount_amount + shipping_amount + tax_amount),
  CONSTRAINT orders_cancelled_has_reason CHECK ((status = 'CANCELLED') = (cancel_reason IS NOT NULL)),
  CONSTRAINT orders_split_is_root CHECK (NOT is_split OR (parent_order_id IS NULL AND seller_id IS NULL))
) PARTITION BY RANGE (id);

-- The seed's indexes, under its names. Lists sort by id, which is time: an ordered append that stops early.
CREATE INDEX idx_orders_customer_id ON orders (customer_id);
CREATE INDEX idx_orders_status ON orders (status);
CREATE INDEX idx_orders_created_at ON orders (created_at);
CREATE INDEX idx_orders_expires_at ON orders (expires_at);
CREATE INDEX idx_orders_customer_status ON orders (customer_id, status);
-- Serves the customer's order history.
CREATE INDEX idx_orders_customer_created ON orders (customer_id, id DESC);
-- Serves the dashboard of active orders.
CREATE INDEX idx_orders_status_created ON orders (status, id DESC);
-- Serves an order's children.
CREATE INDEX idx_orders_parent_id ON orders (parent_order_id);
CREATE INDEX idx_orders_split ON orders (is_split, parent_order_id);
CREATE INDEX idx_orders_active ON orders (customer_id, status) WHERE status IN ('PENDING', 'CONFIRMED', 'PROCESSING', 'SHIPPED');
-- Serves the expiry sweeper. The seed's predicate "expiresAt < NOW()" is not immutable, so the time is in the query.
CREATE INDEX idx_orders_expired ON orders (expires_at, id) WHERE status = 'PENDING';

CREATE TABLE order_items (
  id uuid NOT NULL,
  order_id uuid NOT NULL REFERENCES orders (id),
  line int NOT NULL,
  variant_id text NOT NULL,
  seller_id text NOT NULL,
  name text NOT NULL,
  quantity int NOT NULL CHECK (quantity > 0),
  unit_price bigint NOT NULL CHECK (unit_price >= 0),
  discount_amount bigint NOT NULL CHECK (discount_amount >= 0),
  shipping_amount bigint NOT NULL CHECK (shipping_amount >= 0),
  tax_amount bigint NOT NULL CHECK (tax_amount >= 0),
  total_price bigint NOT NULL CHECK (total_price >= 0),
  status text NOT NULL CHECK (status IN ('PENDING', 'CONFIRMED', 'PROCESSING', 'SHIPPED', 'DELIVERED', 'CANCELLED', 'REFUNDED')),
  reservation_key text NOT NULL,
  cancelled_quantity int NOT NULL DEFAULT 0 CHECK (0 <= cancelled_quantity AND cancelled_quantity <= quantity),
  shipped_quantity int NOT NULL DEFAULT 0 CHECK (0 <= shipped_quantity AND shipped_quantity <= quantity - cancelled_quantity),
  delivered_quantity int NOT NULL DEFAULT 0 CHECK (0 <= delivered_quantity AND delivered_quantity <= shipped_quantity),
  refunded_quantity int NOT NULL DEFAULT 0 CHECK (0 <= refunded_quantity AND refunded_quantity <= quantity),
  cancelled_amount bigint NOT NULL DEFAULT 0 CHECK (cancelled_amount >= 0),
  refunded_amount bigint NOT NULL DEFAULT 0 CHECK (refunded_amount >= 0),
  PRIMARY KEY (order_id, id),
  CONSTRAINT order_items_total CHECK (total_price = unit_price * quantity - discount_amount + shipping_amount + tax_amount)
) PARTITION BY RANGE (order_id);
CREATE INDEX idx_order_items_order_id ON order_items (order_id);
CREATE INDEX idx_order_items_variant_id ON order_items (variant_id);
CREATE INDEX idx_order_items_seller_id ON order_items (seller_id);
CREATE INDEX idx_order_items_status ON order_items (status);
-- Serves check I4: the hold behind an item.
CREATE INDEX idx_order_items_reservation_key ON order_items (reservation_key);
CREATE INDEX idx_order_items_order_seller ON order_items (order_id, seller_id);
-- Serves a seller's orders.
CREATE INDEX idx_order_items_seller_status ON order_items (seller_id, status);
CREATE INDEX idx_order_items_refunded ON order_items (refunded_quantity) WHERE refunded_quantity > 0;

-- What order-service knows of the payment of a root order; fed by payment events.
CREATE TABLE order_payments (
  id uuid NOT NULL,
  order_id uuid NOT NULL REFERENCES orders (id),
  payment_intent_id text,
  status text NOT NULL CHECK (status IN ('REQUESTED', 'UNKNOWN', 'REQUIRES_ACTION', 'AUTHORIZED', 'DECLINED', 'VOIDED')),
  currency text NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  authorized_amount bigint NOT NULL DEFAULT 0 CHECK (0 <= authorized_amount AND authorized_amount <= amount),
  decline_code text,
  next_action jsonb,
  payment_version bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (order_id, id)
) PARTITION BY RANGE (order_id);
CREATE INDEX idx_order_payments_order_id ON order_payments (order_id);
CREATE INDEX idx_order_payments_status ON order_payments (status);
CREATE INDEX idx_order_payments_payment_intent_id ON order_payments (payment_intent_id);
CREATE INDEX idx_order_payments_created_at ON order_payments (created_at);
CREATE INDEX idx_order_payments_order_status ON order_payments (order_id, status);
CREATE INDEX idx_order_payments_status_created ON order_payments (status, created_at DESC);

-- What happened to each order, version by version; never updated.
CREATE TABLE order_timeline (
  order_id uuid NOT NULL,
  version bigint NOT NULL CHECK (version > 0),
  type text NOT NULL,
  time timestamptz NOT NULL,
  actor text NOT NULL,
  data jsonb NOT NULL,
  PRIMARY KEY (order_id, version)
) PARTITION BY RANGE (order_id);

INSERT INTO partitioned_tables VALUES
  ('orders', interval '1 month', 3, NULL, 'CREATE UNIQUE INDEX ON %I (order_number)'),
  ('order_items', interval '1 month', 3, NULL, NULL),
  ('order_payments', interval '1 month', 3, NULL, NULL),
  ('order_timeline', interval '1 month', 3, NULL, NULL);
SELECT create_partitions(now());
