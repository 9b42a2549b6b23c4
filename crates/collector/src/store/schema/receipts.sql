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
