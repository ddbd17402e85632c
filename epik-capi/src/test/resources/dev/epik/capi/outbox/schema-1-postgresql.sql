-- The outbox of Epik for Java on PostgreSQL 12 or later. Times are epoch milliseconds.
-- state: 0 waits, 1 dead letter, 2 delivered; a delivered row is emptied, and its key is what is remembered.
-- event_key: SHA-256 of ad account, name and id, so that an event is here once.
-- A row that is claimed has a lease, and is ready when the lease ends.
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
    settled_at BIGINT
)
-- A queue's rows change often: vacuum sooner, or the indexes keep where rows no longer are.
WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

CREATE INDEX IF NOT EXISTS epik_outbox_urgent ON epik_outbox (ad_account, urgent_until, ready_at) WHERE state = 0;
CREATE INDEX IF NOT EXISTS epik_outbox_ready ON epik_outbox (ad_account, ready_at, urgent_until, stored_at) WHERE state = 0;
CREATE INDEX IF NOT EXISTS epik_outbox_dead ON epik_outbox (ad_account, settled_at) WHERE state = 1;
CREATE INDEX IF NOT EXISTS epik_outbox_delivered ON epik_outbox (ad_account, settled_at) WHERE state = 2;

CREATE TABLE IF NOT EXISTS epik_pause (
    ad_account VARCHAR(64) NOT NULL PRIMARY KEY,
    paused_until BIGINT NOT NULL,
    reason TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS epik_outbox_schema (
    version INTEGER NOT NULL PRIMARY KEY
);

INSERT INTO epik_outbox_schema (version) VALUES (1) ON CONFLICT DO NOTHING;
