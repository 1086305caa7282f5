-- What a comparison found, in words, for the organiser's desk.
CREATE TABLE IF NOT EXISTS reconciliation_differences (
    reconciliation_id CHAR(36)     NOT NULL,
    -- Its place in the report.
    number            INT          NOT NULL,
    kind              VARCHAR(32)  NOT NULL,
    order_id          CHAR(36)     NULL,
    payment_id        VARCHAR(64)  NULL,
    refund_id         VARCHAR(64)  NULL,
    -- Both sides' words, and what to do. Never personal data of the guest.
    ours              VARCHAR(500) NOT NULL,
    razorpay          VARCHAR(500) NOT NULL,
    remedy            VARCHAR(500) NOT NULL,
    PRIMARY KEY (reconciliation_id, number),
    CONSTRAINT reconciliation_differences_of_one FOREIGN KEY (reconciliation_id) REFERENCES reconciliations (id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
