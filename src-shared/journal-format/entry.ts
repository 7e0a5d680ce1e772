import canonicalize from 'canonicalize';
import { concatBytes, fromHex, toHex, utf8 } from '../bytes/bytes.ts';

/** Who caused an entry: a person, or the station by itself. */
export type JournalActor = { readonly kind: 'person'; readonly person: string } | { readonly kind: 'station' };

/** The ids an entry speaks of: batch, order, attempt, line, lot, person, approval, device. Never a name, never a PAN. */
export type JournalSubjects = Readonly<Record<string, string>>;

/** The hashed part of an entry. The payload enters by its salted digest only, so it can be withheld or deleted and the chain still verifies. */
export interface EntryHeader {
  readonly format: 1;
  readonly hash: 'SHA-256';
  readonly station: string;
  /** 1 for the first entry; no gaps. */
  readonly sequence: number;
  /** UTC, RFC 3339 with milliseconds. */
  readonly time: string;
  readonly actor: JournalActor;
  /** Kind of event, such as `batch.released`. */
  readonly kind: string;
  readonly issuer: string | null;
  readonly subjects: JournalSubjects;
  /** Hash of the entry before; 64 zeros for the first. */
  readonly previous: string;
  /** SHA-256(salt | canonical payload), hexadecimal. */
  readonly payloadDigest: string;
}

/** An entry as stored and sent: header, its hash, and beside them salt and payload (both null where withheld or deleted). */
export interface JournalEntry {
  readonly header: EntryHeader;
  readonly entryHash: string;
  /** 16 random bytes, hexadecimal. */
  readonly salt: string | null;
  readonly payload: unknown;
}

/** SHA-256 as a port: this folder runs in the station, the CMS and the verifier alike. */
export type Sha256 = (data: Uint8Array) => Uint8Array;

/** Previous hash of the first entry. */
export const genesisHash = '0'.repeat(64);

/** Canonical JSON by RFC 8785; throws a TypeError on values that JSON cannot hold. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('value has no canonical JSON form');
  return text;
}

/** SHA-256(salt | RFC 8785 form of the payload), hexadecimal. Salt is 16 bytes as hexadecimal. */
export function payloadDigest(salt: string, payload: unknown, sha256: Sha256): string {
  return canonicalPayloadDigest(salt, canonicalJson(payload), sha256);
}

/** The same for a payload whose RFC 8785 form is there already. */
export function canonicalPayloadDigest(salt: string, payload: string, sha256: Sha256): string {
  return toHex(sha256(concatBytes(fromHex(salt), utf8(payload))));
}

/** SHA-256 of the RFC 8785 form of the header, hexadecimal. */
export function entryHash(header: EntryHeader, sha256: Sha256): string {
  return toHex(sha256(utf8(canonicalJson(header))));
}
