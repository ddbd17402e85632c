-- Migrates the outbox of Epik for Java in an SQLite file from schema 1 to 2.
-- SqliteOutbox runs this itself, in one transaction.
ALTER TABLE epik_outbox ADD COLUMN attempts INTEGER;
ALTER TABLE epik_outbox ADD COLUMN failures_alone INTEGER;
ALTER TABLE epik_outbox ADD COLUMN failed_alone_since INTEGER;
ALTER TABLE epik_outbox ADD COLUMN blames INTEGER;
ALTER TABLE epik_outbox ADD COLUMN last_blame INTEGER;
ALTER TABLE epik_outbox ADD COLUMN maybe_counted INTEGER;
ALTER TABLE epik_outbox ADD COLUMN suspect TEXT;
ALTER TABLE epik_outbox ADD COLUMN book_hour INTEGER;

-- Schema 1 set urgent_until to 0 for events that had failed. Now 0 is for offline events only.
UPDATE epik_outbox SET urgent_until = happened_at + 3600000 WHERE state = 0 AND offline = 0 AND urgent_until = 0;

CREATE INDEX epik_outbox_suspect ON epik_outbox (ad_account, ready_at) WHERE state = 3;

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

PRAGMA user_version = 2;
