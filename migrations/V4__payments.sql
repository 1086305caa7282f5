-- Money that Razorpay says it has captured for an order.
CREATE TABLE IF NOT EXISTS payments (
    -- Razorpay's pay_… : however often we are told of a payment, it is booked once.
    id           VARCHAR(64) NOT NULL,
    order_id     CHAR(36)    NOT NULL,
    amount_paise BIGINT      NOT NULL,
    currency     CHAR(3)     NOT NULL,
    status       VARCHAR(16) NOT NULL,
    method       VARCHAR(32) NULL,
    created_at   DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    KEY payments_order (order_id),
    -- No money without the order it was for.
    CONSTRAINT payments_of_an_order FOREIGN KEY (order_id) REFERENCES orders (id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
