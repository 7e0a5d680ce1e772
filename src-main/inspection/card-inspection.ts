import { toHex, utf8, type Hex } from '#shared/bytes/bytes.ts';
import type { CardInspectionView } from '#shared/contract/views/card-inspection-view.ts';
import { issuerKeysOf, keyReplacementOf } from '#shared/domain/card-key-reference.ts';
import { authenticationMarks, cardKeyVersion, type CardKeyReference, type Dialogue } from '#shared/domain/dialogue.ts';
import { chipApplications, productKey, type EmvChip, type Product } from '#shared/domain/product.ts';
import { storeDataOf } from '#shared/domain/store-data-options.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { isFault, StationFault } from '#shared/faults/station-fault.ts';
import type { JournalActor } from '#shared/journal-format/entry.ts';
import type { CardReader } from '../devices/encoder/port.ts';
import type { JournalPort } from '../journal/port.ts';
import type { Clock } from '../platform/clock.ts';
import type { Randomness } from '../platform/randomness.ts';
import { compareCardKeys } from '../preparation/dialogues/preflight/compare-card-keys.ts';
import { findApplications, readStructure, readWholeRegistry } from '../preparation/dialogues/inspect-card.ts';
import type { ChannelKeys } from '../preparation/port.ts';
import { ChipStation, usualPatience, type ChipPatience } from '../production/chip-station.ts';
import { runDialogue } from '../production/dialogue-runner.ts';
import { KeyTrial, type OneTrial } from '../production/key-trial.ts';
import type { MachineLoan } from '../production/machine-loan.ts';
import type { ProductionService } from '../production/production-service.ts';
import { readingView, resetView, serialOf, type CardReading, type WantedApplication } from './inspection-view.ts';
import { labelExchanges } from './label-exchanges.ts';

/** Whose keys open a card, and what is done where a card has refused them before. */
export interface KeysToTry {
  readonly product: Product;
  readonly refused: 'stop' | 'try-again';
}

/** What is asked for. */
export interface InspectionWish {
  readonly line: string;
  /** The products that the person may see: their applications are looked for. */
  readonly products: readonly Product[];
  /** Null to read without any authentication. */
  readonly keys: KeysToTry | null;
  readonly actor: JournalActor;
}

export interface InspectionOptions {
  readonly production: Pick<ProductionService, 'lines' | 'batchOn'>;
  readonly journal: JournalPort;
  readonly channelKeys: ChannelKeys;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly patience?: ChipPatience;
}

type Line = ProductionService['lines'][number];
type OpenedChip = Pick<KeysToTry, 'product'> & { readonly chip: EmvChip };

/** The payment directories of both sides. EMV Book 1 v4.4 §12.2.2; EMV Contactless Book B v2.11 §3.3.1. */
const directories: readonly WantedApplication[] = [
  { aid: toHex(utf8('1PAY.SYS.DDF01')), name: 'Payment directory, contact (PSE)' },
  { aid: toHex(utf8('2PAY.SYS.DDF01')), name: 'Payment directory, contactless (PPSE)' },
];

/**
 * Reads the card that lies on a line's reader while the line rests: what it tells freely and, on request, its registry in a channel under a product's keys.
 * Records of applications are never read.
 */
export class CardInspection {
  readonly #options: InspectionOptions;
  /** By the keys: once a card refused them, no other is tried until a person says so. */
  readonly #trials = new Map<string, KeyTrial>();

  constructor(options: InspectionOptions) {
    this.#options = options;
  }

