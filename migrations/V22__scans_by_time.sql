-- The organiser's desk counts an evening's scans every few seconds: the key has all that it counts by, so that the
-- rows stay unread. Dropped and added in one statement, so that it can be repeated like a CREATE … IF NOT EXISTS.
ALTER TABLE scans
    DROP KEY scans_server_time,
    ADD KEY scans_server_time (server_time, kind, verdict, gate);
