import { StationFault } from '#shared/faults/station-fault.ts';
import type { JournalEntry } from '#shared/journal-format/entry.ts';
import { maximumEntriesPerRequest } from '#shared/contract/cms/events.ts';
import type { Journal } from '../journal/journal.ts';
import type { Clock } from '../platform/clock.ts';
import type { Randomness } from '../platform/randomness.ts';
import type { CmsClient } from './cms-client.ts';
import { retryDelay, type RetryTimes } from './retry-delay.ts';

/** How much of an entry the CMS is shown: all, or the hashed header only (the chain still verifies). */
export type Disclosure = (entry: JournalEntry) => 'whole' | 'header-only';

export interface OutboxOptions {
  readonly journal: Journal;
  readonly client: CmsClient;
  readonly disclosure: Disclosure;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly retryTimes: RetryTimes;
  /** Milliseconds that new entries wait for more of them. */
  readonly gather: number;
  /** Called after each change of `state`. */
  readonly changed: () => void;
}

/** Where the sending stands. */
export interface OutboxState {
  readonly kind: 'in-step' | 'sending' | 'waiting' | 'trouble';
  /** Time of the last answer of the CMS, RFC 3339. */
  readonly lastContact: string | null;
  readonly trouble: StationFault | null;
}

/** Most bytes of entries in one request; a longer single entry travels alone. */
const requestBytes = 2 * 1024 * 1024;
const page = 50;
/** After so many entries the journal notes what was acknowledged, so that a crash in a long sending repeats little. */
const noteEvery = 20_000;
/** Gap answers in a row after which the CMS is not believed. */
const mostGaps = 3;

interface Group {
  readonly texts: readonly string[];
  readonly last: number;
}

