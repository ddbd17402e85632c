-- The outbox of Epik for Java on MariaDB 10.6 or later, and, untested, MySQL 8. Times are epoch milliseconds.
-- state: 0 waits, 1 dead letter, 2 delivered; a delivered row is emptied, and its key is what is remembered.
-- event_key: SHA-256 of ad account, name and id, so that an event is here once: case and spaces count, whatever the collation.
-- A row that is claimed has a lease, and is ready when the lease ends.
CREATE TABLE IF NOT EXISTS epik_outbox (
    event_key BINARY(32) NOT NULL PRIMARY KEY,
    ad_account VARCHAR(64) NOT NULL,
    state SMALLINT NOT NULL,
    name TEXT,
    event_id TEXT,
    json LONGTEXT,
    bytes INTEGER,
    happened_at BIGINT,
    offline SMALLINT,
    redriven SMALLINT,
    stored_at BIGINT,
    urgent_until BIGINT,
    ready_at BIGINT,
    lease VARCHAR(36),
    reason TEXT,
    settled_at BIGINT,
    INDEX epik_outbox_urgent (state, ad_account, urgent_until, ready_at),
    INDEX epik_outbox_ready (state, ad_account, ready_at, urgent_until, stored_at),
    INDEX epik_outbox_settled (state, ad_account, settled_at)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS epik_pause (
    ad_account VARCHAR(64) NOT NULL PRIMARY KEY,
    paused_until BIGINT NOT NULL,
    reason TEXT NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS epik_outbox_schema (
    version INTEGER NOT NULL PRIMARY KEY
) ENGINE = InnoDB;

INSERT IGNORE INTO epik_outbox_schema (version) VALUES (1);
