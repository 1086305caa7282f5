-- Who may sit at the organiser's desk.
CREATE TABLE IF NOT EXISTS organisers (
    -- As typed at the sign-in, in small letters.
    name          VARCHAR(50)  NOT NULL,
    -- Argon2id in PHC form: its own costs and salt stand in it.
    password_hash VARCHAR(255) NOT NULL,
    -- Random, and another one with each password: a session of before names the old one and is over.
    epoch         CHAR(32)     NOT NULL,
    created_at    DATETIME(6)  NOT NULL,
    changed_at    DATETIME(6)  NOT NULL,
    PRIMARY KEY (name)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
