-- The outbox of Epik for Java in a file of SQLite. Times are epoch milliseconds. SqliteOutbox runs this by itself.
-- state: 0 waits, 1 dead letter, 2 delivered; a delivered row is emptied, and its key is what is remembered.
-- event_key: SHA-256 of ad account, name and id, so that an event is here once.
-- A row that is claimed has a lease, and is ready when the lease ends.
CREATE TABLE epik_outbox (
    event_key BLOB NOT NULL PRIMARY KEY,
    ad_account TEXT NOT NULL,
    state INTEGER NOT NULL,
    name TEXT,
    event_id TEXT,
    json TEXT,
    bytes INTEGER,
    happened_at INTEGER,
    offline INTEGER,
    redriven INTEGER,
    stored_at INTEGER,
    urgent_until INTEGER,
    ready_at INTEGER,
    lease TEXT,
    reason TEXT,
    settled_at INTEGER
);

CREATE INDEX epik_outbox_urgent ON epik_outbox (ad_account, urgent_until, ready_at) WHERE state = 0;
CREATE INDEX epik_outbox_ready ON epik_outbox (ad_account, ready_at, urgent_until, stored_at) WHERE state = 0;
CREATE INDEX epik_outbox_dead ON epik_outbox (ad_account, settled_at) WHERE state = 1;
CREATE INDEX epik_outbox_delivered ON epik_outbox (ad_account, settled_at) WHERE state = 2;

CREATE TABLE epik_pause (
    ad_account TEXT NOT NULL PRIMARY KEY,
    paused_until INTEGER NOT NULL,
    reason TEXT NOT NULL
);

PRAGMA application_id = 1162889547;

PRAGMA user_version = 1;
