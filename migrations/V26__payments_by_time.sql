-- The first payment after a moment, which a silent webhook is known by.
ALTER TABLE payments ADD KEY payments_created_at (created_at);
