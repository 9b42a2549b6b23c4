-- A database of version 5, as its program made it, with something in each table. It stays as it is.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE site_hour (
    site   TEXT NOT NULL,
    hour   TEXT NOT NULL,
    views  INTEGER NOT NULL,
    visits INTEGER NOT NULL,
    PRIMARY KEY (site, hour)
) STRICT, WITHOUT ROWID;
CREATE TABLE cells (
    site      TEXT NOT NULL,
    dimension TEXT NOT NULL,
    page      TEXT NOT NULL,
    day       TEXT NOT NULL,
    value     TEXT NOT NULL,
    counter   INTEGER NOT NULL,
    PRIMARY KEY (site, dimension, page, day, value)
) STRICT, WITHOUT ROWID;
CREATE TABLE counters (
    counter INTEGER PRIMARY KEY,
    views   INTEGER NOT NULL,
    visits  INTEGER NOT NULL
) STRICT;
CREATE TABLE events (
    uuid     TEXT PRIMARY KEY,
    id       TEXT NOT NULL,
    site     TEXT NOT NULL,
    level    TEXT NOT NULL,
    kind     TEXT NOT NULL,
    minute   TEXT NOT NULL,
    visit    TEXT NOT NULL,
    subject  TEXT,
    page     TEXT NOT NULL,
    previous TEXT,
    referrer TEXT,
    entry    INTEGER,
    source   TEXT,
    medium   TEXT,
    campaign TEXT,
    viewport TEXT,
    name     TEXT,
    props    TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX events_by_id ON events (id, site);
CREATE TABLE batches (
    minute  INTEGER NOT NULL,
    numbers BLOB NOT NULL
) STRICT;
CREATE TABLE denials (
    site   TEXT NOT NULL,
    day    TEXT NOT NULL,
    policy INTEGER NOT NULL,
    count  INTEGER NOT NULL,
    PRIMARY KEY (site, day, policy)
) STRICT, WITHOUT ROWID;
-- Proof of consent. The rows are written once: triggers refuse every change but two. An erasure cuts the tie to the id, and
-- retention deletes what is older than the day that it notes in `meta` for as long as its transaction runs. The triggers
-- stand in the file, so they hold against other programs too; before an insertion, because REPLACE deletes without asking
-- the triggers of deletion.
CREATE TABLE texts (
    hash TEXT PRIMARY KEY,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER texts_once BEFORE INSERT ON texts
WHEN EXISTS (SELECT 1 FROM texts WHERE hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'texts are append-only: this one is there already'); END;

CREATE TRIGGER texts_unchanged BEFORE UPDATE ON texts
BEGIN SELECT RAISE(ABORT, 'texts are append-only'); END;

CREATE TRIGGER texts_kept BEFORE DELETE ON texts
WHEN EXISTS (SELECT 1 FROM receipts WHERE text_hash = OLD.hash)
BEGIN SELECT RAISE(ABORT, 'texts are append-only: a receipt names this one'); END;

-- In the order of their row numbers, which are the order of time.
CREATE TABLE receipts (
    receipt   TEXT PRIMARY KEY NOT NULL,
    time      TEXT NOT NULL,
    site      TEXT NOT NULL,
    action    TEXT NOT NULL,
    level     TEXT NOT NULL,
    policy    INTEGER NOT NULL,
    text_hash TEXT NOT NULL,
    code      TEXT NOT NULL,
    lang      TEXT NOT NULL,
    banner    INTEGER NOT NULL,
    previous  TEXT,
    id_hash   TEXT
) STRICT;
CREATE INDEX receipts_by_id ON receipts (id_hash) WHERE id_hash IS NOT NULL;
CREATE INDEX receipts_by_text ON receipts (text_hash);

CREATE TRIGGER receipts_once BEFORE INSERT ON receipts
WHEN EXISTS (SELECT 1 FROM receipts WHERE receipt = NEW.receipt OR rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'receipts are append-only: this one is there already'); END;

CREATE TRIGGER receipts_unchanged BEFORE UPDATE ON receipts
WHEN NEW.id_hash IS NOT NULL
  OR (NEW.rowid, NEW.receipt, NEW.time, NEW.site, NEW.action, NEW.level, NEW.policy, NEW.text_hash, NEW.code, NEW.lang,
      NEW.banner, NEW.previous)
  IS NOT (OLD.rowid, OLD.receipt, OLD.time, OLD.site, OLD.action, OLD.level, OLD.policy, OLD.text_hash, OLD.code, OLD.lang,
      OLD.banner, OLD.previous)
BEGIN SELECT RAISE(ABORT, 'receipts are append-only: only id_hash can be cut'); END;

CREATE TRIGGER receipts_kept BEFORE DELETE ON receipts
WHEN NOT EXISTS (SELECT 1 FROM meta WHERE key = 'receipts_end_before' AND OLD.time < value)
BEGIN SELECT RAISE(ABORT, 'receipts are append-only: retention deletes them by age'); END;
ALTER TABLE events ADD COLUMN device TEXT;
ALTER TABLE events ADD COLUMN browser TEXT;
ALTER TABLE events ADD COLUMN os TEXT;
ALTER TABLE events ADD COLUMN language TEXT;
ALTER TABLE events ADD COLUMN country TEXT;
CREATE TABLE revenue (
    site     TEXT NOT NULL,
    day      TEXT NOT NULL,
    event    TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount   INTEGER NOT NULL,
    count    INTEGER NOT NULL,
    PRIMARY KEY (site, day, event, currency)
) STRICT, WITHOUT ROWID;
CREATE TABLE uniques (
    site     TEXT NOT NULL,
    day      TEXT NOT NULL,
    estimate INTEGER NOT NULL,
    restarts INTEGER NOT NULL,
    PRIMARY KEY (site, day)
) STRICT, WITHOUT ROWID;

-- DAY, MINUTE, HASH and KEY are filled in by the test.
INSERT INTO meta VALUES ('receipt_key', 'KEY'), ('schema', '5');
INSERT INTO site_hour VALUES ('demo', 'DAYT00', 5, 3);
-- The day, and 32 bits at random.
INSERT INTO counters SELECT unixepoch('DAY') / 86400 << 32 | number, views, visits FROM (
    SELECT 2740170837 AS number, 5 AS views, 3 AS visits UNION ALL SELECT 91837465, 2, 2
    UNION ALL SELECT 3918273645, 1, 0 UNION ALL SELECT 1203984756, 1, 0);
INSERT INTO cells SELECT 'demo', dimension, page, 'DAY', value, unixepoch('DAY') / 86400 << 32 | number FROM (
    SELECT 'page' AS dimension, '' AS page, '/a' AS value, 2740170837 AS number
    UNION ALL SELECT 'referrer', '', 'a.example', 91837465
    UNION ALL SELECT 'event', '/a', 'plan', 3918273645 UNION ALL SELECT 'event', '', 'plan', 1203984756);
INSERT INTO events (uuid, id, site, level, kind, minute, visit, page, referrer, entry, viewport, name, props) VALUES
    ('00000000000000000000000000000001', 'ID', 'demo', 'anonymous', 'view', 'DAYT00:00Z', 'v', '/a', 'a.example', 1, 'small',
     NULL, NULL),
    ('00000000000000000000000000000002', 'ID', 'demo', 'full', 'event', 'DAYT00:01Z', 'v', '/a', NULL, NULL, NULL, 'plan',
     '{"plan":"free"}');
-- Eight bytes for each number, the lowest first: 6 and 7.
INSERT INTO batches (numbers, minute) VALUES (x'06000000000000000700000000000000', MINUTE);
INSERT INTO denials VALUES ('demo', 'DAY', 1, 2);
INSERT INTO texts VALUES ('t', 'May we?');
INSERT INTO receipts VALUES
    ('11111111111111111111111111111111', 'DAYT00:00:00Z', 'demo', 'grant', 'anonymous', 1, 't', '', 'en', 1, NULL, 'HASH');
UPDATE events SET browser = 'Firefox' WHERE kind = 'view';
INSERT INTO revenue VALUES ('demo', 'DAY', 'purchase', 'EUR', 12500, 1);
INSERT INTO uniques VALUES ('demo', 'DAY', 3, 0);
