import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '#shared/bytes/secret.ts';
import { batchId, stationId, type BatchId, type OrderId } from '#shared/domain/identifiers.ts';
import { Journal } from '../../journal/journal.ts';
import type { NewEvent } from '../../journal/port.ts';
import { systemRandomness } from '../../platform/randomness.ts';
import { JournalOrderBook } from '../../production/journal-order-book.ts';
import type { CmsProcess } from '../cms-process.fixture.ts';
import type { EnrolmentKeys } from '../enrolment.ts';
import { waitingForGrant, type LeasePort } from '../lease-port.ts';
import { SyncService } from '../sync-service.ts';
import { CutWire } from './cut-wire.fixture.ts';
import type { WorldCard, WorldGrant } from './judge.fixture.ts';
import { StationTime, type WorldTime } from './world-time.fixture.ts';

const { signal: never } = new AbortController();
const own = { actor: { kind: 'station' }, issuer: null, subjects: {} } as const;
const digest = (text: string) => createHash('sha256').update(text).digest('hex');

/** Keys as the HSM would hold them; transport keys are not needed where no record is opened. */
function worldKeys(): EnrolmentKeys {
  const keys = {
    'station-signing': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    'record-decryption': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  };
  return {
    prepareStation: () => Promise.resolve([]),
    publicKey: (usage) => {
      const { x = '', y = '' } = keys[usage].publicKey.export({ format: 'jwk' });
      return Promise.resolve({ kty: 'EC', crv: 'P-256', x, y });
    },
    importTransportKey: ({ name, issuer, environment, kcv }) =>
      Promise.resolve({ name, usage: 'dgi-transport', algorithm: 'AES-256', environment, issuer, kcv }),
  };
}

/** What all stations of a world write down of what really happens. */
export interface WorldBook {
  readonly cards: WorldCard[];
  readonly grants: WorldGrant[];
}

/** How production asks whether it may begin a card; a test may put a broken rule in its place. */
export type Rule = (sync: LeasePort) => LeasePort;

/**
 * A station as far as the CMS is concerned: its real journal, sync, leases and grants over real HTTPS, and a model of production that begins
 * and ends cards through the real order book and the real grant check. Power may go at any moment.
 */
export class WorldStation {
  readonly name: string;
  readonly time: StationTime;
  readonly #world: WorldTime;
  readonly #cms: CmsProcess;
  readonly #book: WorldBook;
  readonly #rule: Rule;
  readonly #keys = worldKeys();
  readonly #folder = mkdtempSync(join(tmpdir(), 'cardwright-world-'));
  readonly #wire: CutWire;
  #journal: Journal | null = null;
  #sync: SyncService | null = null;
  #offSince = 0;
  /** For each time the station was off with its clock set back: when it came up, and how long nobody could see it. */
  readonly #hidden: { readonly at: number; readonly milliseconds: number }[] = [];

  private constructor(
    name: string,
    wire: CutWire,
    parts: { readonly world: WorldTime; readonly cms: CmsProcess; readonly book: WorldBook; readonly rule: Rule },
  ) {
    this.name = name;
    this.#wire = wire;
    this.#world = parts.world;
    this.#cms = parts.cms;
    this.#book = parts.book;
    this.#rule = parts.rule;
    this.time = new StationTime(parts.world);
  }

  static async enrolled(
    name: string,
    parts: { readonly world: WorldTime; readonly cms: CmsProcess; readonly book: WorldBook; readonly rule: Rule },
  ): Promise<WorldStation> {
    const station = new WorldStation(name, await CutWire.lay(() => parts.cms.url), parts);
    station.#open('create');
    const { sync, journal } = station;
    const { x, y } = await station.#keys.publicKey('station-signing', never);
    journal.append(
      { ...own, kind: 'station.created', payload: { mode: 'training', version: '0.1.0', signingKey: { x, y } } },
      {
        ...own,
        kind: 'lot.received',
        subjects: { lot: 'lot-1' },
        payload: { blankType: 'white', count: 100_000, environment: 'test' },
      },
    );
    await sync.enrol({ code: await parts.cms.code(name), authority: parts.cms.authority }, { kind: 'station' }, never);
    return station;
  }

  get power(): 'on' | 'off' {
    return this.#journal === null ? 'off' : 'on';
  }

