-- Orders made before had one attendee each.
INSERT IGNORE INTO attendees (order_id, n, first_name, unique_id, live_key)
SELECT id, 1, first_name, unique_id, live_key FROM orders;
