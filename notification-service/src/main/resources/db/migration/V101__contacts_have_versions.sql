-- Contacts come at least once and, after a change of address, more than once: the newest version wins.
ALTER TABLE contacts ADD COLUMN version bigint NOT NULL DEFAULT 0;
