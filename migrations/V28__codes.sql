-- What each ticket's code opens at a gate that is cut off: the key its row is filed under there, and the key it is
-- sealed with. Both are made of the code's signature, which gates cannot make, and so they are told them from here.
CREATE TABLE IF NOT EXISTS codes (
    lookup    BINARY(32)   NOT NULL,
    unique_id VARCHAR(100) NOT NULL,
    -- The public key that vouches for the code: after a change of the signing key a ticket has two.
    signed_by BINARY(32)   NOT NULL,
    seal_key  BINARY(32)   NOT NULL,
    made_at   DATETIME(6)  NOT NULL,
    PRIMARY KEY (lookup),
    -- Which tickets lack a code is asked every few seconds.
    UNIQUE KEY codes_of_a_ticket (unique_id, signed_by),
    -- What is new since a gate last looked.
    KEY codes_made_at (made_at),
    -- Whoever signs has read the ticket a moment before: none stays behind under the id of somebody forgotten since.
    CONSTRAINT codes_vouch_for_a_ticket FOREIGN KEY (unique_id) REFERENCES tickets (UNIQUE_ID)
        ON UPDATE CASCADE ON DELETE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
