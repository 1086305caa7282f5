-- Every webhook Razorpay sent, once. A repeat of a finished one is answered at once.
CREATE TABLE IF NOT EXISTS webhook_events (
    -- Razorpay's x-razorpay-event-id.
    id           VARCHAR(64) NOT NULL,
    event        VARCHAR(64) NOT NULL,
    received_at  DATETIME(6) NOT NULL,
    -- NULL while unfinished: the repeat that Razorpay sends must then be worked on again.
    processed_at DATETIME(6) NULL,
    PRIMARY KEY (id),
    KEY webhook_events_received_at (received_at)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
