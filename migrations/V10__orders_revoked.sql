-- A paid order whose ticket was taken away without a refund of ours: the bank
-- disputes the payment, or the organiser said so. Dropped and added in one
-- statement, so that it can be repeated like a CREATE … IF NOT EXISTS.
ALTER TABLE orders
    DROP CONSTRAINT orders_state_known,
    ADD CONSTRAINT orders_state_known CHECK (state IN ('held', 'paid', 'expired', 'refunding', 'refunded', 'revoked'));
