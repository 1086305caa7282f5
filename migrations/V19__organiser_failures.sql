-- Sign-ins that were tried: counted before the password is looked at, forgotten when it was right.
CREATE TABLE IF NOT EXISTS organiser_failures (
    -- SHA-256 of a name as typed, or of an address: a password typed into the wrong field is not kept.
    subject       CHAR(64)    NOT NULL,
    tries         INT         NOT NULL DEFAULT 0,
    -- Until then nothing is tried.
    blocked_until DATETIME(6) NOT NULL,
    last_at       DATETIME(6) NOT NULL,
    PRIMARY KEY (subject),
    KEY organiser_failures_last_at (last_at)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
