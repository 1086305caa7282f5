-- Each comparison of our rows with Razorpay's, and what it found.
CREATE TABLE IF NOT EXISTS reconciliations (
    id          CHAR(36)     NOT NULL,
    started_at  DATETIME(6)  NOT NULL,
    -- NULL while it runs, and for good when its process ended before.
    finished_at DATETIME(6)  NULL,
    orders      INT          NOT NULL DEFAULT 0,
    payments    INT          NOT NULL DEFAULT 0,
    refunds     INT          NOT NULL DEFAULT 0,
    tickets     INT          NOT NULL DEFAULT 0,
    -- NULL when it could not be finished; then the failure says why.
    differences INT          NULL,
    failure     VARCHAR(255) NULL,
    PRIMARY KEY (id),
    KEY reconciliations_finished_at (finished_at)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
