-- The ways out that the servers' settings open. A message for which there is no
-- way is not written down: years of tickets would otherwise wait in the outbox,
-- and be sent on the day somebody adds the setting. Asked in the ticket's own
-- transaction, so that commands, which know nothing of mail servers, queue as
-- the servers do.
CREATE TABLE IF NOT EXISTS channels (
    name       VARCHAR(16) NOT NULL,
    is_open    BOOLEAN     NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    PRIMARY KEY (name),
    CONSTRAINT channels_known CHECK (name IN ('mail', 'webhook'))
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
