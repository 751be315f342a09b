-- An operator may have a message sent again: it begins its attempts anew, and its mail has an id of its own.
ALTER TABLE messages
  ADD COLUMN resends int NOT NULL DEFAULT 0,
  ADD COLUMN attempts_before int NOT NULL DEFAULT 0,
  ADD CONSTRAINT messages_resends_are_few CHECK (resends BETWEEN 0 AND 20),
  ADD CONSTRAINT messages_attempts_before CHECK (attempts_before BETWEEN 0 AND attempts);