  get journal(): Journal {
    if (this.#journal === null) throw new Error(`${this.name} is off`);
    return this.#journal;
  }

  get sync(): SyncService {
    if (this.#sync === null) throw new Error(`${this.name} is off`);
    return this.#sync;
  }

  get wire(): CutWire {
    return this.#wire;
  }

  #open(whenMissing: 'create' | 'refuse'): void {
    this.time.boot();
    const journal = Journal.open({
      file: join(this.#folder, 'journal.db'),
      key: new Secret(new Uint8Array(32).fill(7)),
      whenMissing,
      station: this.name,
      headRegister: null,
      clock: this.time,
      randomness: systemRandomness,
      onFatal: () => undefined,
      onSubscriberFault: (thrown) => {
        throw thrown;
      },
    });
    this.#journal = journal;
    // What really happened is written down outside: which grant came, and when by the true time.
    journal.subscribe((entries) => {
      for (const { header, payload } of entries) {
        if (header.kind === 'batch.released' || header.kind === 'grant.received') {
          this.#received(header.subjects['batch'] ?? '', (payload as { readonly grant: string }).grant);
        }
      }
    });
    this.#sync = new SyncService({
      folder: join(this.#folder, 'cms'),
      url: this.#wire.url,
      station: stationId.parse(this.name),
      environment: 'test',
      journal,
      keys: this.#keys,
      clock: this.time,
      timers: this.time,
      randomness: systemRandomness,
      changed: () => undefined,
    });
    this.#sync.open();
  }

  #received(batch: string, jws: string): void {
    const claims = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as {
      readonly id: string;
      readonly orders: { readonly index: number };
      readonly validForSeconds: number;
    };
    const { id, orders, validForSeconds } = claims;
    this.#book.grants.push({
      id,
      station: this.name,
      batch,
      index: orders.index,
      validForSeconds,
      receivedAt: this.#world.elapsed,
    });
  }

  /** As when the plug is pulled: nothing is put away, nothing is said. */
  async cutPower(): Promise<void> {
    const [journal, sync] = [this.#journal, this.#sync];
    this.#journal = null;
    this.#sync = null;
    this.#offSince = this.#world.elapsed;
    journal?.close();
    await sync?.close().catch(() => undefined);
  }

  /** Comes up again, perhaps with its clock set back by somebody meanwhile; cards left open go to the reject box. */
  powerUp(): void {
    const off = this.#world.elapsed - this.#offSince;
    this.#hidden.push({ at: this.#world.elapsed, milliseconds: off });
    this.#open('refuse');
    for (const attempt of this.journal.projections.attempts.open()) {
      const card = this.#book.cards.findLast(({ order, station }) => order === attempt.order && station === this.name);
      this.#end(batchId.parse(attempt.batch), attempt.order as OrderId, attempt.attempt, 'rejected');
      if (card !== undefined) card.end = 'rejected';
    }
  }

  /** Takes a batch in and has it released; false where the CMS does not give it. */
  async take(id: string): Promise<boolean> {
    const batch = batchId.parse(id);
    const listed = (await this.sync.batches(never)).find((row) => row.id === batch);
    if (
      listed === undefined ||
      listed.holder === 'another-station' ||
      this.journal.projections.batches.find(batch) !== null
    )
      return false;
    const { lease, expiresAt } = await this.sync.takeLease(batch, never);
    const { orders } = (await this.#cms.control({ orders: { batch } })) as {
      orders: { index: number; order: string }[];
    };
    const of = { actor: { kind: 'station' }, issuer: listed.issuer, subjects: { batch } } as const;
    const contentDigest = digest(`content ${batch}`);
    const approval = `ap-${batch}`;
    const records = orders.map(({ index, order }) => ({
      index,
      order,
      maskedPan: null,
      cardDigest: null,
      sealedDigest: digest(order),
      findings: [],
    }));
    const before: readonly NewEvent[] = [
      { ...of, kind: 'batch.leased', payload: { lease, expires: expiresAt } },
      {
        ...of,
        kind: 'batch.received',
        payload: {
          product: listed.product,
          productDigest: digest(listed.product),
          count: records.length,
          due: listed.due,
          priority: listed.priority,
          environment: 'test',
          manifestDigest: digest(batch),
          lease,
          wrappingKey: { name: `batch-wrapping/${batch}`, kcv: '000000' },
          panDigestKeyVersion: null,
          signer: 'cms',
        },
      },
      { ...of, kind: 'batch.records-accepted', payload: { records } },
      { ...of, kind: 'batch.ready', payload: { ready: records.length, held: 0, contentDigest } },
      { ...of, kind: 'batch.release-requested', payload: { approval, contentDigest } },
    ];
    this.journal.append(...before);
    return true;
  }

  /** Asks for the start grant of every batch that waits for it. */
  async release(): Promise<void> {
    for (const row of this.journal.projections.batches.list({ issuers: 'all', states: ['release-requested'] })) {
      const { batch, lease, contentDigest, releaseApproval } = row;
      if (lease === null || contentDigest === null) continue;
      const grant = await this.sync.askGrant(batch as BatchId, lease, contentDigest, AbortSignal.timeout(5_000));
      if (this.power === 'off') return;
      this.journal.append({
        kind: 'batch.released',
        actor: { kind: 'station' },
        issuer: row.issuer,
        subjects: { batch },
        payload: {
          approval: releaseApproval ?? '',
          contentDigest,
          grant: grant.jws,
          grantCount: grant.count,
          grantIndex: grant.index,
          grantValidForSeconds: grant.validForSeconds,
        },
      });
    }
  }

  /** Begins one card of any batch in production; null where there is none to begin, or the CMS is waited for. */
  begin(): {
    readonly card: WorldCard;
    readonly batch: BatchId;
    readonly order: OrderId;
    readonly attempt: string;
  } | null {
    const book = new JournalOrderBook(this.journal);
    const lease = this.#rule(this.sync);
    for (const row of this.journal.projections.batches.list({ issuers: 'all', states: ['released', 'running'] })) {
      const batch = row.batch as BatchId;
      const [order] = book.readyOrders(batch, 1);
      if (order === undefined) continue;
      let grant: string;
      try {
        grant = lease.grantFor(batch, order).grant;
      } catch (fault) {
        if (fault instanceof Error && waitingForGrant.has((fault as { code?: string }).code ?? '')) continue;
        throw fault;
      }
      const attempt = systemRandomness.id('at');
      const index = book.orderFacts(batch, order)?.index ?? -1;
      const started: NewEvent[] =
        row.state === 'released'
          ? [
              {
                kind: 'batch.started',
                actor: { kind: 'station' },
                issuer: row.issuer,
                subjects: { batch },
                payload: { lines: ['line-1'] },
              },
            ]
          : [];
      this.journal.append(...started, {
        kind: 'attempt.started',
        actor: { kind: 'station' },
        issuer: row.issuer,
        subjects: { batch, order, attempt, line: 'line-1', lot: 'lot-1' },
        payload: { number: book.attemptsOf(batch, order) + 1, lot: 'lot-1', grant, planDigest: digest(order) },
      });
      const receivedAt = this.#book.grants.find(({ id }) => id === grant)?.receivedAt ?? 0;
      const hidden = this.#hidden
        .filter(({ at }) => at >= receivedAt)
        .reduce((sum, { milliseconds }) => sum + milliseconds, 0);
      const card: WorldCard = {
        station: this.name,
        batch,
        order,
        index,
        grant,
        begunAt: this.#world.elapsed,
        hidden,
        end: 'open',
      };
      this.#book.cards.push(card);
      return { card, batch, order, attempt };
    }
    return null;
  }

  finish(begun: NonNullable<ReturnType<WorldStation['begin']>>, end: 'good' | 'rejected'): void {
    begun.card.end = end;
    this.#end(begun.batch, begun.order, begun.attempt, end);
  }

  #end(batch: BatchId, order: OrderId, attempt: string, end: 'good' | 'rejected'): void {
    const issuer = this.journal.projections.batches.find(batch)?.issuer ?? null;
    const about = { actor: { kind: 'station' }, issuer, subjects: { batch, order, attempt, line: 'line-1' } } as const;
    const passDigest = end === 'good' ? digest(attempt) : null;
    const payload = { disposition: end, decidedBy: 'engine', reason: end, passDigest } as const;
    const made: NewEvent[] = end === 'good' ? [{ ...about, kind: 'order.made', payload: { attempt } }] : [];
    this.journal.append({ ...about, kind: 'attempt.ended', payload }, ...made);
  }

  async end(): Promise<void> {
    await this.cutPower();
    await this.#wire.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
