-- Who comes by an order: a row for each seat, and later for each ticket.
CREATE TABLE IF NOT EXISTS attendees (
    order_id   CHAR(36)     NOT NULL,
    -- 1 is who booked; the ticket page and its pictures count the same way.
    n          TINYINT      NOT NULL,
    first_name VARCHAR(50)  NOT NULL,
    unique_id  VARCHAR(100) NOT NULL,
    -- Folded name, phone and day while the order is alive, NULL once it is dead: one person
    -- has one live booking a day, alone or among others, and may book again after an expiry.
    live_key   VARCHAR(255) NULL,
    PRIMARY KEY (order_id, n),
    UNIQUE KEY attendees_live_key (live_key),
    KEY attendees_unique_id (unique_id),
    CONSTRAINT attendees_of_an_order FOREIGN KEY (order_id) REFERENCES orders (id),
    CONSTRAINT attendees_at_most_ten CHECK (n BETWEEN 1 AND 10)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
