-- The seed's two indexes for sellers, extended by the order's id: a seller's list is an ordered walk that stops after a page,
-- instead of a sort of everything the seller ever sold.
DROP INDEX idx_order_items_seller_id, idx_order_items_seller_status;
-- Serves a seller's orders in any status.
CREATE INDEX idx_order_items_seller_id ON order_items (seller_id, order_id DESC);
-- Serves a seller's orders with lines in one status.
CREATE INDEX idx_order_items_seller_status ON order_items (seller_id, status, order_id DESC);
