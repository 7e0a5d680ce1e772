import type { CmsBatch } from '#shared/contract/cms/batches.ts';
import type { Lease } from '#shared/contract/cms/lease.ts';
import type { BatchId, StationId, StationMode } from '#shared/domain/identifiers.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { isFault, StationFault } from '#shared/faults/station-fault.ts';
import type { JournalActor } from '#shared/journal-format/entry.ts';
import type { Journal } from '../journal/journal.ts';
import type { NewEvent } from '../journal/port.ts';
import type { BatchRow } from '../journal/projections/batches.ts';
import type { Clock } from '../platform/clock.ts';
import { BatchReception, type IntakeKeys } from './batch-reception.ts';
import type { BatchSource } from './batch-source.ts';
import type { LayoutFit } from './examine-records.ts';
import { PendingClaims } from './pending-claims.ts';
import { verifyManifest, type InstalledProduct, type VerifiedManifest } from './verify-manifest.ts';

export interface IntakeOptions {
  readonly journal: Journal;
  readonly keys: IntakeKeys;
  readonly source: BatchSource;
  readonly station: StationId;
  readonly mode: StationMode;
  /** Every product installed, by `id@version`. */
  readonly products: ReadonlyMap<string, InstalledProduct>;
  readonly clock: Clock;
  /** The first character of a text that no font of the station has, or null. */
  readonly missingGlyph: (text: string) => string | null;
  /** Draws long printed texts to see whether they fit; without it only their number of characters is judged. */
  readonly layoutFit?: LayoutFit;
  /** Called when `progress()` has changed. */
  readonly changed: () => void;
}

/** How far a batch on its way in has come. */
export interface IntakeProgress {
  readonly batch: BatchId;
  readonly stage: 'manifest' | 'records';
  readonly received: number;
  readonly total: number;
}

const leaseReturnDeadline = 10_000;

/** Takes batches in: lease, manifest, records, findings. A batch comes in whole and proven, or nothing of it stays. */
export class IntakeService {
  readonly #options: IntakeOptions;
  readonly #running = new Map<BatchId, IntakeProgress>();
  readonly #pulls = new Set<Promise<void>>();
  readonly #pending = new PendingClaims();
  readonly #stop = new AbortController();

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Removes what a stop or crash left half taken in, and its keys. Call it at start, before anything is pulled. Faults of the key port. */
  async open(signal: AbortSignal): Promise<void> {
    const { journal } = this.#options;
    for (const row of journal.projections.batches.list({ issuers: 'all', states: ['leased', 'receiving'] })) {
      await this.#abandon(row, 'the station stopped before the batch was whole', signal);
    }
  }

