import type { CmsProcess } from '../cms-process.fixture.ts';
import type { LeasePort } from '../lease-port.ts';
import { judge, type WorldCard, type WorldGrant, type WorldOrder } from './judge.fixture.ts';
import { WorldStation, type Rule } from './world-station.fixture.ts';
import { WorldTime } from './world-time.fixture.ts';

/** Figures of one run, for the record. */
export interface WorldCounts {
  cards: number;
  good: number;
  grants: number;
  cuts: number;
  powerCuts: number;
  clockJumps: number;
  cmsRestarts: number;
  losses: number;
  /** Times that a station had orders to make and waited for the CMS. */
  waits: number;
  returned: number;
  blocked: number;
}

export interface WorldRun {
  readonly wrong: readonly string[];
  readonly counts: WorldCounts;
}

export interface WorldOptions {
  readonly stations?: number;
  readonly steps?: number;
  /** A broken rule, to see that the judge sees it. */
  readonly rule?: Rule;
  /** Has the CMS offer a batch again while its cards are made, as one that forgot would. */
  readonly forgetfulCms?: 'yes';
}

const honest: Rule = (sync: LeasePort) => sync;
const hour = 3_600;
const mostRounds = 60;

/** Small, seeded, and good enough for schedules (mulberry32). */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const rest = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const twoPeople = {
  first: { person: 'clara', password: 'training-clara' },
  second: { person: 'conrad', password: 'training-conrad' },
};

