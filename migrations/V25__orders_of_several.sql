-- What is an attendee's own stands with the attendee now; first_name is who booked.
-- The language is the one the guest booked in: messages that go out later speak it.
ALTER TABLE orders
    DROP CONSTRAINT orders_live_has_key,
    DROP COLUMN live_key,
    DROP COLUMN unique_id,
    ADD COLUMN language CHAR(2) NOT NULL DEFAULT 'en',
    ADD CONSTRAINT orders_language_known CHECK (language IN ('en', 'hi'));
