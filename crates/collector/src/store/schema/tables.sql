-- The collector's tables, but those of receipts. Their columns are those that crates/wire/inventory.toml lists: a test compares.
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

-- Clustered by the question that a report asks. Its numbers are in `counters`, so that a commit changes few pages.
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

-- Money in thousandths.
CREATE TABLE revenue (
    site     TEXT NOT NULL,
    day      TEXT NOT NULL,
    event    TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount   INTEGER NOT NULL,
    count    INTEGER NOT NULL,
    PRIMARY KEY (site, day, event, currency)
) STRICT, WITHOUT ROWID;

-- How many visitors a day had, and how often a restart cut the day.
CREATE TABLE uniques (
    site     TEXT NOT NULL,
    day      TEXT NOT NULL,
    estimate INTEGER NOT NULL,
    restarts INTEGER NOT NULL,
    PRIMARY KEY (site, day)
) STRICT, WITHOUT ROWID;

-- How many visitors were asked for consent, agreed and refused.
CREATE TABLE answers (
    site    TEXT NOT NULL,
    day     TEXT NOT NULL,
    policy  INTEGER NOT NULL,
    asked   INTEGER NOT NULL,
    granted INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    PRIMARY KEY (site, day, policy)
) STRICT, WITHOUT ROWID;

-- The numbers of all aggregated batches of a commit in one row, eight bytes each. They are looked up in memory, so there is no
-- index.
CREATE TABLE batches (
    minute  INTEGER NOT NULL,
    numbers BLOB NOT NULL
) STRICT;

-- Rows under an id, in the order of arrival. AUTOINCREMENT: a number is not given again after its row is erased, because whoever
-- copies rows remembers the last number.
CREATE TABLE events (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    batch    TEXT NOT NULL,
    place    INTEGER NOT NULL,
    id       TEXT NOT NULL,
    site     TEXT NOT NULL,
    level    TEXT NOT NULL,
    kind     TEXT NOT NULL,
    minute   TEXT NOT NULL,
    subject  TEXT,
    page     TEXT NOT NULL,
    referrer TEXT,
    entry    INTEGER,
    source   TEXT,
    medium   TEXT,
    campaign TEXT,
    viewport TEXT,
    device   TEXT,
    browser  TEXT,
    os       TEXT,
    language TEXT,
    country  TEXT,
    name     TEXT,
    props    TEXT,
    UNIQUE (batch, place)
) STRICT;
CREATE INDEX events_by_id ON events (id, site);
CREATE INDEX events_by_minute ON events (site, minute);

-- Ids that were withdrawn lately, in the order of their first withdrawal.
CREATE TABLE withdrawn (
    id_hash TEXT NOT NULL UNIQUE,
    minute  TEXT NOT NULL
) STRICT;
