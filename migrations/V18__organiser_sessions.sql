-- Who has signed in, on whichever server.
CREATE TABLE IF NOT EXISTS organiser_sessions (
    -- SHA-256 of what the browser holds: whoever reads this table cannot sign in with it.
    token_hash CHAR(64)    NOT NULL,
    organiser  VARCHAR(50) NOT NULL,
    -- The account's own when the password was checked.
    epoch      CHAR(32)    NOT NULL,
    created_at DATETIME(6) NOT NULL,
    seen_at    DATETIME(6) NOT NULL,
    PRIMARY KEY (token_hash),
    KEY organiser_sessions_organiser (organiser),
    KEY organiser_sessions_seen_at (seen_at),
    -- Without the account there is no session.
    CONSTRAINT organiser_sessions_of_one FOREIGN KEY (organiser) REFERENCES organisers (name) ON DELETE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
