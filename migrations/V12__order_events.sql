-- An order's story: each step it took, written with the step itself.
CREATE TABLE IF NOT EXISTS order_events (
    -- UUIDv7: sorts by time, also across servers.
    id       CHAR(36)     NOT NULL,
    order_id CHAR(36)     NOT NULL,
    at       DATETIME(6)  NOT NULL,
    what     VARCHAR(32)  NOT NULL,
    -- The payment, refund or dispute it is about, where there is one.
    subject  VARCHAR(64)  NULL,
    -- For people: why, or in whose words. Never personal data of the guest.
    detail   VARCHAR(255) NULL,
    PRIMARY KEY (id),
    KEY order_events_order (order_id),
    KEY order_events_at (at)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
