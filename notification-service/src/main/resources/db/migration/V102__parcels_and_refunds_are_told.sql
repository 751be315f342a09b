-- An order is confirmed once and cancelled once; parcels, cancelled parts and refunds are as many as there are.
ALTER TABLE messages
  DROP CONSTRAINT messages_template_check,
  ADD CONSTRAINT messages_template_check CHECK (template IN ('order-confirmed', 'order-cancelled', 'order-shipped',
    'order-part-cancelled', 'order-refunded')),
  DROP CONSTRAINT messages_once;
CREATE UNIQUE INDEX messages_once ON messages (order_id, template) WHERE template IN ('order-confirmed', 'order-cancelled');
