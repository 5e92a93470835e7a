"""What a capture file holds: SQLite, readable with the `sqlite3` program (`SELECT * FROM frames`).

Numbers that stand for words are those of `Kind` and `Settlement`; the view `frames` spells them out.
A record is a row of `frame` and, where it stands for octets, a row of `octets` of the same id, so that
what changes is never in one row with a body. `head` of a frame reaches up to its blank line, included;
head, body and a NUL are the very octets of the wire. Octets that form no frame are all in `head`.
"""

from __future__ import annotations

APPLICATION = 0x53544D50
"""`STMP` in the header of the file: what tells a capture from any other SQLite file."""
VERSION = 1
"""Of the schema, in `PRAGMA user_version`; raised whenever a table changes, with a step in MIGRATIONS."""
PAGE = 8192
"""Octets of a page: some messages fit in one, and inserts are a tenth faster than at 4096."""

TABLES = """
CREATE TABLE fact (
    name TEXT PRIMARY KEY,  -- created (seconds since 1970), window, dropped; of exports: selected, redacted
    value
) WITHOUT ROWID;
CREATE TABLE connection (
    connection INTEGER PRIMARY KEY,
    endpoint TEXT,          -- the URI without passcode
    role TEXT NOT NULL,     -- client
    predecessor INTEGER,    -- the connection that this one replaced
    version TEXT,           -- of STOMP, as negotiated
    server TEXT,            -- the server header of CONNECTED
    dialect TEXT,           -- the broker that it was taken for
    opened REAL,            -- seconds since 1970
    closed REAL,
    reason TEXT             -- why it ended
);
CREATE TABLE frame (
    id INTEGER PRIMARY KEY, -- in the order in which it happened, without a gap from fact window on
    connection INTEGER NOT NULL,
    number INTEGER NOT NULL,        -- of the frame on its connection, both directions counted; else 0
    kind INTEGER NOT NULL DEFAULT 0,        -- 0 frame, 1 malformed, 2 beats, 3 missed, 4 closed, 5 given up
    direction INTEGER NOT NULL,     -- 0 to_client, 1 to_broker
    time REAL NOT NULL,             -- seconds, monotonic
    wall REAL NOT NULL,             -- seconds since 1970
    protocol INTEGER NOT NULL,      -- 0 before CONNECTED, 1 = 1.0, 2 = 1.1, 3 = 1.2; + 4: 1.0 with escapes
    command TEXT,
    destination TEXT,               -- decoded; octets that are no UTF-8 show as U+FFFD
    subscription TEXT,              -- the header subscription, or id of SUBSCRIBE and UNSUBSCRIBE
    size INTEGER NOT NULL,          -- octets of the body
    settlement INTEGER NOT NULL,    -- 0 none, 1 auto, 2 unsettled, 3 acked, 4 nacked, 5 staged, 6 lost
    deliveries INTEGER NOT NULL DEFAULT 1,  -- 1 the first time that this message came
    earlier INTEGER,                -- number of the delivery before
    outcome TEXT NOT NULL DEFAULT '',       -- what became of what was sent, in words
    words TEXT NOT NULL DEFAULT '',         -- why, for kinds 1, 3, 4, 5
    beats INTEGER NOT NULL DEFAULT 1,       -- heart-beats that arrived together
    about_first INTEGER,            -- of ACK, NACK, RECEIPT, ERROR: the numbers of the frames it speaks of
    about_last INTEGER,
    about_frames INTEGER
);
CREATE INDEX unsettled ON frame (id) WHERE settlement = 2;
CREATE TABLE octets (id INTEGER PRIMARY KEY, head BLOB NOT NULL, body BLOB NOT NULL);
CREATE TABLE settling (             -- the history of settlements, after what a frame arrived with
    frame INTEGER NOT NULL,
    wall REAL NOT NULL,
    settlement INTEGER NOT NULL,
    number INTEGER,                 -- of the ACK, NACK, COMMIT or ABORT that did it, if one did
    PRIMARY KEY (frame, wall, settlement)
) WITHOUT ROWID;
CREATE TABLE note (frame INTEGER NOT NULL, wall REAL NOT NULL, mark TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE checkpoint (           -- the state of a connection after record id, as JSON
    id INTEGER NOT NULL,
    connection INTEGER NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (id, connection)
) WITHOUT ROWID;
CREATE VIEW frames AS SELECT
    id, connection, number,
    CASE direction WHEN 1 THEN 'to_broker' ELSE 'to_client' END AS direction,
    CASE kind WHEN 0 THEN 'frame' WHEN 1 THEN 'malformed' WHEN 2 THEN 'heart-beat' WHEN 3 THEN 'missed'
        WHEN 4 THEN 'closed' WHEN 5 THEN 'given up' END AS kind,
    strftime('%Y-%m-%dT%H:%M:%fZ', wall, 'unixepoch') AS wall,
    command, destination, subscription, size,
    CASE settlement WHEN 1 THEN 'auto' WHEN 2 THEN 'unsettled' WHEN 3 THEN 'acked' WHEN 4 THEN 'nacked'
        WHEN 5 THEN 'staged' WHEN 6 THEN 'lost' END AS settled,
    deliveries, outcome, words, head, body
FROM frame LEFT JOIN octets USING (id);
"""

MIGRATIONS: dict[int, str] = {}
"""From the version that a file has to the next one: statements, run when it is opened to write."""
