-- Every presentation of a code at a gate, granted or not.
CREATE TABLE IF NOT EXISTS scans (
    -- UUIDv7 made by the gate before its first attempt: a repeated report is the same scan.
    scan_id     CHAR(36)     NOT NULL,
    -- What the code said it was. NULL when it named no ticket; then the hash tells foreign codes apart
    -- without keeping what a stranger's code held.
    unique_id   VARCHAR(100) NULL,
    text_sha256 CHAR(64)     NULL,
    gate        VARCHAR(50)  NOT NULL,
    kind        VARCHAR(8)   NOT NULL,
    verdict     VARCHAR(16)  NOT NULL,
    reason      VARCHAR(32)  NOT NULL,
    mode        VARCHAR(8)   NOT NULL,
    -- Both clocks: the difference shows a laptop whose time is wrong.
    device_time DATETIME(6)  NOT NULL,
    server_time DATETIME(6)  NOT NULL,
    PRIMARY KEY (scan_id),
    KEY scans_unique_id (unique_id),
    KEY scans_server_time (server_time),
    CONSTRAINT scans_kind_known    CHECK (kind IN ('entry', 'exit', 'undo')),
    CONSTRAINT scans_verdict_known CHECK (verdict IN ('ENTRY GRANTED', 'ENTRY REJECTED', 'CANNOT CHECK')),
    CONSTRAINT scans_mode_known    CHECK (mode IN ('online', 'offline')),
    CONSTRAINT scans_say_of_what   CHECK (unique_id IS NOT NULL OR text_sha256 IS NOT NULL)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
