import type { CmsBatch } from '#shared/contract/cms/batches.ts';
import type { Lease } from '#shared/contract/cms/lease.ts';
import type { IssuerKeyCertificate, IssuerKeyRequest, SchemeAuthorityAnswer } from '#shared/contract/cms/scheme.ts';
import type { RecordLine } from '#shared/contract/cms/records.ts';
import type { WireEcPublicJwk } from '#shared/contract/cms/wire-text.ts';
import type { SyncView } from '#shared/contract/views/evidence-views.ts';
import type { BatchId, Environment, OrderId, StationId } from '#shared/domain/identifiers.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { isFault, StationFault } from '#shared/faults/station-fault.ts';
import type { JournalActor } from '#shared/journal-format/entry.ts';
import type { Journal } from '../journal/journal.ts';
import { producing } from '../journal/projections/batch-transitions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Randomness } from '../platform/randomness.ts';
import { systemTimers, type Timers } from '../platform/timers.ts';
import { CmsClient, usualDeadlines, type CmsDeadlines } from './cms-client.ts';
import { readEnrolment, type StoredEnrolment } from './enrolment-files.ts';
import { enrol, enrolledEvent, type EnrolmentKeys, type EnrolmentTicket } from './enrolment.ts';
import type { GrantPort } from './grant-port.ts';
import { Grants, type GrantAsked } from './grants.ts';
import type { GrantLeft, LeasePort } from './lease-port.ts';
import { loseBatch, loseStation } from './lost-batches.ts';
import { Leases } from './leases.ts';
import type { Disclosure } from './entry-text.ts';
import { Outbox } from './outbox.ts';
import { Refills } from './refills.ts';
import { usualRetryTimes, type RetryTimes } from './retry-delay.ts';

/** Times of the sync, in milliseconds; each has its usual value. */
export interface SyncTimes {
  readonly deadlines: CmsDeadlines;
  readonly retry: RetryTimes;
  /** New entries wait so long for more of them. */
  readonly gather: number;
  /** An idle station asks the CMS after so long how far it holds the journal. */
  readonly checkEvery: number;
  /** A heartbeat that failed is tried again after this. */
  readonly heartbeatAgain: number;
  /** How often the journal notes how much of a grant's time is used up. */
  readonly countGrants: number;
}

const usualTimes: SyncTimes = {
  deadlines: usualDeadlines,
  retry: usualRetryTimes,
  gather: 250,
  checkEvery: 30_000,
  heartbeatAgain: 20_000,
  countGrants: 600_000,
};

export interface SyncOptions {
  /** Folder of the enrolment, made at need (0700). */
  readonly folder: string;
  /** Where the CMS answers now, such as `https://127.0.0.1:41234`; need not be where it was at enrolment. */
  readonly url: string;
  readonly station: StationId;
  readonly environment: Environment;
  /** `never`: of a key room, which must not have a line to a CMS, now or before. */
  readonly enrolment?: 'allowed' | 'never';
  readonly journal: Journal;
  readonly keys: EnrolmentKeys;
  readonly clock: Clock;
  readonly randomness: Randomness;
  /** Appointments of the sending; the machine's own unless said otherwise. */
  readonly timers?: Timers;
  /** What the CMS is shown of each entry; all of it unless said otherwise. */
  readonly disclosure?: Disclosure;
  readonly times?: Partial<SyncTimes>;
  /** Called when `state()` may have changed. */
  readonly changed: () => void;
}

/** Everything that exists only once the station is enrolled. */
interface Connected {
  readonly enrolment: StoredEnrolment;
  readonly client: CmsClient;
  readonly leases: Leases;
  readonly grants: Grants;
  readonly refills: Refills;
  readonly outbox: Outbox;
}

/** The station's side of the CMS: enrolment, what intake pulls, leases, start grants, and the journal's way there. */
export class SyncService implements LeasePort, GrantPort {
  readonly #options: SyncOptions;
  readonly #times: SyncTimes;
  #connected: Connected | null = null;
  /** The CMS's last proper answer since this start, by the wall clock and by the monotonic one. */
  #answered: { readonly at: string; readonly monotonic: number } | null = null;
  #closed = false;

  constructor(options: SyncOptions) {
    this.#options = options;
    this.#times = { ...usualTimes, ...options.times };
  }

