-- The newest message that asked something of a payment, and its trace: the provider's answer comes later, from another transaction,
-- and what it causes belongs to them.
ALTER TABLE payments ADD COLUMN traceparent text, ADD COLUMN causation_id text;
