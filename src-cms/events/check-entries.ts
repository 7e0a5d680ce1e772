import { hash, verify } from 'node:crypto';
import { z } from 'zod';
import type { CmsErrorCode } from '#shared/contract/cms/errors.ts';
import { ecPublicJwk } from '#shared/contract/cms/wire-text.ts';
import { followChain, type ChainHead } from '#shared/journal-format/chain.ts';
import { checkpointBytes } from '#shared/journal-format/checkpoint.ts';
import { passBytes, readPass, signedPass } from '#shared/journal-format/pass-certificate.ts';
import { entryHash, payloadDigest, type JournalEntry } from '#shared/journal-format/entry.ts';
import { breathe } from '../platform/surroundings.ts';
import { importEcPublicKey } from '../sealing/content-key.ts';
import type { StationRow } from '../store/tables.ts';

const checkpointPayload = z.looseObject({ sequence: z.int().min(1), entryHash: z.string(), signature: z.string() });
/** Entries hashed before other stations' requests have their turn. */
const breathEvery = 100;

function sha256(data: Uint8Array): Uint8Array {
  return hash('sha256', data, 'buffer');
}

/** One refusal of an entry: what the station is told, and where. */
export interface Refusal {
  readonly code: CmsErrorCode;
  readonly sequence: number;
  readonly detail: string;
}

/** What of a request is to be kept: the new entries in sequence up to the first that is refused. */
export interface CheckedEntries {
  readonly fresh: readonly JournalEntry[];
  readonly refusal: Refusal | null;
  readonly head: ChainHead;
}

/** Entry hashes that are held already, by sequence. */
export type HeldHashes = (sequence: number) => string | undefined;

/**
 * Checks a request's entries against the head: repeats must be what is held, the others must follow one another and the head, and a
 * checkpoint must name an entry of this chain and bear the station's signature, a pass certificate be of its card and bear one too. Gives way to other requests now and then.
 */
export async function checkEntries(
  station: StationRow,
  before: ChainHead,
  entries: readonly JournalEntry[],
  held: HeldHashes,
): Promise<CheckedEntries> {
  const fresh: JournalEntry[] = [];
  const first = entries[0]?.header.sequence ?? 1;
  let head = before;
  for (const [at, entry] of entries.entries()) {
    if (at % breathEvery === breathEvery - 1) await breathe();
    const { sequence } = entry.header;
    const refuse = (code: CmsErrorCode, detail: string): CheckedEntries => ({
      fresh,
      head,
      refusal: { code, sequence, detail },
    });
    if (entry.header.station !== station.id) return refuse('CHAIN-BROKEN', 'entry of another station');
    if (sequence !== first + at) return refuse('CHAIN-BROKEN', 'entries are not in sequence');
    if (sequence <= before.sequence) {
      if (!isRepeat(held(sequence), entry)) return refuse('EVENT-CHANGED', 'entry differs from the one held');
      continue;
    }
    const followed = followChain(head, entry, sha256);
    if (followed.kind === 'broken') return refuse('CHAIN-BROKEN', followed.finding.kind);
    if (entry.header.kind === 'journal.checkpoint') {
      const named = (wanted: number) =>
        wanted > before.sequence ? fresh[wanted - before.sequence - 1]?.entryHash : held(wanted);
      if (!isCheckpoint(station, entry, named)) return refuse('CHECKPOINT-INVALID', 'signature or head');
    }
    if (entry.header.kind === 'attempt.passed' && !isPass(station, entry)) {
      return refuse('PASS-INVALID', 'signature or card');
    }
    head = followed.head;
    fresh.push(entry);
  }
  return { fresh, refusal: null, head };
}

/** Says whether an entry is, hash and payload, the one held under its sequence. */
function isRepeat(held: string | undefined, entry: JournalEntry): boolean {
  if (held !== entry.entryHash) return false;
  try {
    if (entryHash(entry.header, sha256) !== entry.entryHash) return false;
    if (entry.salt === null) return entry.payload === null;
    return payloadDigest(entry.salt, entry.payload, sha256) === entry.header.payloadDigest;
  } catch {
    return false;
  }
}

/** A withheld payload cannot be judged and passes. */
function isCheckpoint(station: StationRow, entry: JournalEntry, named: HeldHashes): boolean {
  if (entry.salt === null) return true;
  const payload = checkpointPayload.safeParse(entry.payload);
  if (!payload.success) return false;
  const { sequence, entryHash: claimed, signature } = payload.data;
  if (named(sequence) !== claimed) return false;
  return isSigned(station, checkpointBytes(station.id, { sequence, entryHash: claimed }), signature);
}

/** The certificate is of the station and card that its entry names, and stands on an earlier entry. A withheld payload cannot be judged and passes. */
function isPass(station: StationRow, { header, salt, payload }: JournalEntry): boolean {
  if (salt === null) return true;
  const signed = signedPass.safeParse(payload);
  const content = signed.success ? readPass(signed.data.certificate) : null;
  if (!signed.success || content === null) return false;
  const { batch, order, attempt } = header.subjects;
  const own =
    content.station === station.id && content.issuer === header.issuer && content.entry.sequence < header.sequence;
  const card = content.batch === batch && content.order === order && content.attempt === attempt;
  return own && card && isSigned(station, passBytes(signed.data.certificate), signed.data.signature);
}

function isSigned(station: StationRow, data: Uint8Array, signature: string): boolean {
  const key = importEcPublicKey(ecPublicJwk.parse(JSON.parse(station.signing_key)));
  return verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
}