  /** Batches that can be pulled now: free at the CMS, or leased by this station, and not here yet. Faults of the source. */
  async available(signal: AbortSignal): Promise<readonly CmsBatch[]> {
    const batches = await this.#options.source.batches(signal);
    return batches.filter((batch) => isOffered(batch) && this.#standing(batch.id) !== 'known');
  }

  /** Every batch on its way in. */
  progress(): readonly IntakeProgress[] {
    return [...this.#running.values()];
  }

  /**
   * Pulls one batch until it is ready for its release.
   *
   * INTAKE-BATCH-KNOWN, INTAKE-BUSY, INTAKE-NOT-AVAILABLE change nothing. Any other INTAKE-… fault refuses the batch as a whole; a fault of
   * the CMS, the keys or the signal abandons this try. Both leave no record and no key behind, and the lease goes back.
   */
  pull(batch: BatchId, actor: JournalActor, signal: AbortSignal): Promise<void> {
    const pull = this.#pull(batch, actor, AbortSignal.any([signal, this.#stop.signal]));
    this.#pulls.add(pull);
    const forget = (): void => void this.#pulls.delete(pull);
    pull.then(forget, forget);
    return pull;
  }

  /** Ends every pull that is under way and waits until its remains are gone. */
  async close(): Promise<void> {
    this.#stop.abort(new StationFault('INTAKE-INTERRUPTED', { batch: 'that was on its way' }));
    await Promise.allSettled(this.#pulls);
  }

  async #pull(batch: BatchId, actor: JournalActor, signal: AbortSignal): Promise<void> {
    if (this.#running.has(batch)) throw new StationFault('INTAKE-BUSY', { batch });
    if (this.#standing(batch) === 'known') throw new StationFault('INTAKE-BATCH-KNOWN', { batch });
    this.#show({ batch, stage: 'manifest', received: 0, total: 0 });
    try {
      const row = this.#options.journal.projections.batches.find(batch);
      if (row?.state === 'receiving') await this.#abandon(row, 'an earlier try left it', signal);
      const batches = await this.#options.source.batches(signal);
      const listed = batches.find(({ id }) => id === batch);
      if (listed === undefined || !isOffered(listed)) throw new StationFault('INTAKE-NOT-AVAILABLE', { batch });
      if (row !== null && row.issuer !== listed.issuer) throw new StationFault('INTAKE-OTHER-ISSUER');
      await this.#pullListed(listed, actor, signal);
    } finally {
      this.#pending.release(batch);
      this.#running.delete(batch);
      this.#options.changed();
    }
  }

  async #pullListed(listed: CmsBatch, actor: JournalActor, signal: AbortSignal): Promise<void> {
    const { source, journal } = this.#options;
    const lease = await source.takeLease(listed.id, signal);
    try {
      journal.append({
        kind: 'batch.leased',
        actor,
        issuer: listed.issuer,
        subjects: { batch: listed.id },
        payload: { lease: lease.lease, expires: lease.expiresAt },
      });
      await this.#receive(listed, lease, actor, signal);
    } catch (thrown) {
      await this.#undo(listed, thrown, actor);
      await source.returnLease(lease.lease, AbortSignal.timeout(leaseReturnDeadline)).catch(() => undefined);
      throw thrown;
    }
  }

  async #receive(listed: CmsBatch, lease: Lease, actor: JournalActor, signal: AbortSignal): Promise<void> {
    const manifest = await this.#believe(listed, lease, signal);
    const { count: total } = manifest.claims;
    const progress = (received: number): void => this.#show({ batch: listed.id, stage: 'records', received, total });
    progress(0);
    const { source, journal, keys, clock, layoutFit = null, missingGlyph } = this.#options;
    const parts = { journal, keys, source, clock, layoutFit, missingGlyph, pending: this.#pending };
    await new BatchReception(parts, { manifest, lease: lease.lease, actor, progress }).run(signal);
  }

  /** Apart, so that the manifest's text of many megabytes is let go before the records come. */
  async #believe(listed: CmsBatch, lease: Lease, signal: AbortSignal): Promise<VerifiedManifest> {
    const { source, station, mode, products } = this.#options;
    const text = await source.manifest(listed.id, lease.lease, signal);
    return verifyManifest(text, { listed, lease, station, mode, products, source });
  }

  /** After a fault: removes what came, and refuses the batch when the fault is its own. */
  async #undo(listed: CmsBatch, thrown: unknown, actor: JournalActor): Promise<void> {
    const { journal } = this.#options;
    const refused =
      thrown instanceof StationFault && thrown.code.startsWith('INTAKE-') && thrown.code !== 'INTAKE-INTERRUPTED';
    const refusal: NewEvent[] = refused
      ? [
          {
            kind: 'batch.refused',
            actor,
            issuer: listed.issuer,
            subjects: { batch: listed.id },
            payload: { code: thrown.code, text: describeFault(thrown).text },
          },
        ]
      : [];
    const row = journal.projections.batches.find(listed.id);
    if (row === null) return;
    const reason = thrown instanceof StationFault ? thrown.code : 'interrupted';
    try {
      await this.#abandon(row, reason, AbortSignal.timeout(leaseReturnDeadline), refusal);
    } catch (second) {
      // The HSM cannot destroy the key now: the batch stays `receiving`, and the next pull or start removes it.
      if (!(second instanceof StationFault) || !second.code.startsWith('KEYS-')) throw second;
    }
  }

  /** Destroys the batch's key, then removes its records, and says so. A batch of which nothing came leaves no event. */
  async #abandon(row: BatchRow, reason: string, signal: AbortSignal, more: readonly NewEvent[] = []): Promise<void> {
    const { journal, keys } = this.#options;
    const batch = row.batch as BatchId;
    const destroyed = await keys.destroyBatchKey(batch, signal).catch((thrown: unknown) => {
      if (isFault(thrown, 'KEYS-NOT-FOUND')) return null;
      throw thrown;
    });
    const { issuer, wrappingKey, state } = row;
    const subjects = { batch };
    const events: NewEvent[] = [];
    if (state === 'receiving') {
      const actor = { kind: 'station' } as const;
      events.push({ kind: 'batch.intake-abandoned', actor, issuer, subjects, payload: { reason } });
      if (wrappingKey !== null) {
        const payload = { name: wrappingKey, usage: 'batch-wrapping', kcv: row.wrappingKeyKcv ?? destroyed?.kcv ?? '' };
        events.push({ kind: 'key.destroyed', actor, issuer, subjects: { batch, key: wrappingKey }, payload });
      }
    }
    if (events.length + more.length === 0) return;
    journal.appendWith(() => void journal.sealedRecords.delete(batch), ...events, ...more);
  }

  /** Whether a batch may come in: never seen, refused or given up before, or known for good. */
  #standing(batch: string): 'new' | 'known' {
    const state = this.#options.journal.projections.batches.find(batch)?.state;
    if (state === undefined || state === 'refused' || state === 'leased') return 'new';
    return state === 'receiving' && !this.#running.has(batch as BatchId) ? 'new' : 'known';
  }

  #show(progress: IntakeProgress): void {
    this.#running.set(progress.batch, progress);
    this.#options.changed();
  }
}

function isOffered({ state, holder }: CmsBatch): boolean {
  return state === 'available' || (state === 'leased' && holder === 'this-station');
}
