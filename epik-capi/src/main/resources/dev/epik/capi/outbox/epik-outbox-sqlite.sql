-- The outbox of Epik for Java (schema 2) in an SQLite file. Times are epoch milliseconds.
-- SqliteOutbox runs this itself.
-- state: 0 waits, 1 dead letter, 2 delivered, 3 waits as a suspect (it failed while it was alone in a request).
-- A delivered row is emptied; its key remembers the event.
-- event_key: SHA-256 of ad account, name and id, so that an event is stored once.
-- A claimed row has a lease. It is ready again at ready_at, when the lease ends.
-- urgent_until: until when a web or app event counts as web; 0 for an offline event.
-- attempts ... suspect: what happened to a waiting event in earlier requests; null: nothing yet.
-- book_hour: the hour in whose books the event is counted as stored; null: not counted yet.
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
    settled_at INTEGER,
    attempts INTEGER,
    failures_alone INTEGER,
    failed_alone_since INTEGER,
    blames INTEGER,
    last_blame INTEGER,
    maybe_counted INTEGER,
    suspect TEXT,
    book_hour INTEGER
);

CREATE INDEX epik_outbox_urgent ON epik_outbox (ad_account, urgent_until, ready_at) WHERE state = 0;
CREATE INDEX epik_outbox_ready ON epik_outbox (ad_account, ready_at, urgent_until, stored_at) WHERE state = 0;
CREATE INDEX epik_outbox_suspect ON epik_outbox (ad_account, ready_at) WHERE state = 3;
CREATE INDEX epik_outbox_dead ON epik_outbox (ad_account, settled_at) WHERE state = 1;
CREATE INDEX epik_outbox_delivered ON epik_outbox (ad_account, settled_at) WHERE state = 2;

-- epik_books counts events by the hour (since the epoch) in which they were stored, and by ad account:
-- stored = accepted + rejected + cancelled + rows that wait and have a book_hour.
-- shard: 0; in other databases one of several rows whose sum counts.
CREATE TABLE epik_books (
    hour INTEGER NOT NULL,
    ad_account TEXT NOT NULL,
    shard INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    PRIMARY KEY (hour, ad_account, shard)
) WITHOUT ROWID;

CREATE TABLE epik_pause (
    ad_account TEXT NOT NULL PRIMARY KEY,
    paused_until INTEGER NOT NULL,
    reason TEXT NOT NULL
);

PRAGMA application_id = 1162889547;

PRAGMA user_version = 2;
