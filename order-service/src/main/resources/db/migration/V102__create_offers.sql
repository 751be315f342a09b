-- What inventory-service offers, as far as its state topic has told us: a projection that may lag and can be rebuilt.
CREATE TABLE offers (
  variant_id text NOT NULL,
  seller_id text NOT NULL,
  name text NOT NULL,
  unit_price bigint NOT NULL,
  currency text NOT NULL,
  available int NOT NULL,
  deleted boolean NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (variant_id, seller_id)
) WITH (fillfactor = 50);
