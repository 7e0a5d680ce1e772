import type { BatchId } from '#shared/domain/identifiers.ts';
import { isFault, StationFault } from '#shared/faults/station-fault.ts';
import type { JournalActor } from '#shared/journal-format/entry.ts';
import type { Journal } from '../journal/journal.ts';
import type { NewEvent } from '../journal/port.ts';
import type { ContentKeyHandle, KeyPort, SealedRecord } from '../keys/port.ts';
import type { Clock } from '../platform/clock.ts';
import type { BatchSource } from './batch-source.ts';
import { monthOf } from './checks/check-year-month.ts';
import { ContentDigestStream } from './content-digest-stream.ts';
import {
  acceptRecords,
  examineRecords,
  type AcceptedRecord,
  type Examination,
  type LayoutFit,
} from './examine-records.ts';
import { KnownOrders } from './known-orders.ts';
import type { PendingClaims } from './pending-claims.ts';
import { readAhead } from './read-ahead.ts';
import { chunkSize, openRecordStream } from './record-stream.ts';
import type { VerifiedManifest } from './verify-manifest.ts';

/** The acts of the key port that intake performs. */
export type IntakeKeys = Pick<
  KeyPort,
  'openIntake' | 'openRecords' | 'closeIntake' | 'destroyBatchKey' | 'panDigests' | 'list'
>;

export interface ReceptionParts {
  readonly journal: Journal;
  readonly keys: IntakeKeys;
  readonly source: Pick<BatchSource, 'records'>;
  readonly clock: Clock;
  readonly layoutFit: LayoutFit | null;
  readonly missingGlyph: (text: string) => string | null;
  /** Shared by all receptions of a station. */
  readonly pending: PendingClaims;
}

export interface ReceptionRequest {
  readonly manifest: VerifiedManifest;
  readonly lease: string;
  readonly actor: JournalActor;
  /** Told after each chunk that was committed. */
  readonly progress: (received: number) => void;
}

/** Longest JSON text of one `batch.records-accepted`: well below what one journal payload may hold at the CMS. */
const longestEvent = 400_000;

/** Takes in the records of one believed manifest: from `batch.received` to `batch.ready`. What a fault leaves behind, the service removes. */
export class BatchReception {
  readonly #parts: ReceptionParts;
  readonly #request: ReceptionRequest;
  readonly #batch: BatchId;

  constructor(parts: ReceptionParts, request: ReceptionRequest) {
    this.#parts = parts;
    this.#request = request;
    this.#batch = request.manifest.claims.batch;
  }