/**
 * Sends the journal to the CMS, in sequence, from the last acknowledged entry on.
 *
 * Acknowledgements are entries too: what is only acknowledgement or checkpoint waits until there is news, so that one sending ends in one
 * `sync.acknowledged` and then rests.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #stop = new AbortController();
  #unsubscribe: () => void = () => undefined;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #failures = 0;
  #lastContact: string | null = null;
  #trouble: StationFault | null = null;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#lastContact = options.journal.projections.station.acknowledged().at;
  }

  get state(): OutboxState {
    const { journal } = this.#options;
    const common = { lastContact: this.#lastContact, trouble: this.#trouble };
    if (this.#trouble !== null) return { kind: 'trouble', ...common };
    if (this.#running !== null) return { kind: 'sending', ...common };
    return { kind: journal.outboxWaits() === 'something' ? 'waiting' : 'in-step', ...common };
  }

  /** Begins: what waits is sent, and from now on whatever is committed. */
  start(): void {
    this.#unsubscribe = this.#options.journal.subscribe((entries) => {
      if (entries.some(({ header }) => isNews(header.kind))) this.#wake(this.#options.gather);
    });
    this.#wake(0);
  }

  /** Sends now what waits, whatever the back-off says; resolves when the CMS has all of it. Faults of the client. */
  async flush(signal: AbortSignal): Promise<void> {
    this.#clear();
    const until = this.#options.journal.head().sequence;
    // A sending under way may have read the journal before the last entries came.
    while (this.#owes(until)) {
      signal.throwIfAborted();
      await this.#send(signal);
      if (this.#trouble !== null) throw this.#trouble;
    }
  }

  #owes(until: number): boolean {
    const { journal } = this.#options;
    return journal.projections.station.acknowledged().upTo < until && journal.outboxWaits() === 'something';
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#clear();
    this.#stop.abort(new StationFault('CMS-UNREACHABLE', { reason: 'the station stops' }));
    await this.#running?.catch(() => undefined);
  }

  #clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** An earlier appointment stands; a later one is brought forward, except from a back-off. */
  #wake(delay: number): void {
    if (this.#timer !== null || this.#stop.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#send(this.#stop.signal);
    }, delay);
    this.#timer.unref();
  }

  /** One sending at a time; whoever comes meanwhile waits for it. Never rejects: the outcome is in `#trouble`. */
  #send(signal: AbortSignal): Promise<void> {
    this.#running ??= this.#drain(AbortSignal.any([signal, this.#stop.signal]))
      .then(() => {
        this.#failures = 0;
        this.#trouble = null;
      })
      .catch((thrown: unknown) => {
        if (this.#stop.signal.aborted) return;
        if (signal.aborted && !(thrown instanceof StationFault)) return;
        this.#trouble =
          thrown instanceof StationFault
            ? thrown
            : new StationFault('CMS-UNREACHABLE', { reason: 'unexpected' }, thrown);
        this.#failures += 1;
        const { retryTimes, randomness } = this.#options;
        this.#clear();
        this.#wake(retryDelay(this.#failures, thrown, retryTimes, randomness));
      })
      .finally(() => {
        this.#running = null;
        if (!this.#stop.signal.aborted) {
          this.#options.changed();
          if (this.#trouble === null && this.#options.journal.outboxWaits() === 'something') {
            this.#wake(this.#options.gather);
          }
        }
      });
    return this.#running;
  }

  async #drain(signal: AbortSignal): Promise<void> {
    const { journal, client } = this.#options;
    if (journal.outboxWaits() === 'nothing') return;
    this.#options.changed();
    let next = journal.projections.station.acknowledged().upTo + 1;
    let noted = next - 1;
    let gaps = 0;
    try {
      for (;;) {
        const group = this.#group(next);
        if (group === null) return;
        const answer = await client.sendEvents(group.texts, signal);
        this.#lastContact = this.#options.clock.now().toISOString();
        if (answer.kind === 'gap') {
          gaps += 1;
          if (answer.expected >= next || gaps > mostGaps) {
            throw new StationFault('CMS-ANSWER-FORM', { what: 'a gap where there is none' });
          }
          next = answer.expected;
          continue;
        }
        gaps = 0;
        const { sequence } = journal.head();
        if (answer.upTo > sequence)
          throw new StationFault('CMS-JOURNAL-AHEAD', { theirs: answer.upTo, ours: sequence });
        if (answer.upTo < group.last)
          throw new StationFault('CMS-ANSWER-FORM', { what: 'less acknowledged than taken' });
        next = answer.upTo + 1;
        if (next - 1 - noted >= noteEvery) noted = this.#note(next - 1);
      }
    } finally {
      // Also after a fault: what was taken was taken.
      this.#note(next - 1);
    }
  }

  /** Journals how far the CMS has the journal, unless it is known already. */
  #note(upTo: number): number {
    const { journal } = this.#options;
    if (upTo > journal.projections.station.acknowledged().upTo) {
      journal.append({
        kind: 'sync.acknowledged',
        actor: { kind: 'station' },
        issuer: null,
        subjects: {},
        payload: { upTo },
      });
    }
    return upTo;
  }

  /** The next entries as they are sent, bounded in number and bytes; null when there is nothing more that is news. */
  #group(from: number): Group | null {
    const { journal, disclosure } = this.#options;
    if (!journal.reading(() => journal.entries.newsAfter(from - 1))) return null;
    const texts: string[] = [];
    let bytes = 0;
    for (let next = from; ;) {
      const entries = journal.read(next, page);
      for (const entry of entries) {
        const shown = disclosure(entry) === 'whole' ? entry : { ...entry, salt: null, payload: null };
        const text = JSON.stringify(shown);
        const length = Buffer.byteLength(text);
        if (texts.length > 0 && (bytes + length > requestBytes || texts.length === maximumEntriesPerRequest)) {
          return { texts, last: from + texts.length - 1 };
        }
        texts.push(text);
        bytes += length;
      }
      if (entries.length < page) return texts.length === 0 ? null : { texts, last: from + texts.length - 1 };
      next += entries.length;
    }
  }
}

function isNews(kind: string): boolean {
  return kind !== 'sync.acknowledged' && kind !== 'journal.checkpoint';
}
