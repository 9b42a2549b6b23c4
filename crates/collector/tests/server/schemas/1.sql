-- A database of version 1, as its program made it, with something in each table. It stays as it is.
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
    views     INTEGER NOT NULL,
    visits    INTEGER NOT NULL,
    PRIMARY KEY (site, dimension, page, day, value)
) STRICT, WITHOUT ROWID;
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
    number INTEGER NOT NULL,
    minute INTEGER NOT NULL
) STRICT;
CREATE TABLE denials (
    site   TEXT NOT NULL,
    day    TEXT NOT NULL,
    policy INTEGER NOT NULL,
    count  INTEGER NOT NULL,
    PRIMARY KEY (site, day, policy)
) STRICT, WITHOUT ROWID;
CREATE TABLE receipts (
    receipt TEXT PRIMARY KEY,
    time    TEXT NOT NULL,
    site    TEXT NOT NULL,
    action  TEXT NOT NULL,
    level   TEXT NOT NULL,
    policy  INTEGER NOT NULL,
    lang    TEXT NOT NULL,
    banner  INTEGER NOT NULL,
    id_hash TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX receipts_by_id ON receipts (id_hash) WHERE id_hash IS NOT NULL;

-- DAY, MINUTE, HASH and KEY are filled in by the test.
INSERT INTO meta VALUES ('receipt_key', 'KEY'), ('schema', '1');
INSERT INTO site_hour VALUES ('demo', 'DAYT00', 5, 3);
INSERT INTO cells VALUES ('demo', 'page', '', 'DAY', '/a', 5, 3), ('demo', 'referrer', '', 'DAY', 'a.example', 2, 2),
    ('demo', 'event', '/a', 'DAY', 'plan', 1, 0), ('demo', 'event', '', 'DAY', 'plan', 1, 0);
INSERT INTO events (uuid, id, site, level, kind, minute, visit, page, referrer, entry, viewport, name, props) VALUES
    ('00000000000000000000000000000001', 'ID', 'demo', 'anonymous', 'view', 'DAYT00:00Z', 'v', '/a', 'a.example', 1, 'small',
     NULL, NULL),
    ('00000000000000000000000000000002', 'ID', 'demo', 'full', 'event', 'DAYT00:01Z', 'v', '/a', NULL, NULL, NULL, 'plan',
     '{"plan":"free"}');
INSERT INTO batches VALUES (7, MINUTE);
INSERT INTO denials VALUES ('demo', 'DAY', 1, 2);
INSERT INTO receipts VALUES ('11111111111111111111111111111111', 'DAYT00:00:00Z', 'demo', 'grant', 'anonymous', 1, 'en', 1, 'HASH');
