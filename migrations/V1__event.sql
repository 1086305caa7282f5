-- The one event this database serves, and its seat counter.
CREATE TABLE IF NOT EXISTS event (
    -- One event, one database: a second row cannot exist.
    id            TINYINT      NOT NULL DEFAULT 1,
    name          VARCHAR(200) NOT NULL,
    venue         VARCHAR(200) NOT NULL,
    starts_at     DATETIME     NOT NULL,
    doors_open_at DATETIME     NULL,
    -- An IANA name. Instants here are UTC; the zone says what to show and which day a booking falls on.
    time_zone     VARCHAR(64)  NOT NULL DEFAULT 'Asia/Kolkata',
    price_paise   BIGINT       NOT NULL,
    currency      CHAR(3)      NOT NULL DEFAULT 'INR',
    capacity      INT          NOT NULL,
    sold          INT          NOT NULL DEFAULT 0,
    held          INT          NOT NULL DEFAULT 0,
    sales_from    DATETIME     NULL,
    sales_until   DATETIME     NULL,
    PRIMARY KEY (id),
    CONSTRAINT event_is_one_row      CHECK (id = 1),
    -- Razorpay takes nothing under one rupee; zero means the event is free.
    CONSTRAINT event_price_payable   CHECK (price_paise = 0 OR price_paise >= 100),
    CONSTRAINT event_seats_counted   CHECK (sold >= 0 AND held >= 0),
    -- The last line of defence behind the conditional UPDATE that takes a seat.
    CONSTRAINT event_not_oversold    CHECK (sold + held <= capacity),
    CONSTRAINT event_doors_in_time   CHECK (doors_open_at IS NULL OR doors_open_at <= starts_at),
    CONSTRAINT event_sales_in_order  CHECK (sales_from IS NULL OR sales_until IS NULL OR sales_from < sales_until)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
