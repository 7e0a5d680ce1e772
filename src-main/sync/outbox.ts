import { StationFault } from '#shared/faults/station-fault.ts';
import type { Journal } from '../journal/journal.ts';
import type { Clock } from '../platform/clock.ts';
import type { Randomness } from '../platform/randomness.ts';
import type { Timers } from '../platform/timers.ts';
import type { CmsClient } from './cms-client.ts';
import { compareHeads } from './compare-heads.ts';
import { readGroup } from './entry-group.ts';
import type { Disclosure } from './entry-text.ts';
import { retryDelay, type RetryTimes } from './retry-delay.ts';

export interface OutboxOptions {
  readonly journal: Journal;
  readonly client: CmsClient;
  readonly disclosure: Disclosure;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly randomness: Randomness;
  readonly retryTimes: RetryTimes;
  /** Milliseconds that new entries wait for more of them. */
  readonly gather: number;
  /** Milliseconds after which an idle station asks the CMS how far it holds the journal. */
  readonly checkEvery: number;
  /** Called after each change of `state`. */
  readonly changed: () => void;
}

/** Where the sending stands. */
export interface OutboxState {
  readonly kind: 'in-step' | 'sending' | 'waiting' | 'trouble';
  readonly trouble: { readonly fault: StationFault; readonly since: string } | null;
  /** When the outbox calls next by itself, RFC 3339. */
  readonly nextTry: string | null;
}

/** What is appointed: a next try after a failure is not brought forward by news, the others are. */
interface Appointment {
  readonly kind: 'news' | 'check' | 'retry';
  readonly at: number;
  readonly callOff: () => void;
}

/** After so many entries the journal notes what was acknowledged, so that a crash in a long sending repeats little. */
const noteEvery = 20_000;
/** Answers of one sending that contradict the CMS's own head, after which it is not believed: it would be sent the same again and again. */
const mostContradictions = 3;

