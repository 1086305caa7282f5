-- How often an order's message was asked for again. The limits are conditions
-- of the UPDATE on this row: however many ask at once, at however many servers,
-- one message is written.
CREATE TABLE IF NOT EXISTS resends (
    order_id CHAR(36)    NOT NULL,
    -- When the day began that `times` counts.
    since    DATETIME(6) NOT NULL,
    times    INT         NOT NULL,
    last_at  DATETIME(6) NOT NULL,
    PRIMARY KEY (order_id),
    -- Goes with the order, and is in nobody's way.
    CONSTRAINT resends_of_an_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
