-- An order is a wish with a seat held for it.
CREATE TABLE IF NOT EXISTS orders (
    -- UUIDv7; also the payment link's reference_id, which Razorpay accepts only once.
    id           CHAR(36)     NOT NULL,
    -- 128 random bits, the only key to the attendee's page.
    token        CHAR(32)     NOT NULL,
    -- 128 random bits from the form that was sent: the same form sent again is the same order.
    form_key     CHAR(32)     NULL,
    -- Folded name, phone and day while the order is alive, NULL once it is dead:
    -- one person has one live booking a day, and may book again after an expiry.
    live_key     VARCHAR(255) NULL,
    first_name   VARCHAR(50)  NOT NULL,
    phone_no     VARCHAR(15)  NOT NULL,
    email_id     VARCHAR(100) NULL,
    reg_date     DATE         NOT NULL,
    unique_id    VARCHAR(100) NOT NULL,
    amount_paise BIGINT       NOT NULL,
    currency     CHAR(3)      NOT NULL,
    state        VARCHAR(16)  NOT NULL,
    hold_until   DATETIME(6)  NOT NULL,
    link_id      VARCHAR(64)  NULL,
    link_url     VARCHAR(500) NULL,
    -- When the periodic look-up asks Razorpay again; NULL when there is nothing left to ask.
    next_look_at DATETIME(6)  NULL,
    created_at   DATETIME(6)  NOT NULL,
    updated_at   DATETIME(6)  NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY orders_token (token),
    UNIQUE KEY orders_form_key (form_key),
    UNIQUE KEY orders_live_key (live_key),
    UNIQUE KEY orders_link_id (link_id),
    KEY orders_next_look_at (next_look_at),
    KEY orders_unique_id (unique_id),
    CONSTRAINT orders_state_known    CHECK (state IN ('held', 'paid', 'expired', 'refunding', 'refunded')),
    CONSTRAINT orders_live_has_key   CHECK ((live_key IS NOT NULL) = (state IN ('held', 'paid'))),
    CONSTRAINT orders_amount_payable CHECK (amount_paise = 0 OR amount_paise >= 100)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
