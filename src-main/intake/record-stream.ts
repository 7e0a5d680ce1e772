import { hash } from 'node:crypto';
import type { RecordLine } from '#shared/contract/cms/records.ts';
import { isFault, StationFault } from '#shared/faults/station-fault.ts';
import type { ContentKeyHandle, KeyPort } from '../keys/port.ts';
import type { BatchSource } from './batch-source.ts';
import type { OpenRecord } from './examine-records.ts';
import { readAhead } from './read-ahead.ts';

/** Which records are brought, and what proves each. */
export interface RecordsWanted {
  readonly batch: string;
  readonly lease: string;
  /** SHA-256 of each record's text in order of index, as the signed manifest lists them. */
  readonly digests: readonly string[];
  readonly handle: ContentKeyHandle;
}

/** Records that travel and are committed together. */
export const chunkSize = 500;
/** Records opened at once: what is in clear is never more than a few of these. */
const sliceSize = 100;

const refusalOf = {
  form: 'INTAKE-RECORD-FORM',
  header: 'INTAKE-RECORD-HEADER',
  authentication: 'INTAKE-RECORD-ENCRYPTION',
} as const;

/** Refuses a chunk that is not exactly the records of the manifest, from `from` on. */
function proveChunk(lines: readonly RecordLine[], from: number, digests: readonly string[]): void {
  const wanted = Math.min(chunkSize, digests.length - from);
  for (const [at, line] of lines.slice(0, wanted).entries()) {
    const index = from + at;
    const digest = hash('sha256', line.jwe, 'hex');
    if (line.index === index && digest === digests[index]) continue;
    // A record that is listed, but elsewhere, was moved; any other is not of this batch.
    const moved = line.index !== index || digests.includes(digest);
    throw new StationFault(moved ? 'INTAKE-RECORD-ORDER' : 'INTAKE-RECORD-DIGEST', { index });
  }
  const count = digests.length;
  if (lines.length < wanted) throw new StationFault('INTAKE-RECORDS-MISSING', { came: from + lines.length, count });
  if (lines.length > wanted) throw new StationFault('INTAKE-RECORDS-TOO-MANY', { count });
}

async function* proven(
  source: Pick<BatchSource, 'records'>,
  { batch, lease, digests }: RecordsWanted,
  signal: AbortSignal,
): AsyncGenerator<readonly RecordLine[]> {
  for (let from = 0; from < digests.length; from += chunkSize) {
    const count = Math.min(chunkSize, digests.length - from);
    let lines: readonly RecordLine[];
    try {
      lines = await source.records(batch, lease, { from, count }, signal);
    } catch (thrown) {
      if (!isFault(thrown, 'CMS-RECORD-TOO-LONG')) throw thrown;
      throw new StationFault('INTAKE-RECORD-TOO-LONG', { index: thrown.details['index'] ?? from }, thrown);
    }
    proveChunk(lines, from, digests);
    yield lines;
  }
}

async function* opened(
  keys: Pick<KeyPort, 'openRecords'>,
  handle: ContentKeyHandle,
  chunks: AsyncIterable<readonly RecordLine[]>,
  signal: AbortSignal,
): AsyncGenerator<readonly OpenRecord[]> {
  for await (const lines of chunks) {
    for (let from = 0; from < lines.length; from += sliceSize) {
      const records = await keys.openRecords(handle, lines.slice(from, from + sliceSize), signal);
      yield records.map((record) => {
        if (record.kind === 'opened') return record;
        throw new StationFault(refusalOf[record.reason], { index: record.index });
      });
    }
  }
}

/**
 * The records of a batch in slices, each proven against the manifest and opened; while one is worked on, the next is opened and the chunk
 * after it is on its way. INTAKE-RECORD-… and INTAKE-RECORDS-… refuse the batch; CMS-… and KEYS-… end the try.
 */
export function openRecordStream(
  source: Pick<BatchSource, 'records'>,
  keys: Pick<KeyPort, 'openRecords'>,
  wanted: RecordsWanted,
  signal: AbortSignal,
): AsyncGenerator<readonly OpenRecord[]> {
  return readAhead(opened(keys, wanted.handle, readAhead(proven(source, wanted, signal)), signal));
}
