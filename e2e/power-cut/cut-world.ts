import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readCutLog, type CutRecord } from './cut-log.ts';
import { startCutMachines, type CutMachines } from './cut-machines.ts';
import { CutStation, makeStationFolder, type StationReport, type ToldEntry } from './cut-station.ts';
import { DiskImage, type Unsynced } from './disk-image.ts';
import { HonestOperator, questions } from './honest-operator.ts';
import { checkIntentOrder, type LinePorts } from './intent-order.ts';
import { shimEnvironment, type CutPoint, type DiskFailure } from './shim.ts';

/** One cut of the power, and what it leaves on the disk of what was not synced. */
export interface Cut {
  readonly at: CutPoint;
  readonly unsynced: Unsynced;
}

/** What came of a batch whose station lost its power one or more times. */
export interface CutOutcome {
  /** Everything that is not as it must be, in words; empty when all is well. */
  readonly findings: readonly string[];
  /** How many of the cuts happened: a batch may be made before the last one. */
  readonly cuts: number;
  /** The last entry that each cut station had told. */
  readonly lastTold: readonly (ToldEntry | null)[];
  readonly asked: readonly string[];
  readonly cardsFed: number;
  readonly sends: number;
}

/** What the machines themselves have counted, all lines together. */
export interface MachineCounts {
  readonly fed: number;
  readonly good: number;
  readonly rejected: number;
  readonly taken: number;
  readonly inside: number;
  readonly balanced: boolean;
}

/** What else may be wrong with the place that a station runs in. */
export interface StationWishes {
  readonly fails?: DiskFailure;
  /** Runs as this unprivileged user. */
  readonly user?: number;
}

interface Account {
  readonly operator: HonestOperator;
  readonly findings: string[];
  readonly told: readonly ToldEntry[];
  readonly before: MachineCounts;
}

const batch = 'batch-cut';
const data = 'data';

/** Machines, and the folder of a station with one released batch that every run starts from anew. */
export class CutWorld implements AsyncDisposable {
  readonly machines: CutMachines;
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #shim: string;
  readonly #cards: number;
  #runs = 0;

  private constructor(parts: { machines: CutMachines; folder: string; shim: string; cards: number }) {
    this.machines = parts.machines;
    this.#environment = compiledIn(parts.folder);
    this.#folder = parts.folder;
    this.#shim = parts.shim;
    this.#cards = parts.cards;
  }

  /** `lines` printers with their chips; the batch has `cards` orders. */
  static async open(options: {
    readonly folder: string;
    readonly name: string;
    readonly shim: string;
    readonly lines: number;
    readonly cards: number;
    /** What the cards are printed with: black alone takes a third of the time. */
    readonly ribbon: 'ymcko' | 'k';
  }): Promise<CutWorld> {
    const { name, shim, lines, cards, ribbon } = options;
    const folder = path.join(options.folder, name);
    const machines = await startCutMachines(name, lines, ribbon);
    const template = path.join(folder, 'template');
    mkdirSync(template, { recursive: true });
    const configured = machines.lines.map((line) => line.configured);
    writeFileSync(path.join(template, 'world.json'), JSON.stringify({ batch, cards, ribbon, lines: configured }));
    await makeStationFolder(template, compiledIn(folder));
    return new CutWorld({ machines, folder, shim, cards });
  }

