-- One row for each OAuth grant. PostgreSQL and MariaDB. Times are epoch milliseconds.
CREATE TABLE IF NOT EXISTS epik_oauth_grant (
    name VARCHAR(64) NOT NULL PRIMARY KEY,
    access_token TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    refresh_token TEXT NOT NULL,
    refresh_expires_at BIGINT
)
