-- Tickets that were let in twice are looked for among all entries: the key has all that they are known by.
ALTER TABLE scans ADD KEY scans_of_ticket (kind, verdict, unique_id, mode);