/** One world: a CMS, some stations, and everything that can come between them, in an order that follows from the seed. */
export class GrantWorld {
  readonly #cms: CmsProcess;
  readonly #name: string;
  readonly #random: () => number;
  readonly #options: WorldOptions;
  readonly #time = new WorldTime();
  readonly #cards: WorldCard[] = [];
  readonly #grants: WorldGrant[] = [];
  readonly #stations: WorldStation[] = [];
  readonly #roots: string[] = [];
  readonly #ordered = new Set<string>();
  readonly #blocked = new Set<string>();
  readonly #wrong: string[] = [];
  readonly #counts: WorldCounts = {
    cards: 0,
    good: 0,
    grants: 0,
    cuts: 0,
    powerCuts: 0,
    clockJumps: 0,
    cmsRestarts: 0,
    losses: 0,
    waits: 0,
    returned: 0,
    blocked: 0,
  };
  #advanced = 0;

  constructor(cms: CmsProcess, seed: number, options: WorldOptions = {}) {
    this.#cms = cms;
    this.#name = `w${seed}`;
    this.#random = chance(seed);
    this.#options = options;
  }

  async run(): Promise<WorldRun> {
    try {
      await this.#begin();
      const { steps = 40 } = this.#options;
      for (let step = 0; step < steps; step++) await this.#step();
      await this.#heal();
      return { wrong: [...this.#wrong, ...judge(await this.#facts())], counts: this.#counts };
    } finally {
      for (const station of this.#stations) await station.end();
    }
  }

  #between(low: number, high: number): number {
    return low + Math.floor(this.#random() * (high - low + 1));
  }

  #pick<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.#random() * items.length)];
  }

  async #begin(): Promise<void> {
    await this.#cms.control({
      terms: {
        subject: { kind: 'issuer', issuer: 'mercato' },
        to: { offline: 'yes', cards: this.#between(2, 6), seconds: this.#between(600, 2 * hour) },
        reason: 'small grants for this world',
        ...twoPeople,
      },
    });
    const { stations = 3, rule = honest } = this.#options;
    const book = { cards: this.#cards, grants: this.#grants };
    for (let at = 0; at < 2; at++) {
      const id = `${this.#name}-b${at}`;
      await this.#cms.control({ make: { product: 'gift-print@1', count: this.#between(5, 14), id } });
      this.#roots.push(id);
      for (const { order } of await this.#ordersOf(id)) this.#ordered.add(order);
    }
    for (let at = 0; at < stations; at++) {
      const parts = { world: this.#time, cms: this.#cms, book, rule };
      this.#stations.push(await WorldStation.enrolled(`${this.#name}-s${at}`, parts));
    }
  }

  async #ordersOf(batch: string): Promise<WorldOrder[]> {
    const { orders } = (await this.#cms.control({ orders: { batch } })) as { orders: Omit<WorldOrder, 'batch'>[] };
    return orders.map((order) => ({ ...order, batch }));
  }

  /** The batches of this world: those made, and what came back of them. */
  async #family(): Promise<{ id: string; state: string }[]> {
    const family: { id: string; state: string }[] = [];
    for (const root of this.#roots) {
      for (let id = root, next = 1; ; id = `${root}.r${next++}`) {
        const asked = await this.#cms.control({ state: { batch: id } }).catch(() => null);
        if (asked === null) break;
        family.push({ id, state: String(asked['state']) });
      }
    }
    return family;
  }

  /** Time passes for everybody; whoever is up keeps the appointments. */
  async #pass(seconds: number): Promise<void> {
    this.#time.elapsed += seconds * 1_000;
    this.#advanced += seconds;
    await this.#cms.control({ advance: { seconds } });
    for (let round = 0; round < 3; round++) {
      this.#time.elapsed += 300;
      for (const station of this.#stations) if (station.power === 'on') station.time.keepAppointments();
      await rest(4);
    }
  }

  async #step(): Promise<void> {
    const station = this.#pick(this.#stations);
    if (station === undefined) return;
    const dice = this.#random();
    if (station.power === 'off') {
      if (dice < 0.5) this.#powerUp(station);
      else await this.#pass(this.#between(60, 2 * hour));
      return;
    }
    if (dice < 0.16) await this.#take(station);
    else if (dice < 0.28) await this.#try(() => station.release());
    else if (dice < 0.56) this.#produce(station, this.#between(1, 4));
    else if (dice < 0.63) await this.#cutPowerIn(station);
    else if (dice < 0.69) this.#cutWire(station);
    else if (dice < 0.76) station.wire.mend();
    else if (dice < 0.81) this.#jump(station);
    else if (dice < 0.86) await this.#try(() => station.sync.flush(AbortSignal.timeout(2_000)));
    else if (dice < 0.965) await this.#pass(this.#pick([5, 60, 400, 1_200, hour + 60, 3 * hour]) ?? 5);
    else if (dice < 0.985) await this.#declareLost(station);
    else if (dice < 0.99) await this.#restartCms();
    else await this.#forget();
  }

  async #try(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (fault) {
      // The CMS refused or was out of reach: an everyday thing here. Anything else is a fault of ours.
      const { code } = fault as { code?: unknown };
      if (typeof code !== 'string' || !/^(CMS|JOURNAL-CLOSED)/.test(code)) throw fault;
    }
  }

  async #take(station: WorldStation): Promise<void> {
    const free = (await this.#family()).filter(({ state }) => state === 'available');
    const batch = this.#pick(free);
    if (batch === undefined) return;
    await this.#try(async () => {
      if (await station.take(batch.id)) await station.release();
    });
  }

  #produce(station: WorldStation, most: number): void {
    for (let at = 0; at < most; at++) {
      const begun = station.begin();
      if (begun === null) {
        if (Object.keys(station.sync.state().grants ?? {}).length > 0) this.#counts.waits += 1;
        return;
      }
      station.finish(begun, this.#random() < 0.85 ? 'good' : 'rejected');
    }
  }

  async #cutPowerIn(station: WorldStation): Promise<void> {
    this.#counts.powerCuts += 1;
    // Half the time in the middle of a card.
    if (this.#random() < 0.5) station.begin();
    await station.cutPower();
  }

  #powerUp(station: WorldStation): void {
    if (this.#random() < 0.5) this.#jump(station);
    station.powerUp();
  }

  #cutWire(station: WorldStation): void {
    this.#counts.cuts += 1;
    station.wire.cut();
  }

  #jump(station: WorldStation): void {
    this.#counts.clockJumps += 1;
    station.time.skew += (this.#random() < 0.7 ? -1 : 1) * this.#between(60, 72 * hour) * 1_000;
  }

  async #restartCms(): Promise<void> {
    this.#counts.cmsRestarts += 1;
    await this.#cms.restart();
    await this.#cms.control({ advance: { seconds: this.#advanced } });
  }

  async #declareLost(station: WorldStation): Promise<void> {
    if (this.#counts.losses > 0) return;
    this.#counts.losses += 1;
    await this.#cms.control({
      declareLost: {
        station: station.name,
        reason: 'nobody has heard of it since the storm',
        ...twoPeople,
      },
    });
    const { orders } = (await this.#cms.control({ lost: { station: station.name } })) as {
      orders: { order: string }[];
    };
    for (const { order } of orders) this.#blocked.add(order);
    this.#counts.blocked += orders.length;
  }

  async #forget(): Promise<void> {
    const root = this.#pick(this.#roots);
    if (this.#options.forgetfulCms === undefined || root === undefined) return;
    await this.#cms.control({ offerAgain: { batch: root } });
  }

  /** Everything is put right, and the stations go on until every order is settled. */
  async #heal(): Promise<void> {
    if (this.#options.forgetfulCms !== undefined) {
      for (const batch of this.#roots) await this.#cms.control({ offerAgain: { batch } });
    }
    for (const station of this.#stations) {
      station.wire.mend();
      if (station.power === 'off') station.powerUp();
    }
    for (let round = 0; round < mostRounds; round++) {
      await this.#pass(round % 5 === 4 ? hour + 60 : 200);
      for (const station of this.#stations) {
        await this.#take(station);
        await this.#try(() => station.release());
        this.#produce(station, 20);
        await this.#try(() => station.sync.flush(AbortSignal.timeout(5_000)));
      }
      if (await this.#settled()) return;
    }
    const open = (await this.#orders()).filter(({ state }) => !['produced', 'blocked', 'returned'].includes(state));
    for (const { batch, order, state } of open)
      this.#wrong.push(`order ${order} of ${batch} is never settled: ${state}`);
  }

  async #orders(): Promise<WorldOrder[]> {
    const orders: WorldOrder[] = [];
    for (const { id } of await this.#family()) orders.push(...(await this.#ordersOf(id)));
    return orders;
  }

  async #settled(): Promise<boolean> {
    return (await this.#orders()).every(({ state }) => ['produced', 'blocked', 'returned'].includes(state));
  }

  async #facts() {
    const orders = await this.#orders();
    const { findings } = (await this.#cms.control({ findings: {} })) as {
      findings: { station: string; code: string }[];
    };
    for (const order of this.#blocked) {
      const states = orders.filter((row) => row.order === order).map(({ state }) => state);
      if (!states.includes('blocked')) this.#wrong.push(`blocked order ${order} became ${states.join(', ')}`);
    }
    this.#counts.cards = this.#cards.length;
    this.#counts.good = this.#cards.filter(({ end }) => end === 'good').length;
    this.#counts.grants = this.#grants.length;
    this.#counts.returned = orders.filter(({ state }) => state === 'returned').length;
    return {
      cards: this.#cards,
      grants: this.#grants,
      orders,
      ordered: this.#ordered,
      findings: findings.filter(({ station }) => station.startsWith(`${this.#name}-`)).map(({ code }) => code),
    };
  }
}
