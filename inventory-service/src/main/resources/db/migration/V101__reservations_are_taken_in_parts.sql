-- Parcels, cancelled lines and goods that come back take a reservation in parts. A command for a part carries a reference and takes
-- effect once, also when it is sent again: command_references are those that did. A reservation has as many as its order has parcels,
-- cancellations and refunds, so they fit into its row.
ALTER TABLE reservations ADD COLUMN command_references text[] NOT NULL DEFAULT '{}';
ALTER TABLE inventory_reservations
  ADD COLUMN returned_quantity int NOT NULL DEFAULT 0,
  ADD CONSTRAINT inventory_reservations_returned CHECK (0 <= returned_quantity AND returned_quantity <= committed_quantity);
