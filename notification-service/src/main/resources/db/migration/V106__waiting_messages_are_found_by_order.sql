-- Serves the release of what waits for a contact: where order_id = any (?) and status = 'QUEUED' and next_attempt_at is null.
-- Without it each contact that came read all messages there have ever been. Few rows: most messages wait for nothing.
CREATE INDEX idx_messages_waiting ON messages (order_id) WHERE status = 'QUEUED' AND next_attempt_at IS NULL;
