/**
 * Card key pairs that wait for their card, each sealed under a key of the HSM. Content, not state: entries tell how many were added and which
 * public keys were taken, never the sealed bytes. `sequence` is the head of the journal when the pair was made: a copy of the database that
 * was brought back later holds pairs that were given out since.
 */
export const iccKeyPool = `
CREATE TABLE icc_keys (
  id INTEGER PRIMARY KEY,
  bits INTEGER NOT NULL,
  exponent INTEGER NOT NULL CHECK (exponent IN (3, 65537)),
  modulus BLOB NOT NULL UNIQUE,
  sealed BLOB NOT NULL,
  sequence INTEGER NOT NULL
) STRICT;
CREATE INDEX icc_keys_by_size ON icc_keys (bits, exponent, id);
`;
