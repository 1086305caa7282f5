-- Work that comes round: whichever server moves the date does it.
CREATE TABLE IF NOT EXISTS duties (
    name   VARCHAR(32) NOT NULL,
    due_at DATETIME(6) NOT NULL,
    PRIMARY KEY (name)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
