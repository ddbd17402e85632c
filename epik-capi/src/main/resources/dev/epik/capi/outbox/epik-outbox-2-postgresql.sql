-- Migrates the outbox of Epik for Java on PostgreSQL from schema 1 to 2. It may be run again.
-- No row is rewritten: the columns may be null. Nodes of schema 1 may go on. Run it outside of a transaction, with
-- SET lock_timeout = '500ms', and again if a lock was not available: whoever stores an event waits behind ALTER TABLE.
-- CREATE INDEX CONCURRENTLY locks nothing, but waits for the transactions that are open. If it was interrupted, drop
-- the invalid index epik_outbox_suspect first.
-- Schema 1 set urgent_until to 0 for events that had failed. Claims of offline events repair that.
ALTER TABLE epik_outbox
    ADD COLUMN IF NOT EXISTS attempts INTEGER,
    ADD COLUMN IF NOT EXISTS failures_alone INTEGER,
    ADD COLUMN IF NOT EXISTS failed_alone_since BIGINT,
    ADD COLUMN IF NOT EXISTS blames INTEGER,
    ADD COLUMN IF NOT EXISTS last_blame BIGINT,
    ADD COLUMN IF NOT EXISTS maybe_counted INTEGER,
    ADD COLUMN IF NOT EXISTS suspect VARCHAR(64),
    ADD COLUMN IF NOT EXISTS book_hour INTEGER;

CREATE INDEX CONCURRENTLY IF NOT EXISTS epik_outbox_suspect ON epik_outbox (ad_account, ready_at) WHERE state = 3;

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

INSERT INTO epik_outbox_schema (version) VALUES (2) ON CONFLICT DO NOTHING;
