-- The door list in the alphabet's order, from any place in it.
ALTER TABLE tickets ADD KEY tickets_by_name (FIRST_NAME, UNIQUE_ID, REVOKED_AT);