  /** INTAKE-CONTENT-KEY, INTAKE-RECORD-…, INTAKE-RECORDS-… when the batch must be refused; CMS-…, KEYS-…, JOURNAL-… otherwise. */
  async run(signal: AbortSignal): Promise<void> {
    const { claims } = this.#request.manifest;
    const { keys } = this.#parts;
    const keyVersion = await this.#digestKeyVersion(signal);
    const intake = await keys
      .openIntake(this.#batch, claims.environment, claims.contentKey, signal)
      .catch((thrown: unknown) => {
        throw isFault(thrown, 'KEYS-UNWRAP') ? new StationFault('INTAKE-CONTENT-KEY', {}, thrown) : thrown;
      });
    try {
      const { usage, name, algorithm, kcv, environment } = intake.wrappingKey;
      const { journal } = this.#parts;
      journal.appendWith(
        () => journal.sealedRecords.putKey(this.#batch, intake.wrappedDataKey),
        this.#event('key.made', { name, usage, algorithm, kcv, environment }, { key: name }),
        this.#event('batch.received', this.#received({ name, kcv }, keyVersion)),
      );
      await this.#takeRecords(intake.handle, signal);
    } finally {
      // The worker forgets it by itself when it ends.
      await keys.closeIntake(intake.handle, AbortSignal.timeout(5_000)).catch(() => undefined);
    }
  }

  async #takeRecords(handle: ContentKeyHandle, signal: AbortSignal): Promise<void> {
    const { manifest, lease, progress } = this.#request;
    const { batch, product, recordDigests: digests } = manifest.claims;
    const examination = await this.#examination(signal);
    const digest = new ContentDigestStream({
      batch,
      product,
      productDigest: manifest.product.digest,
      manifestDigest: manifest.digest,
    });
    const counts = { ready: 0, held: 0 };
    const commit = (accepted: readonly AcceptedRecord[], sealed: readonly SealedRecord[]): void => {
      signal.throwIfAborted();
      this.#commit(accepted, sealed);
      examination.known.committed();
      for (const { index, order, sealedDigest, findings } of accepted) {
        const state = findings.length === 0 ? 'ready' : 'held';
        counts[state] += 1;
        digest.add({ index, order, sealedDigest, state });
      }
      progress(counts.ready + counts.held);
    };
    const opened = openRecordStream(this.#parts.source, this.#parts.keys, { batch, lease, digests, handle }, signal);
    let accepted: AcceptedRecord[] = [];
    let sealed: SealedRecord[] = [];
    for await (const slice of readAhead(examineRecords(opened, examination, signal))) {
      accepted.push(...(await acceptRecords(slice, examination, signal)));
      sealed.push(...slice.records.map((record) => record.sealed));
      if (accepted.length < chunkSize) continue;
      commit(accepted, sealed);
      [accepted, sealed] = [[], []];
    }
    if (accepted.length > 0) commit(accepted, sealed);
    this.#parts.journal.append(this.#event('batch.ready', { ...counts, contentDigest: digest.end() }));
  }

  #commit(accepted: readonly AcceptedRecord[], sealed: readonly SealedRecord[]): void {
    const { journal } = this.#parts;
    const stored = sealed.map(({ index, bytes }, at) => ({ index, order: accepted[at]?.order ?? '', bytes }));
    journal.appendWith(
      () => journal.sealedRecords.insert(this.#batch, stored),
      ...groupBySize(accepted).map((group) => this.#event('batch.records-accepted', { records: group })),
    );
  }

  async #examination(signal: AbortSignal): Promise<Examination> {
    const { journal, keys, clock, layoutFit, missingGlyph, pending } = this.#parts;
    const { product, profile, further } = this.#request.manifest.product;
    const { issuer, environment } = this.#request.manifest.claims;
    const transportKeys = new Map<string, string>();
    for (const key of await keys.list(signal)) {
      if (key.usage === 'dgi-transport' && key.issuer === issuer && key.environment === environment) {
        transportKeys.set(key.name, key.kcv);
      }
    }
    return {
      rules: { product, profile, further, month: monthOf(clock.now()), transportKeys, missingGlyph },
      known: new KnownOrders(journal, issuer, this.#batch, pending),
      layoutFit,
      digest: async (texts, stop) => {
        if (texts.length === 0) return [];
        const { digests } = await keys.panDigests(issuer, texts, stop);
        return digests.map((bytes) => Buffer.from(bytes).toString('hex'));
      },
    };
  }

  /** Version of the issuer's PAN digest key, which must be there before a record comes; null for products without a PAN. */
  async #digestKeyVersion(signal: AbortSignal): Promise<number | null> {
    const { product, claims } = this.#request.manifest;
    if (product.product.fields.pan === undefined) return null;
    return (await this.#parts.keys.panDigests(claims.issuer, [], signal)).keyVersion;
  }

  #received(wrappingKey: { readonly name: string; readonly kcv: string }, panDigestKeyVersion: number | null) {
    const { claims, product, digest, signer } = this.#request.manifest;
    return {
      product: claims.product,
      productDigest: product.digest,
      count: claims.count,
      due: claims.due,
      priority: claims.priority,
      environment: claims.environment,
      manifestDigest: digest,
      lease: this.#request.lease,
      wrappingKey,
      panDigestKeyVersion,
      signer,
    };
  }

  #event<Kind extends NewEvent['kind']>(
    kind: Kind,
    payload: Extract<NewEvent, { kind: Kind }>['payload'],
    more: Readonly<Record<string, string>> = {},
  ): NewEvent {
    const { actor, manifest } = this.#request;
    const subjects = { batch: this.#batch, ...more };
    return { kind, actor, issuer: manifest.claims.issuer, subjects, payload } as NewEvent;
  }
}

/** Cuts a chunk where its JSON text would grow too long for one entry. */
function groupBySize(records: readonly AcceptedRecord[]): AcceptedRecord[][] {
  const groups: AcceptedRecord[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const record of records) {
    const length = record.findings.length === 0 ? 400 : JSON.stringify(record).length;
    if (size + length > longestEvent) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(record);
    size += length;
  }
  return groups;
}
