-- A bank wants a payment back. Razorpay tells how it goes on.
CREATE TABLE IF NOT EXISTS disputes (
    -- Razorpay's disp_….
    id           VARCHAR(64) NOT NULL,
    payment_id   VARCHAR(64) NOT NULL,
    order_id     CHAR(36)    NOT NULL,
    amount_paise BIGINT      NOT NULL,
    -- Razorpay's word: open, under_review, won, lost, closed.
    status       VARCHAR(16) NOT NULL,
    -- The ticket went because of it, and comes back if we win.
    took_ticket  BOOLEAN     NOT NULL DEFAULT 0,
    created_at   DATETIME(6) NOT NULL,
    updated_at   DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    KEY disputes_order (order_id),
    CONSTRAINT disputes_of_a_payment FOREIGN KEY (payment_id) REFERENCES payments (id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
