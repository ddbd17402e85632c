-- The outbox of Epik for Java (schema 2) on PostgreSQL 12 or later. Times are epoch milliseconds.
-- Tables of schema 1 are migrated by epik-outbox-2-postgresql.sql: do not run this script on them.
-- state: 0 waits, 1 dead letter, 2 delivered, 3 waits as a suspect (it failed while it was alone in a request).
-- A delivered row is emptied; its key remembers the event.
-- event_key: SHA-256 of ad account, name and id, so that an event is stored once.
-- A claimed row has a lease. It is ready again at ready_at, when the lease ends.
-- urgent_until: until when a web or app event counts as web; 0 for an offline event.
-- attempts ... suspect: what happened to a waiting event in earlier requests; null: nothing yet.
-- book_hour: the hour in whose books the event is counted as stored; null: not counted yet.
CREATE TABLE IF NOT EXISTS epik_outbox (
    event_key BYTEA NOT NULL PRIMARY KEY,
    ad_account VARCHAR(64) NOT NULL,
    state SMALLINT NOT NULL,
    name TEXT,
    event_id TEXT,
    json TEXT,
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
    attempts INTEGER,
    failures_alone INTEGER,
    failed_alone_since BIGINT,
    blames INTEGER,
    last_blame BIGINT,
    maybe_counted INTEGER,
    suspect VARCHAR(64),
    book_hour INTEGER
)
-- The rows of a queue change often: without earlier vacuums the indexes keep entries of rows that are gone.
WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

CREATE INDEX IF NOT EXISTS epik_outbox_urgent ON epik_outbox (ad_account, urgent_until, ready_at) WHERE state = 0;
CREATE INDEX IF NOT EXISTS epik_outbox_ready ON epik_outbox (ad_account, ready_at, urgent_until, stored_at) WHERE state = 0;
CREATE INDEX IF NOT EXISTS epik_outbox_suspect ON epik_outbox (ad_account, ready_at) WHERE state = 3;
CREATE INDEX IF NOT EXISTS epik_outbox_dead ON epik_outbox (ad_account, settled_at) WHERE state = 1;
CREATE INDEX IF NOT EXISTS epik_outbox_delivered ON epik_outbox (ad_account, settled_at) WHERE state = 2;

-- epik_books counts events by the hour (since the epoch) in which they were stored, and by ad account:
-- stored = accepted + rejected + cancelled + rows that wait and have a book_hour.
-- shard: transactions at the same time add to different rows, so that none waits for another; their sum counts.
CREATE TABLE IF NOT EXISTS epik_books (
    hour INTEGER NOT NULL,
    ad_account VARCHAR(64) NOT NULL,
    shard INTEGER NOT NULL,
    stored BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    cancelled BIGINT NOT NULL,
    PRIMARY KEY (hour, ad_account, shard)
)
-- The rows change with every batch: room on their pages lets PostgreSQL change them in place.
WITH (fillfactor = 50);

CREATE TABLE IF NOT EXISTS epik_pause (
    ad_account VARCHAR(64) NOT NULL PRIMARY KEY,
    paused_until BIGINT NOT NULL,
    reason TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS epik_outbox_schema (
    version INTEGER NOT NULL PRIMARY KEY
);

INSERT INTO epik_outbox_schema (version) VALUES (2) ON CONFLICT DO NOTHING;
