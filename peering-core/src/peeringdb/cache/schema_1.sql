-- One table per object type: the columns that are searched, and the object as the server sent it (`doc`).
-- `updated` is in Unix microseconds. `live` says whether readers see the row; tombstones stay, so that an older
-- answer cannot bring a deleted object back. There are no foreign keys and no uniqueness besides `id`, because
-- deleted rows keep the names, AS numbers and addresses that live rows use again.

CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    generation INTEGER NOT NULL,
    synced INTEGER
);
INSERT INTO state (id, generation, synced) VALUES (1, 0, NULL);

-- Up to where a type is known to be complete, per audience where the answer depends on who asks. Unix seconds.
CREATE TABLE cursor (
    object TEXT NOT NULL,
    audience TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (object, audience)
) WITHOUT ROWID;

CREATE TABLE org (id INTEGER PRIMARY KEY, updated INTEGER, live INTEGER NOT NULL,
    names TEXT, doc TEXT NOT NULL);
CREATE TABLE campus (id INTEGER PRIMARY KEY, updated INTEGER, live INTEGER NOT NULL,
    org_id INTEGER, names TEXT, doc TEXT NOT NULL);
CREATE TABLE fac (id INTEGER PRIMARY KEY, updated INTEGER, live INTEGER NOT NULL,
    org_id INTEGER, campus_id INTEGER, names TEXT, doc TEXT NOT NULL);
CREATE TABLE net (id INTEGER PRIMARY KEY, updated INTEGER, live INTEGER NOT NULL,
    org_id INTEGER, asn INTEGER, names TEXT, doc TEXT NOT NULL);
CREATE TABLE ix (id INTEGER PRIMARY KEY, updated INTEGER, live INTEGER NOT NULL,
    org_id INTEGER, names TEXT, doc TEXT NOT NULL);
CREATE TABLE carrier (id INTEGER PRIMARY KEY, updated INTEGER, live INTEGER NOT NULL,
    org_id INTEGER, names TEXT, doc TEXT NOT NULL);
CREATE TABLE carrierfac (id INTEGER PRIMARY KEY, updated INTEGER, live INTEGER NOT NULL,
    carrier_id INTEGER, fac_id INTEGER, names TEXT, doc TEXT NOT NULL);
CREATE TABLE ixfac (id INTEGER PRIMARY KEY, updated INTEGER, live INTEGER NOT NULL,
    ix_id INTEGER, fac_id INTEGER, names TEXT, doc TEXT NOT NULL);
CREATE TABLE ixlan (id INTEGER PRIMARY KEY, updated INTEGER, live INTEGER NOT NULL,
    ix_id INTEGER, names TEXT, doc TEXT NOT NULL);
CREATE TABLE ixpfx (id INTEGER PRIMARY KEY, updated INTEGER, live INTEGER NOT NULL,
    ixlan_id INTEGER, names TEXT, doc TEXT NOT NULL);
CREATE TABLE netfac (id INTEGER PRIMARY KEY, updated INTEGER, live INTEGER NOT NULL,
    net_id INTEGER, fac_id INTEGER, local_asn INTEGER, names TEXT, doc TEXT NOT NULL);
CREATE TABLE netixlan (id INTEGER PRIMARY KEY, updated INTEGER, live INTEGER NOT NULL,
    net_id INTEGER, ix_id INTEGER, ixlan_id INTEGER, asn INTEGER, names TEXT, doc TEXT NOT NULL);
CREATE TABLE poc (id INTEGER PRIMARY KEY, updated INTEGER, live INTEGER NOT NULL,
    net_id INTEGER, names TEXT, doc TEXT NOT NULL);
