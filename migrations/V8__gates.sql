-- The doors, each with a database account of its own.
CREATE TABLE IF NOT EXISTS gates (
    -- As spoken at the door; 'gate b' and 'Gate B' would be the same door, so they may not both exist.
    name         VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
    account      VARCHAR(32) NOT NULL,
    created_at   DATETIME(6) NOT NULL,
    revoked_at   DATETIME(6) NULL,
    PRIMARY KEY (name),
    UNIQUE KEY gates_account (account)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