  get ports(): readonly LinePorts[] {
    const port = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1));
    return this.machines.lines.map(({ line, configured: { printer, reader } }) => ({
      line,
      printer: port(printer),
      reader: port(reader),
    }));
  }

  /** A station's folder as it is before the batch is started, under a name of its own. */
  newFolder(): string {
    this.#runs += 1;
    const folder = path.join(this.#folder, `run-${this.#runs}`);
    cpSync(path.join(this.#folder, 'template'), folder, { recursive: true });
    return folder;
  }

  /** Starts the batch and cuts the power again and again; then lets it be finished, and holds every account against the others. */
  async run(cuts: readonly Cut[]): Promise<CutOutcome> {
    const folder = this.newFolder();
    const before = await this.count();
    const operator = new HonestOperator(this.machines.lines);
    const findings: string[] = [];
    const told: ToldEntry[] = [];
    const lastTold: (ToldEntry | null)[] = [];
    let sends = 0;
    for (const [number, cut] of cuts.entries()) {
      const image = new DiskImage(folder, data);
      const log = path.join(folder, `log-${number}`);
      const station = this.station(folder, log, cut.at);
      const made = await this.#work(station, operator);
      if (made === 'made') await station.kill();
      told.push(...station.told);
      const records = readCutLog(log);
      const order = checkIntentOrder(records, this.ports);
      findings.push(...order.findings);
      sends += order.sends;
      if (made === 'made') break;
      if (station.failed !== null) findings.push(`the cut station said ${station.failed.code}`);
      lastTold.push(station.told.at(-1) ?? null);
      for (const record of records) image.apply(record);
      DiskImage.write(image.after(cut.unsynced), path.join(folder, data));
    }
    const fed = await this.#finishAndCompare(folder, { operator, findings, told, before });
    if (findings.length === 0) rmSync(folder, { recursive: true, force: true });
    const asked = operator.answered.map(({ question, choice }) => `${question.asks}: ${choice}`);
    return { findings, cuts: lastTold.length, lastTold, asked, cardsFed: fed, sends };
  }

  /** The batch made without a cut: everything that the shim saw, the disk it began with, and the folder that it was made in. */
  async uncut(): Promise<{
    readonly folder: string;
    readonly image: DiskImage;
    readonly records: readonly CutRecord[];
  }> {
    const folder = this.newFolder();
    const image = new DiskImage(folder, data);
    const log = path.join(folder, 'log');
    const station = this.station(folder, log, null);
    const made = await this.#work(station, new HonestOperator(this.machines.lines));
    await station.kill();
    if (made === 'cut') throw new Error(`the station ended: ${JSON.stringify(station.failed)} ${station.errors}`);
    return { folder, image, records: readCutLog(log) };
  }

  station(folder: string, log: string, at: CutPoint | null, wishes: StationWishes = {}): CutStation {
    const { fails, user } = wishes;
    return new CutStation({
      folder,
      ...(user === undefined ? {} : { user }),
      environment: {
        ...this.#environment,
        ...shimEnvironment({
          shim: this.#shim,
          watched: folder,
          log,
          at,
          ...(fails === undefined ? {} : { fails }),
        }),
      },
    });
  }

  /** Settles what lies in the machines, starts the batch, and answers questions until it is made or the power is gone. */
  async #work(station: CutStation, operator: HonestOperator): Promise<'made' | 'cut'> {
    const open = await station.until('the start', () => (station.opened ? 'open' : undefined));
    if (open === null) return 'cut';
    const rests = (state: { readonly lines: readonly { readonly state: string }[] }): boolean =>
      state.lines.every((line) => line.state === 'idle');
    const settled = await operator.serve(station, 'lines at rest', rests);
    if (settled === null) return 'cut';
    if (settled.batch !== 'made') station.ask({ start: true });
    const made = await operator.serve(station, 'a made batch', (state) => state.batch === 'made' && rests(state));
    return made === null ? 'cut' : 'made';
  }

  /** Starts a station on a folder, lets the batch be finished, and says everything that is not as it must be since `before`. */
  async finish(
    folder: string,
    before: MachineCounts,
    told: readonly ToldEntry[],
    wishes: StationWishes = {},
  ): Promise<readonly string[]> {
    const findings: string[] = [];
    const operator = new HonestOperator(this.machines.lines);
    await this.#finishAndCompare(folder, { operator, findings, told, before }, wishes);
    return findings;
  }

  async #finishAndCompare(folder: string, account: Account, wishes: StationWishes = {}): Promise<number> {
    const { operator, findings, told, before } = account;
    const report = await this.#finish(folder, operator, findings, told, wishes);
    return this.#compare(report, before, operator, findings);
  }

  /** The last start, after which nothing more happens: the batch is finished, its looks are done, and the station reports. */
  async #finish(
    folder: string,
    operator: HonestOperator,
    findings: string[],
    told: readonly ToldEntry[],
    wishes: StationWishes,
  ): Promise<StationReport | null> {
    const log = path.join(folder, 'log-last');
    const station = this.station(folder, log, null, wishes);
    try {
      const shown = await station.until('lines at rest', () => {
        const rests = station.state?.lines.every(({ state }) => state === 'idle' || state === 'asking') ?? false;
        return rests ? (station.state ?? undefined) : undefined;
      });
      if (shown === null) {
        findings.push(`the station does not start: ${JSON.stringify(station.failed)} ${station.errors}`);
        return null;
      }
      // A card that is not settled is shown as unknown, with what to do.
      const helpful = questions(shown).filter(({ choices, next }) => choices.length > 0 && next.length > 20);
      if (shown.open > helpful.length) findings.push(`${shown.open} attempts open, ${helpful.length} shown`);
      if ((await this.#work(station, operator)) === 'cut') {
        findings.push(`the station ended: ${JSON.stringify(station.failed)} ${station.errors}`);
        return null;
      }
      const report = await station.askReport();
      findings.push(...lostEntries(report, [...told, ...station.told]));
      for (const { attempt } of report.entries.filter(({ event }) => event === 'look.asked')) {
        station.ask({ look: attempt });
      }
      return await station.askReport();
    } catch (fault) {
      findings.push(fault instanceof Error ? fault.message : String(fault));
      return null;
    } finally {
      await station.end();
      const order = checkIntentOrder(readCutLog(log), this.ports);
      findings.push(...order.findings);
    }
  }

  /** What the machines have counted up to now. */
  async count(): Promise<MachineCounts> {
    const each = await Promise.all(this.machines.lines.map((line) => line.inspect()));
    const sum = (name: 'fed' | 'good' | 'rejected' | 'taken'): number =>
      each.reduce((total, { counters }) => total + counters[name], 0);
    return {
      fed: sum('fed'),
      good: sum('good'),
      rejected: sum('rejected'),
      taken: sum('taken'),
      inside: each.filter(({ inside }) => inside !== null).length,
      balanced: each.every(({ balanced }) => balanced),
    };
  }

  /** Journal, balance and machines must say the same; one good card for each order. */
  async #compare(
    report: StationReport | null,
    start: MachineCounts,
    operator: HonestOperator,
    findings: string[],
  ): Promise<number> {
    const after = await this.count();
    const fed = after.fed - start.fed;
    if (report === null) return fed;
    const { balance, attempts } = report;
    const good = attempts.filter(({ disposition }) => disposition === 'good');
    const wrong = (what: string, found: unknown, wanted: unknown): void => {
      if (JSON.stringify(found) !== JSON.stringify(wanted))
        findings.push(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
    };
    wrong('journal', report.journal, { result: 'whole', findings: [] });
    // A finished card that the station could not vouch for and a person took out is made again only when two people sign: its order waits.
    const makable = this.#cards - operator.takenFromHopper;
    wrong('orders with a good card', new Set(good.map(({ order }) => order)).size, makable);
    wrong('good cards', good.length, makable);
    wrong('blanks without a disposition', attempts.filter(({ disposition }) => disposition === null).length, 0);
    wrong('obstacles', balance.obstacles, []);
    wrong('difference, in machine, missing', [balance.difference, balance.inMachine, balance.missing], [0, 0, 0]);
    wrong('balance', [balance.fed, balance.good], [attempts.length, makable]);
    wrong('blanks that left a feeder', fed, attempts.length - balance.returned);
    wrong('cards in the hoppers', after.good - start.good - operator.takenFromHopper, balance.good);
    const spoiledInBox = balance.spoiled - (after.taken - start.taken) - operator.takenFromHopper;
    wrong('cards in the reject boxes', after.rejected - start.rejected, balance.rejected + spoiledInBox);
    wrong('machines', [after.inside, after.balanced], [0, true]);
    return fed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.machines[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Where the stations of a world keep their compiled code: the second start of each takes half the time. */
function compiledIn(folder: string): Readonly<Record<string, string>> {
  return { NODE_COMPILE_CACHE: path.join(folder, 'compiled') };
}

/** Entries that were told outside and are not in the journal, or stand there otherwise. */
function lostEntries(report: StationReport, told: readonly ToldEntry[]): readonly string[] {
  const held = new Map(report.entries.map(({ sequence, entryHash }) => [sequence, entryHash]));
  return told
    .filter(({ sequence, entryHash }) => held.get(sequence) !== entryHash)
    .map(({ sequence, event }) => `entry ${sequence} (${event}) was told and is lost`);
}
