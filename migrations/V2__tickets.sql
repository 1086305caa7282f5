-- The ticket is the row. The columns in front are the organiser's own and stay as they are.
CREATE TABLE IF NOT EXISTS tickets (
    FIRST_NAME     VARCHAR(50)  NOT NULL,
    PHONE_NO       VARCHAR(15)  NOT NULL,
    EMAIL_ID       VARCHAR(100) NULL,
    -- FIRST_NAME + PHONE_NO + REG_DATE. Compared to the letter: 'asha…' is not 'Asha…'.
    UNIQUE_ID      VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    REG_DATE       DATE         NOT NULL,
    -- NOT NULL, because a NULL could never be turned into an admission by WHERE PRESENT = 0.
    PRESENT        BOOLEAN      NOT NULL DEFAULT 0,
    ADMITTED_AT    DATETIME(6)  NULL,
    ADMITTED_GATE  VARCHAR(50)  NULL,
    -- The scan that let the guest in: a gate that lost the answer finds its own id here.
    ADMITTED_SCAN  CHAR(36)     CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    REVOKED_AT     DATETIME(6)  NULL,
    UPDATED_AT     DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (UNIQUE_ID),
    -- What changed since a gate last looked.
    KEY tickets_updated_at (UPDATED_AT),
    CONSTRAINT tickets_present_is_yes_or_no CHECK (PRESENT IN (0, 1))
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
