-- Migrates the outbox of Epik for Java on PostgreSQL from schema 1 to 2. It may be run again.
-- No row is rewritten: the columns may be null. The index is empty at first, but PostgreSQL reads the whole table to
-- build it. On a large table create the index beforehand, by CREATE INDEX CONCURRENTLY in place of CREATE INDEX.
ALTER TABLE epik_outbox
    ADD COLUMN IF NOT EXISTS attempts INTEGER,
    ADD COLUMN IF NOT EXISTS failures_alone INTEGER,
    ADD COLUMN IF NOT EXISTS failed_alone_since BIGINT,
    ADD COLUMN IF NOT EXISTS blames INTEGER,
    ADD COLUMN IF NOT EXISTS last_blame BIGINT,
    ADD COLUMN IF NOT EXISTS maybe_counted INTEGER,
    ADD COLUMN IF NOT EXISTS suspect VARCHAR(64),
    ADD COLUMN IF NOT EXISTS book_hour INTEGER;

-- Schema 1 set urgent_until to 0 for events that had failed. Now 0 is for offline events only.
UPDATE epik_outbox SET urgent_until = happened_at + 3600000 WHERE state = 0 AND offline = 0 AND urgent_until = 0;

CREATE INDEX IF NOT EXISTS epik_outbox_suspect ON epik_outbox (ad_account, ready_at) WHERE state = 3;

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