  /** Takes up the stored enrolment, where there is one, and begins to send. CMS-ENROLMENT-DAMAGED; KEYS-KEY-ROOM where there may be none. */
  open(): void {
    const enrolment = readEnrolment(this.#options.folder);
    const before = this.#options.journal.projections.station.facts()?.cms ?? null;
    if (enrolment !== null || before !== null) this.#requireAllowed('this station was enrolled with a CMS');
    if (enrolment === null) return;
    const { journal, station, environment } = this.#options;
    if (enrolment.station !== station || enrolment.environment !== environment) {
      throw new StationFault('CMS-ENROLMENT-DAMAGED', { file: `${this.#options.folder}: of another station` });
    }
    if (journal.projections.station.facts()?.cms?.certificateSerial !== enrolment.certificateSerial) {
      journal.append(enrolledEvent(enrolment, { kind: 'station' }));
    }
    this.#connect(enrolment);
  }

  get enrolled(): 'yes' | 'no' {
    return this.#connected === null ? 'no' : 'yes';
  }

  /** Enrols, or enrols anew in place of an earlier enrolment; see `enrol`. KEYS-KEY-ROOM. */
  async enrol(ticket: EnrolmentTicket, actor: JournalActor, signal: AbortSignal): Promise<void> {
    this.#requireAllowed('a key room cannot be enrolled with a CMS');
    const enrolment = await enrol(this.#options, ticket, actor, signal);
    await this.#disconnect();
    this.#connect(enrolment);
    this.#options.changed();
  }

  #requireAllowed(reason: string): void {
    if (this.#options.enrolment === 'never') throw new StationFault('KEYS-KEY-ROOM', { reason });
  }

  /** Issuers of the CMS with their titles; none before the enrolment. */
  issuers(): readonly { readonly id: string; readonly name: string }[] {
    return this.#connected?.enrolment.issuers ?? [];
  }

  /** The CMS's signing key of a name, or null. */
  signingKey(kid: string): WireEcPublicJwk | null {
    return this.#connected?.enrolment.signingKeys.find((key) => key.kid === kid)?.jwk ?? null;
  }

  /** Batches as the CMS lists them for this station. CMS-NOT-ENROLLED and the faults of the client, here and below. */
  batches(signal: AbortSignal): Promise<readonly CmsBatch[]> {
    return this.#watch(this.#require().client.batches(signal));
  }

  takeLease(batch: string, signal: AbortSignal): Promise<Lease> {
    return this.#watch(this.#require().leases.take(batch, signal));
  }

  manifest(batch: string, lease: string, signal: AbortSignal): Promise<string> {
    return this.#require().client.manifest(batch, lease, signal);
  }

  records(
    batch: string,
    lease: string,
    range: { readonly from: number; readonly count: number },
    signal: AbortSignal,
  ): Promise<readonly RecordLine[]> {
    return this.#require().client.records(batch, lease, range, signal);
  }

  returnLease(lease: string, signal: AbortSignal): Promise<void> {
    return this.#require().leases.giveBack(lease, signal);
  }

  async askGrant(batch: BatchId, lease: string, releaseDigest: string, signal: AbortSignal): Promise<GrantAsked> {
    const { grants, client } = this.#require();
    return this.#watch(grants.ask(client, batch, lease, releaseDigest, signal));
  }

  grantFor(batch: BatchId, order: OrderId): { readonly grant: string } {
    if (this.#connected === null) throw new StationFault('PRODUCTION-NO-GRANT', { batch, why: 'not enrolled' });
    return this.#connected.grants.grantFor(batch, order);
  }

  /** Why no card of a batch in production may be begun before the CMS was reached; null when one may, or none is left to make. */
  waits(batch: string): StationFault | null {
    const { station, batches, orders } = this.#options.journal.projections;
    const row = batches.find(batch);
    const counts = orders.counts(batch);
    if (row === null || !producing.includes(row.state) || counts.ready + counts.unmade === 0) return null;
    if ((station.facts()?.lostAt ?? null) !== null) return new StationFault('CMS-STATION-LOST');
    const left = this.left(batch);
    if (left === null) return new StationFault('PRODUCTION-NO-GRANT', { batch });
    if (left.seconds === 0) return new StationFault('PRODUCTION-GRANT-EXPIRED', { batch });
    return left.cards === 0 ? new StationFault('PRODUCTION-GRANT-USED-UP', { batch }) : null;
  }

  /** What the newest grant of a batch in production still allows; null where there is none. */
  left(batch: string): GrantLeft | null {
    return this.#connected?.grants.standing(batch)?.left ?? null;
  }

  /** The public key of the scheme's test authority; a live CMS has none. */
  schemeAuthority(signal: AbortSignal): Promise<SchemeAuthorityAnswer> {
    return this.#watch(this.#require().client.schemeAuthority(signal));
  }

  /** A certificate of the scheme's test authority for an issuer key. */
  certifyIssuerKey(asked: IssuerKeyRequest, signal: AbortSignal): Promise<IssuerKeyCertificate> {
    return this.#watch(this.#require().client.certifyIssuerKey(asked, signal));
  }

  /** Sends everything that waits; resolves when the CMS has it. */
  flush(signal: AbortSignal): Promise<void> {
    return this.#require().outbox.flush(signal);
  }

  /** How the sending stands, for the windows: always with the age of the CMS's last answer, never a bare "connected". */
  state(): SyncView {
    const { journal, url } = this.#options;
    const { upTo, at } = journal.projections.station.acknowledged();
    const waits = journal.outboxWaits() === 'something';
    const common = {
      cms: url,
      queued: waits ? journal.head().sequence - upTo : 0,
      oldestQueued: waits ? (journal.read(upTo + 1, 1)[0]?.header.time ?? null) : null,
      acknowledged: upTo,
      ...this.#contact(at),
      grants: this.#grantsLeft(),
    };
    if (this.#connected === null) return { ...common, state: 'not-enrolled', nextTry: null, trouble: null };
    const { kind, nextTry, trouble: met } = this.#connected.outbox.state;
    const trouble = met ?? this.#loss();
    if (trouble === null) return { ...common, state: kind, nextTry, trouble };
    const { fault, since } = trouble;
    const words = describeFault(fault);
    return { ...common, state: 'trouble', nextTry, trouble: { code: fault.code, ...words, since } };
  }

  /** That this station was declared lost stays in sight until it is enrolled anew, though its journal goes through. */
  #loss(): { readonly fault: StationFault; readonly since: string } | null {
    const since = this.#options.journal.projections.station.facts()?.lostAt ?? null;
    return since === null ? null : { fault: new StationFault('CMS-STATION-LOST'), since };
  }

  #grantsLeft(): NonNullable<SyncView['grants']> {
    return this.#options.journal.projections.batches
      .list({ issuers: 'all', states: producing })
      .flatMap(({ batch }) => {
        const left = this.left(batch);
        return left === null ? [] : [{ batch, left: left.cards, secondsLeft: left.seconds }];
      });
  }

  /** Takes note when the CMS says that this station was declared lost. */
  async #watch<Result>(call: Promise<Result>): Promise<Result> {
    try {
      return await call;
    } catch (thrown) {
      if (isFault(thrown, 'CMS-STATION-LOST')) this.#stationLost();
      throw thrown;
    }
  }

  #stationLost(): void {
    if (this.#closed) return;
    loseStation(this.#options.journal);
    this.#options.changed();
  }

  /** The last answer: since this start by both clocks, from before it by what the journal noted. */
  #contact(noted: string | null): Pick<SyncView, 'lastContact' | 'secondsSinceContact' | 'contactEvery'> {
    const contactEvery = Math.round(this.#times.checkEvery / 1_000);
    if (this.#answered === null) return { lastContact: noted, secondsSinceContact: null, contactEvery };
    const { at, monotonic } = this.#answered;
    const passed = Math.max(0, this.#options.clock.monotonic() - monotonic);
    return { lastContact: at, secondsSinceContact: Math.round(passed / 1_000), contactEvery };
  }

  /** Stops sending and closes the connections; what was not sent waits in the journal. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#disconnect();
  }

  #require(): Connected {
    if (this.#connected === null) throw new StationFault('CMS-NOT-ENROLLED');
    return this.#connected;
  }

  #connect(enrolment: StoredEnrolment): void {
    if (this.#closed) return;
    const { url, journal, station, clock, randomness, changed, disclosure = () => 'whole' } = this.#options;
    const { deadlines, retry, gather, checkEvery, heartbeatAgain, countGrants } = this.#times;
    const { timers = systemTimers } = this.#options;
    const identity = {
      authority: enrolment.authority,
      station,
      client: { certificate: enrolment.certificate, key: enrolment.tlsKey },
    };
    const client = new CmsClient(url, identity, deadlines, () => {
      this.#answered = { at: clock.now().toISOString(), monotonic: clock.monotonic() };
    });
    const lost = (batch: BatchId, fault: StationFault): void => {
      loseBatch(journal, batch, fault);
      changed();
    };
    const leases = new Leases({
      journal,
      client,
      clock,
      timers,
      tryAgain: heartbeatAgain,
      lost,
      returned: (batch) => refills.poke(batch),
      stationLost: () => this.#stationLost(),
    });
    const grants = new Grants({ journal, station, signingKeys: enrolment.signingKeys, clock });
    const outbox = new Outbox({
      journal,
      client,
      disclosure,
      clock,
      timers,
      randomness,
      retryTimes: retry,
      gather,
      checkEvery,
      changed,
    });
    const refills = new Refills({
      journal,
      client,
      grants,
      report: (signal) => outbox.flush(signal),
      clock,
      timers,
      randomness,
      retryTimes: retry,
      countEvery: countGrants,
      refused: (batch, fault) => {
        if (isFault(fault, 'CMS-STATION-LOST')) this.#stationLost();
        if (isFault(fault, 'CMS-LEASE-LOST')) lost(batch, fault);
        changed();
      },
    });
    this.#connected = { enrolment, client, leases, grants, refills, outbox };
    leases.start();
    outbox.start();
    refills.start();
  }

  async #disconnect(): Promise<void> {
    const connected = this.#connected;
    this.#connected = null;
    if (connected === null) return;
    connected.leases.stop();
    await connected.refills.stop();
    await connected.outbox.stop();
    await connected.client.close();
  }
}