  /**
   * Effects: `card.inspection-begun`, `card.keys-tried` before the one try, and `card.inspected`. What breaks off once the card has power is in the
   * view, with all that was read until then; the card is left without power.
   *
   * PRODUCTION-NO-LINE, INSPECTION-NO-READER, INSPECTION-NO-CHIP, INSPECTION-LINE-BUSY, INSPECTION-LINE-ASKS, and the faults of a reader without
   * a card that answers: ENCODER-NO-CARD, CARD-MUTE, ENCODER-HELD, ENCODER-LOST.
   */
  async inspect(wish: InspectionWish): Promise<CardInspectionView> {
    const line = this.#line(wish.line);
    const { configuration, runner } = line;
    const { title, reader } = configuration;
    if (reader === null) throw new StationFault('INSPECTION-NO-READER', { line: title });
    const opened = wish.keys === null ? null : chipOf(wish.keys.product);
    const busy = () => new StationFault('INSPECTION-LINE-BUSY', { line: title });
    if (this.#options.production.batchOn(runner.line) !== null) throw busy();
    try {
      return await runner.lend((loan) => this.#read(line, reader, loan, { ...wish, opened }));
    } catch (thrown) {
      if (isFault(thrown, 'PAIRING-LINE-BUSY')) throw busy();
      if (isFault(thrown, 'PAIRING-LINE-ASKS')) throw new StationFault('INSPECTION-LINE-ASKS', { line: title });
      throw thrown;
    }
  }

  async #read(
    { configuration: { line, title } }: Line,
    reader: CardReader,
    { machines, signal }: MachineLoan,
    wish: InspectionWish & { readonly opened: OpenedChip | null },
  ): Promise<CardInspectionView> {
    const { clock, patience = usualPatience } = this.#options;
    const reading: CardReading = { structure: null, applications: [], registry: null, trace: [] };
    let label = '';
    // The card was put in by a person: what lies on the readers of other lines says nothing about it.
    const around = { reader, arrivals: machines.arrivals, idleReaders: () => [] };
    const trace = (exchange: CardReading['trace'][number] | Omit<CardReading['trace'][number], 'label'>): void => {
      reading.trace.push({ ...exchange, label });
    };
    const station = new ChipStation({ machines: around, patience, clock, trace });
    const wanted = wantedApplications(wish.products);
    const product = wish.opened === null ? null : productKey(wish.opened.product);
    try {
      await station.takeTurn(signal);
      await station.connect(signal);
      station.endTurn();
      const own = { actor: wish.actor, issuer: wish.opened?.product.issuer ?? null, subjects: { line } } as const;
      const reset = resetView(station.link);
      this.#options.journal.append({
        kind: 'card.inspection-begun',
        ...own,
        payload: { line, reader: reader.serial, product },
      });
      const run = <Result>(dialogue: Dialogue<Result>, mark: (name: string) => Promise<void>): Promise<Result> =>
        runDialogue(
          labelExchanges(dialogue, (name) => (label = name)),
          {
            link: station.link,
            keys: this.#options.channelKeys,
            randomness: this.#options.randomness,
            resolve: (reference) => {
              throw new StationFault('PREPARATION-NO-VALUE', { reference });
            },
            mark,
            exchangeDeadline: patience.exchange,
            signal,
          },
        );
      const nothing = () => Promise.resolve();
      let fault: StationFault | null = null;
      try {
        reading.structure = await run(readStructure(), nothing);
        reading.applications = await run(findApplications(wanted), nothing);
        if (wish.opened !== null && wish.keys !== null) {
          const tried = (chip: string | null, opened: string): void => {
            this.#options.journal.append({ kind: 'card.keys-tried', ...own, payload: { line, chip, product: opened } });
          };
          await this.#openWithKeys(reading, { ...wish.opened, refused: wish.keys.refused }, { run, tried, signal });
        }
      } catch (thrown) {
        if (!(thrown instanceof StationFault)) throw thrown;
        fault = thrown;
      }
      this.#options.journal.append({
        kind: 'card.inspected',
        ...own,
        payload: {
          line,
          chip: serialOf(reading),
          product,
          outcome: fault === null ? 'read' : 'broke-off',
          fault: fault?.code ?? null,
        },
      });
      return {
        line,
        title,
        reader: reader.name,
        product,
        fault: fault === null ? null : { code: fault.code, ...describeFault(fault) },
        reset,
        ...readingView(reading, wanted),
      };
    } finally {
      await station.letGo();
      station.endTurn();
    }
  }

  /** One try of the keys that the card says it has; INSPECTION-OTHER-KEYS and INSPECTION-KEYS-REFUTED with none. */
  async #openWithKeys(
    reading: CardReading,
    { chip, product, refused }: OpenedChip & Pick<KeysToTry, 'refused'>,
    by: {
      run<Result>(dialogue: Dialogue<Result>, mark: (name: string) => Promise<void>): Promise<Result>;
      tried(chip: string | null, product: string): void;
      readonly signal: AbortSignal;
    },
  ): Promise<void> {
    const name = productKey(product);
    const keySet = keysOn(reading, chip, name);
    const keyTrial = this.#trialOf(keySet);
    if (refused === 'try-again') keyTrial.startAnew();
    let trial: OneTrial | null = null;
    const mark = async (point: string): Promise<void> => {
      if (point === authenticationMarks.begun) {
        trial = await keyTrial.begin(by.signal);
        by.tried(serialOf(reading), name);
      }
      if (point === authenticationMarks.done) trial?.proved();
    };
    const channel = { keySet, channel: chip.secureChannel, padding: storeDataOf(chip).padding };
    try {
      reading.registry = await by.run(readWholeRegistry(channel), mark);
    } catch (fault) {
      (trial as OneTrial | null)?.failed(fault);
      if (isFault(fault, 'PRODUCTION-KEYS-REFUTED'))
        throw new StationFault('INSPECTION-KEYS-REFUTED', { product: name });
      throw fault;
    }
  }

  #trialOf(keys: CardKeyReference): KeyTrial {
    const name = JSON.stringify(keys);
    const trial = this.#trials.get(name) ?? new KeyTrial();
    this.#trials.set(name, trial);
    return trial;
  }

  #line(name: string): Line {
    const found = this.#options.production.lines.find(({ runner }) => runner.line === name);
    if (found === undefined) throw new StationFault('PRODUCTION-NO-LINE', { line: name });
    return found;
  }
}

