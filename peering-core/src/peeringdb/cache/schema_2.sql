-- Second version: what the rules of a sync remember, what changed when, and search by name.

-- `gone`: since when a row has been gone, in Unix microseconds: its tombstone's time, its parent's for a row that
-- went along, the time of the complete list in which it was absent. NULL for live and for pending rows.
-- `seen`: as of when the answer was made in which the row came, in Unix microseconds.
ALTER TABLE org ADD COLUMN gone INTEGER;
ALTER TABLE org ADD COLUMN seen INTEGER;
ALTER TABLE campus ADD COLUMN gone INTEGER;
ALTER TABLE campus ADD COLUMN seen INTEGER;
ALTER TABLE fac ADD COLUMN gone INTEGER;
ALTER TABLE fac ADD COLUMN seen INTEGER;
ALTER TABLE net ADD COLUMN gone INTEGER;
ALTER TABLE net ADD COLUMN seen INTEGER;
ALTER TABLE ix ADD COLUMN gone INTEGER;
ALTER TABLE ix ADD COLUMN seen INTEGER;
ALTER TABLE carrier ADD COLUMN gone INTEGER;
ALTER TABLE carrier ADD COLUMN seen INTEGER;
ALTER TABLE carrierfac ADD COLUMN gone INTEGER;
ALTER TABLE carrierfac ADD COLUMN seen INTEGER;
ALTER TABLE ixfac ADD COLUMN gone INTEGER;
ALTER TABLE ixfac ADD COLUMN seen INTEGER;
ALTER TABLE ixlan ADD COLUMN gone INTEGER;
ALTER TABLE ixlan ADD COLUMN seen INTEGER;
ALTER TABLE ixpfx ADD COLUMN gone INTEGER;
ALTER TABLE ixpfx ADD COLUMN seen INTEGER;
ALTER TABLE netfac ADD COLUMN gone INTEGER;
ALTER TABLE netfac ADD COLUMN seen INTEGER;
ALTER TABLE netixlan ADD COLUMN gone INTEGER;
ALTER TABLE netixlan ADD COLUMN seen INTEGER;
ALTER TABLE poc ADD COLUMN gone INTEGER;
ALTER TABLE poc ADD COLUMN seen INTEGER;
UPDATE org SET gone = coalesce(updated, 0) WHERE NOT live AND json_extract(doc, '$.status') IS NOT 'pending';
UPDATE campus SET gone = coalesce(updated, 0) WHERE NOT live AND json_extract(doc, '$.status') IS NOT 'pending';
UPDATE fac SET gone = coalesce(updated, 0) WHERE NOT live AND json_extract(doc, '$.status') IS NOT 'pending';
UPDATE net SET gone = coalesce(updated, 0) WHERE NOT live AND json_extract(doc, '$.status') IS NOT 'pending';
UPDATE ix SET gone = coalesce(updated, 0) WHERE NOT live AND json_extract(doc, '$.status') IS NOT 'pending';
UPDATE carrier SET gone = coalesce(updated, 0) WHERE NOT live AND json_extract(doc, '$.status') IS NOT 'pending';
UPDATE carrierfac SET gone = coalesce(updated, 0) WHERE NOT live AND json_extract(doc, '$.status') IS NOT 'pending';
UPDATE ixfac SET gone = coalesce(updated, 0) WHERE NOT live AND json_extract(doc, '$.status') IS NOT 'pending';
UPDATE ixlan SET gone = coalesce(updated, 0) WHERE NOT live AND json_extract(doc, '$.status') IS NOT 'pending';
UPDATE ixpfx SET gone = coalesce(updated, 0) WHERE NOT live AND json_extract(doc, '$.status') IS NOT 'pending';
UPDATE netfac SET gone = coalesce(updated, 0) WHERE NOT live AND json_extract(doc, '$.status') IS NOT 'pending';
UPDATE netixlan SET gone = coalesce(updated, 0) WHERE NOT live AND json_extract(doc, '$.status') IS NOT 'pending';
UPDATE poc SET gone = coalesce(updated, 0) WHERE NOT live AND json_extract(doc, '$.status') IS NOT 'pending';
ALTER TABLE netixlan ADD COLUMN speed INTEGER;
UPDATE netixlan SET speed = json_extract(doc, '$.speed') WHERE json_type(doc, '$.speed') = 'integer';

-- When a complete list was last asked for, in Unix microseconds.
ALTER TABLE cursor ADD COLUMN listed INTEGER;

-- One row for each sync or load. `at` never goes back, whatever the clock does. Numbers are not used again.
CREATE TABLE run (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    origin TEXT NOT NULL,
    audience TEXT NOT NULL,
    objects TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    deleted INTEGER NOT NULL
);

-- What a run changed. `fields` has the fields that are different, each with its old and new value where it had one:
-- {"name": {"old": "A", "new": "B"}}; it is NULL for a row that was not there before.
CREATE TABLE change (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL,
    object TEXT NOT NULL,
    id INTEGER NOT NULL,
    was_live INTEGER NOT NULL,
    is_live INTEGER NOT NULL,
    fields TEXT
);

-- Since when the changes of a type are kept without a gap, in Unix microseconds.
CREATE TABLE history (object TEXT PRIMARY KEY, since INTEGER NOT NULL) WITHOUT ROWID;

-- The names of live objects, for search. A row's number is the object's times sixteen plus its type's place.
CREATE VIRTUAL TABLE name USING fts5 (
    names, content = '', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO name (rowid, names) SELECT id * 16 + 0, names FROM org WHERE live;
INSERT INTO name (rowid, names) SELECT id * 16 + 1, names FROM campus WHERE live;
INSERT INTO name (rowid, names) SELECT id * 16 + 2, names FROM fac WHERE live;
INSERT INTO name (rowid, names) SELECT id * 16 + 3, names FROM net WHERE live;
INSERT INTO name (rowid, names) SELECT id * 16 + 4, names FROM ix WHERE live;
INSERT INTO name (rowid, names) SELECT id * 16 + 5, names FROM carrier WHERE live;