/**
 * Sends the journal to the CMS, in sequence, from where the CMS holds it.
 *
 * Each sending begins with the CMS's head: whatever was lost on the way, whichever copy the CMS was restored from, it gets what it lacks,
 * and a CMS that holds another history gets nothing. Acknowledgements are entries too: what is only acknowledgement or checkpoint waits
 * until there is news, so that one sending ends in one `sync.acknowledged` and then rests.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #stop = new AbortController();
  #unsubscribe: () => void = () => undefined;
  #appointment: Appointment | null = null;
  #running: Promise<void> | null = null;
  #sending = false;
  /** Whether the CMS's head is known from this side of the last failure. */
  #headKnown = false;
  #failures = 0;
  #trouble: OutboxState['trouble'] = null;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  get state(): OutboxState {
    const { journal } = this.#options;
    const at = this.#appointment?.at;
    const common = { trouble: this.#trouble, nextTry: at === undefined ? null : new Date(at).toISOString() };
    if (this.#trouble !== null) return { kind: 'trouble', ...common };
    if (this.#sending) return { kind: 'sending', ...common };
    return { kind: journal.outboxWaits() === 'something' ? 'waiting' : 'in-step', ...common };
  }

  /** Begins: what waits is sent, and from now on whatever is committed. */
  start(): void {
    this.#unsubscribe = this.#options.journal.subscribe((entries) => {
      if (entries.some(({ header }) => isNews(header.kind))) this.#appoint('news', this.#options.gather);
    });
    this.#appoint('news', 0);
  }

  /** Sends now what waits, whatever the back-off says; resolves when the CMS has all of it. Faults of the client. */
  async flush(signal: AbortSignal): Promise<void> {
    const until = this.#options.journal.head().sequence;
    // Whoever presses the button wants the CMS's own word, also when nothing waits.
    if (this.#running === null) this.#headKnown = false;
    // A sending under way may have read the journal before the last entries came.
    do {
      signal.throwIfAborted();
      await whicheverFirst(this.#round(), signal);
      this.#stop.signal.throwIfAborted();
      if (this.#trouble !== null) throw this.#trouble.fault;
    } while (this.#owes(until));
  }

  #owes(until: number): boolean {
    const { journal } = this.#options;
    return journal.projections.station.acknowledged().upTo < until && journal.outboxWaits() === 'something';
  }

  /** Ends in the middle of whatever is under way; what was not acknowledged waits in the journal. */
  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#callOff();
    this.#stop.abort(new StationFault('CMS-UNREACHABLE', { reason: 'the station stops' }));
    await this.#running;
  }

  #callOff(): void {
    this.#appointment?.callOff();
    this.#appointment = null;
  }

  /** Makes an appointment unless an earlier one, or one after a failure, stands. */
  #appoint(kind: Appointment['kind'], delay: number): void {
    if (this.#stop.signal.aborted || this.#running !== null) return;
    const at = this.#options.clock.now().getTime() + delay;
    const standing = this.#appointment;
    if (standing !== null && (standing.kind !== 'check' || standing.at <= at)) return;
    this.#callOff();
    const callOff = this.#options.timers.after(delay, () => {
      this.#appointment = null;
      if (kind !== 'news') this.#headKnown = false;
      void this.#round();
    });
    this.#appointment = { kind, at, callOff };
  }

  /** One sending at a time; whoever comes meanwhile waits for it. Never rejects: the outcome is in `#trouble`. */
  #round(): Promise<void> {
    if (this.#running !== null) return this.#running;
    this.#callOff();
    this.#running = this.#sendAll(this.#stop.signal)
      .then(
        () => {
          this.#failures = 0;
          this.#trouble = null;
        },
        (thrown: unknown) => this.#fail(thrown),
      )
      .then(() => {
        this.#running = null;
        this.#sending = false;
        this.#appointNext();
        if (!this.#stop.signal.aborted) this.#options.changed();
      });
    return this.#running;
  }

  #fail(thrown: unknown): void {
    if (this.#stop.signal.aborted) return;
    const fault =
      thrown instanceof StationFault ? thrown : new StationFault('CMS-UNREACHABLE', { reason: 'unexpected' }, thrown);
    this.#headKnown = false;
    this.#failures += 1;
    this.#trouble = { fault, since: this.#trouble?.since ?? this.#options.clock.now().toISOString() };
  }

  #appointNext(): void {
    if (this.#stop.signal.aborted) return;
    const { journal, retryTimes, randomness, gather, checkEvery } = this.#options;
    if (this.#trouble !== null) {
      this.#appoint('retry', retryDelay(this.#failures, this.#trouble.fault, retryTimes, randomness));
    } else if (journal.outboxWaits() === 'something') {
      this.#appoint('news', gather);
    } else {
      this.#appoint('check', checkEvery);
    }
  }

  async #sendAll(signal: AbortSignal): Promise<void> {
    if (!this.#headKnown && (await this.#learnHead(signal)) === 'set-back') {
      await this.#drain(signal);
      // A CMS that was set back hears once more, at the end, that it now has all of it. One that forgets what it has just taken is not believed.
      if ((await this.#learnHead(signal)) === 'set-back')
        throw new StationFault('CMS-ANSWER-FORM', { what: 'a head before what it has just taken' });
    }
    await this.#drain(signal);
  }

  /** Asks how far the CMS holds the journal, and takes its word where it is no contradiction. */
  async #learnHead(signal: AbortSignal): Promise<'set-back' | 'as-known' | 'further'> {
    const { journal, client } = this.#options;
    const acknowledged = journal.projections.station.acknowledged().upTo;
    const news = journal.reading(() => journal.entries.lastNews());
    const compared = compareHeads(journal, await client.eventsHead({ acknowledged, news }, signal));
    if (compared.kind === 'further') this.#note(compared.upTo);
    if (compared.kind === 'set-back') {
      const payload = { held: compared.upTo, acknowledged: compared.acknowledged };
      journal.append({ kind: 'sync.set-back', actor: { kind: 'station' }, issuer: null, subjects: {}, payload });
    }
    this.#headKnown = true;
    return compared.kind;
  }

  async #drain(signal: AbortSignal): Promise<void> {
    const { journal, client, disclosure, changed } = this.#options;
    let next = journal.projections.station.acknowledged().upTo + 1;
    let noted = next - 1;
    let contradictions = 0;
    const contradicted = (what: string): void => {
      contradictions += 1;
      if (contradictions > mostContradictions) throw new StationFault('CMS-ANSWER-FORM', { what });
    };
    let group = await readGroup(journal, next, disclosure, signal, this.#failures);
    if (group === null) return;
    this.#sending = true;
    changed();
    try {
      while (group !== null) {
        const { texts, last } = group;
        // The following entries are read while the CMS works on these.
        const [answer, following] = await Promise.all([
          client.sendEvents(texts, signal),
          readGroup(journal, last + 1, disclosure, signal, this.#failures),
        ]);
        if (answer.kind === 'gap') {
          contradicted('a gap where there is none');
          await this.#learnHead(signal);
          next = journal.projections.station.acknowledged().upTo + 1;
          noted = next - 1;
          group = await readGroup(journal, next, disclosure, signal, this.#failures);
          continue;
        }
        const { sequence } = journal.head();
        if (answer.upTo > sequence)
          throw new StationFault('CMS-JOURNAL-AHEAD', { theirs: answer.upTo, ours: sequence });
        if (answer.upTo < last) throw new StationFault('CMS-ANSWER-FORM', { what: 'less acknowledged than taken' });
        next = last + 1;
        if (last - noted >= noteEvery) noted = this.#note(last);
        group = following;
        if (answer.upTo > last) {
          // It had more than was known here: believed by the hash of its head only.
          if ((await this.#learnHead(signal)) !== 'further') contradicted('more acknowledged than its head says');
          next = journal.projections.station.acknowledged().upTo + 1;
          group = await readGroup(journal, next, disclosure, signal, this.#failures);
        }
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
      const payload = { upTo };
      journal.append({ kind: 'sync.acknowledged', actor: { kind: 'station' }, issuer: null, subjects: {}, payload });
    }
    return upTo;
  }
}

function isNews(kind: string): boolean {
  return kind !== 'sync.acknowledged' && kind !== 'journal.checkpoint';
}

/** Waits for the work, or for the signal: the work goes on. */
async function whicheverFirst(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', abort);
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
