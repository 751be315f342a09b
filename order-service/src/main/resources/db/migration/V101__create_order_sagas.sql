-- Where each root order is on its way to CONFIRMED or CANCELLED. deadline: when the step's command is sent again; NULL when nothing is awaited.
CREATE TABLE order_sagas (
  order_id uuid PRIMARY KEY,
  step text NOT NULL CHECK (step IN ('RESERVING', 'AUTHORIZING', 'COMPLETED', 'CANCELLED')),
  deadline timestamptz,
  attempts int NOT NULL DEFAULT 0,
  version bigint NOT NULL,
  CHECK (step IN ('RESERVING', 'AUTHORIZING') OR deadline IS NULL)
) WITH (fillfactor = 70);
-- Serves the sweeper: where deadline <= ? order by deadline.
CREATE INDEX idx_order_sagas_deadline ON order_sagas (deadline) WHERE deadline IS NOT NULL;
