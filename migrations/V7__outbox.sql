-- Messages to send. Written with the ticket, sent later, never in a ticket's way.
CREATE TABLE IF NOT EXISTS outbox (
    id              CHAR(36)     NOT NULL,
    order_id        CHAR(36)     NOT NULL,
    kind            VARCHAR(16)  NOT NULL,
    recipient       VARCHAR(100) NOT NULL,
    attempts        INT          NOT NULL DEFAULT 0,
    -- NULL when there is nothing left to try.
    next_attempt_at DATETIME(6)  NULL,
    sent_at         DATETIME(6)  NULL,
    last_error      VARCHAR(500) NULL,
    created_at      DATETIME(6)  NOT NULL,
    PRIMARY KEY (id),
    KEY outbox_next_attempt_at (next_attempt_at),
    CONSTRAINT outbox_of_an_order FOREIGN KEY (order_id) REFERENCES orders (id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
