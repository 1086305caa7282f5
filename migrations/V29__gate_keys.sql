-- What the event's gates have in common while they are cut off. One row.
CREATE TABLE IF NOT EXISTS gate_keys (
    id                 TINYINT     NOT NULL,
    -- X25519: each gate seals the ids in its journal to the public half, and keeps the private one in memory only. So
    -- a laptop whose account is gone cannot read its own journal.
    journal_private    BINARY(32)  NOT NULL,
    journal_public     BINARY(32)  NOT NULL,
    -- By this gates of one network know each other. Another one as soon as a gate is revoked.
    lan_key            BINARY(32)  NOT NULL,
    lan_key_changed_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT gate_keys_one_row CHECK (id = 1)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
