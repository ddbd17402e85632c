-- Migrates the outbox of Epik for Java on MariaDB from schema 1 to 2. It may be run again.
-- On MySQL leave out IF NOT EXISTS.
-- No row is rewritten: the columns may be null and come last, which InnoDB adds instantly. No index is new. Nodes of
-- schema 1 may go on. Run it with SET lock_wait_timeout = 1, and again if a lock was not available: whoever stores an
-- event waits behind ALTER TABLE.
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
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT IGNORE INTO epik_outbox_schema (version) VALUES (2);