function chipOf(product: Product): OpenedChip {
  const { chip } = product;
  if (chip.kind === 'none') throw new StationFault('INSPECTION-NO-CHIP', { product: productKey(product) });
  return { product, chip };
}

/** The issuer's keys where the card tells their version, else the maker's; a card that tells no keys is tried with the issuer's. */
function keysOn({ structure }: CardReading, chip: EmvChip, product: string): CardKeyReference {
  const issuers = issuerKeysOf(chip);
  const told = structure?.keys ?? null;
  const has = (keys: CardKeyReference) => told?.some(({ version }) => version === cardKeyVersion(keys)) ?? false;
  if (told === null || has(issuers)) return issuers;
  const makers = keyReplacementOf(chip)?.from;
  if (makers !== undefined && has(makers)) return makers;
  const reason = compareCardKeys(told, chip) ?? 'it shows other key versions';
  throw new StationFault('INSPECTION-OTHER-KEYS', { product, reason });
}

/** The payment directories and each product's applications, once. */
function wantedApplications(products: readonly Product[]): readonly WantedApplication[] {
  const names = new Map<Hex, string[]>();
  for (const product of products) {
    if (product.chip.kind === 'none') continue;
    for (const { application, name } of chipApplications(product.chip)) {
      const aid = application as Hex;
      const known = names.get(aid) ?? [];
      if (!known.includes(name)) names.set(aid, [...known, name]);
    }
  }
  const own = [...names].map(([aid, found]) => ({ aid, name: `${found.join(', ')} application` }));
  const known = new Set(own.map(({ aid }) => aid));
  return [...directories.filter(({ aid }) => !known.has(aid)), ...own];
}
