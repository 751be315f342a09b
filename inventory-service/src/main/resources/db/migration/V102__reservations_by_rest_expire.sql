-- Holds made by REST end by themselves: both the head and its lines carry expires_at (V100). An order's have none.
-- Serves every batch of the engine: the holds on these offers whose time is up; and check I2: what is held of an offer.
CREATE INDEX idx_inventory_reservations_due ON inventory_reservations (variant_id, seller_id, expires_at) WHERE status = 'ACTIVE';
DROP INDEX idx_inventory_reservations_offer;

-- When on_hand changed last: an older count must not overwrite it.
ALTER TABLE inventory ADD COLUMN moved_at timestamptz;
-- One more with each stock event (out, low, back in stock) of the offer: contiguous, unlike version, which each reservation raises.
ALTER TABLE inventory ADD COLUMN level_version bigint NOT NULL DEFAULT 0;

-- A movement is final: what was wrong is put right by another movement.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER stock_movements_are_final BEFORE UPDATE OR DELETE ON stock_movements FOR EACH ROW EXECUTE FUNCTION refuse_change();
