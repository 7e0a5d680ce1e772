/**
 * The entries, and the content tables beside them.
 *
 * `actor`, `subjects` and `payload` are RFC 8785 text exactly as hashed. Content tables (sealed records, wrapped data keys, credentials)
 * are not made from entries and are not touched by a rebuild: their writes share a transaction with the entry that tells of them.
 */
export const entriesAndContent = `
CREATE TABLE entries (
  sequence INTEGER PRIMARY KEY CHECK (sequence > 0),
  format INTEGER NOT NULL,
  hash TEXT NOT NULL,
  station TEXT NOT NULL,
  time TEXT NOT NULL,
  actor TEXT NOT NULL,
  kind TEXT NOT NULL,
  issuer TEXT,
  subjects TEXT NOT NULL,
  previous BLOB NOT NULL,
  payload_digest BLOB NOT NULL,
  entry_hash BLOB NOT NULL,
  salt BLOB,
  payload TEXT
) STRICT;
CREATE INDEX entries_by_kind ON entries (kind, sequence);
CREATE INDEX entries_by_issuer ON entries (issuer, sequence);

CREATE TABLE projection_form (one INTEGER PRIMARY KEY CHECK (one = 1), form TEXT NOT NULL) STRICT;

CREATE TABLE batch_keys (batch TEXT PRIMARY KEY, wrapped_data_key BLOB NOT NULL) STRICT;
CREATE TABLE sealed_records (
  batch TEXT NOT NULL REFERENCES batch_keys (batch),
  idx INTEGER NOT NULL CHECK (idx >= 0),
  order_id TEXT NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (batch, idx)
) STRICT;
CREATE TABLE credentials (person TEXT PRIMARY KEY, phc TEXT NOT NULL) STRICT;
`;
