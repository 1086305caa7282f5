-- What each organiser did, written with the action itself. Never changed, and kept when the account goes.
CREATE TABLE IF NOT EXISTS organiser_actions (
    -- UUIDv7: sorts by time, also across servers.
    id        CHAR(36)     NOT NULL,
    at        DATETIME(6)  NOT NULL,
    organiser VARCHAR(50)  NOT NULL,
    what      VARCHAR(32)  NOT NULL,
    -- The order, gate or account it was done to, where there is one.
    subject   VARCHAR(100) NULL,
    -- For people: why, or how much. Never personal data of a guest.
    detail    VARCHAR(255) NULL,
    PRIMARY KEY (id),
    KEY organiser_actions_organiser (organiser),
    KEY organiser_actions_subject (subject)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
