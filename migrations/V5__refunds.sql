-- Money to give back: the intent is written before Razorpay is asked.
CREATE TABLE IF NOT EXISTS refunds (
    -- UUIDv7; sent as the idempotency key, so that asking again is the same refund.
    id           CHAR(36)     NOT NULL,
    payment_id   VARCHAR(64)  NOT NULL,
    amount_paise BIGINT       NOT NULL,
    reason       VARCHAR(64)  NOT NULL,
    state        VARCHAR(16)  NOT NULL,
    -- Razorpay's rfnd_…, once it has answered.
    razorpay_id  VARCHAR(64)  NULL,
    created_at   DATETIME(6)  NOT NULL,
    updated_at   DATETIME(6)  NOT NULL,
    PRIMARY KEY (id),
    -- A payment is given back once.
    UNIQUE KEY refunds_payment (payment_id),
    UNIQUE KEY refunds_razorpay_id (razorpay_id),
    CONSTRAINT refunds_of_a_payment FOREIGN KEY (payment_id) REFERENCES payments (id),
    CONSTRAINT refunds_state_known  CHECK (state IN ('intended', 'pending', 'processed', 'failed'))
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
