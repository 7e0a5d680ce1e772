import { PrinterRig } from '../../src-sim/printer/printer-rig.ts';
import type { LineId } from '#shared/domain/identifiers.ts';
import type { Product } from '#shared/domain/product.ts';
import type { CardReader } from '../devices/encoder/port.ts';
import { SocketReader } from '../devices/encoder/drivers/socket-reader/socket-reader.ts';
import { openTcpLink } from '../devices/links/tcp-link.ts';
import { EvolisPrinter } from '../devices/printer/drivers/evolis/evolis-printer.ts';
import { PanelPacker } from '../devices/printer/drivers/evolis/panel-packer.ts';
import { openJournal } from '../journal/journal.fixture.ts';
import type { Journal } from '../journal/journal.ts';
import type { KeyStorePort } from '../keys/key-store-port.ts';
import type { KeyPort } from '../keys/port.ts';
import type { CardPainter } from '../layout/card-painter.ts';
import { openTestPainter, shippedProduct } from '../layout/test-painter.ts';
import { systemClock } from '../platform/clock.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { issuerKeysOf } from '#shared/domain/card-key-reference.ts';
import { Preparation } from '../preparation/prepare-card.ts';
import {
  openTrainingKeys,
  productDigestOf,
  sampleOrder,
  sealBatch,
  type SealedBatch,
} from '../preparation/training-order.fixture.ts';
import { startVirtualChip, type VirtualChip } from '../preparation/virtual-chip.fixture.ts';
import { shippedVerification } from '../verification/shipped-rule-packs.fixture.ts';
import type { PanelJudge } from '../verification/panels/panel-judge.ts';
import type { ChipPatience } from './chip-station.ts';
import { JournalOrderBook } from './journal-order-book.ts';
import type { PassSource } from './pass-issuer.ts';
import { sharedPanelJudge, passSource } from './print-proof.fixture.ts';
import { ProductionService } from './production-service.ts';
import type { ReaderCable } from './reader-cable.fixture.ts';
import { readyKeyStore } from './ready-key-store.fixture.ts';
import { releasedBatchEvents } from './released-batch.fixture.ts';
import { RunOnLines } from './run-on-lines.fixture.ts';
import { noIssuerMeans, noPackages } from '../preparation/issuer-means.fixture.ts';

const verification = await shippedVerification();

export { RunOnLines } from './run-on-lines.fixture.ts';

/** One line's machines: the virtual printer and the virtual card in its contact station, each a program of its own. */
export interface Machine {
  readonly line: LineId;
  readonly rig: PrinterRig;
  readonly chip: VirtualChip;
}

/** What may differ from two lines with their own readers. */
export interface LinesOptions {
  readonly lines?: 1 | 2;
  readonly chipPatience?: ChipPatience;
  /** The reader that the station takes for a line's own; its chip's listening reader where it is not given. */
  reader?(at: number, machines: readonly Machine[]): CardReader;
  /** The key store and how it is; node:crypto and always ready where it is not given. */
  openKeys?(keySet: CardKeySet): Promise<OpenedKeys>;
  /** Words for a line's card program. */
  chipWords?(at: number): readonly string[];
}

type CardKeySet = ReturnType<typeof issuerKeysOf>;

/** Keys that are prepared for the training orders, and how their store is. */
export interface OpenedKeys {
  readonly keys: KeyPort;
  readonly keyStore: Pick<KeyStorePort, 'state' | 'subscribe'>;
}

/** Two lines with real drivers on real wires, a real journal, real keys: the station without CMS, people and screens. */
export class TwoLines {
  readonly machines: readonly Machine[];
  readonly #keys: KeyPort;
  readonly #keyStore: OpenedKeys['keyStore'];
  readonly #painter: CardPainter;
  readonly #product: Product;
  readonly #printProof: PanelJudge;
  readonly #passes: PassSource;
  readonly #packer = new PanelPacker();
  readonly #options: LinesOptions;
  #batches = 0;

  private constructor(parts: {
    machines: readonly Machine[];
    opened: OpenedKeys;
    painter: CardPainter;
    product: Product;
    printProof: PanelJudge;
    passes: PassSource;
    options: LinesOptions;
  }) {
    this.machines = parts.machines;
    this.#options = parts.options;
    this.#keys = parts.opened.keys;
    this.#keyStore = parts.opened.keyStore;
    this.#painter = parts.painter;
    this.#product = parts.product;
    this.#printProof = parts.printProof;
    this.#passes = parts.passes;
  }

  static async open(options: LinesOptions = {}): Promise<TwoLines> {
    const product = await shippedProduct('emv-debit@1');
    if (product.chip.kind === 'none') throw new Error('a chip product is wanted');
    const machines = await Promise.all(
      (options.lines === 1 ? [1] : [1, 2]).map(async (number): Promise<Machine> => {
        const chip = await startVirtualChip(...(options.chipWords?.(number - 1) ?? []));
        const stock = ['--cards', '500', '--ribbon', 'ymcko:5000', '--serial', `EV-LINE-${number}`];
        const rig = await PrinterRig.start('--listen', '127.0.0.1:0', '--contacts', chip.contacts, ...stock);
        return { line: `line-${number}` as LineId, rig, chip };
      }),
    );
    const keySet = issuerKeysOf(product.chip);
    const opened = (await options.openKeys?.(keySet)) ?? {
      keys: await openTrainingKeys(keySet),
      keyStore: readyKeyStore,
    };
    const [printProof, passes] = [await sharedPanelJudge(), await passSource(opened.keys, 'st-test')];
    return new TwoLines({ machines, opened, painter: await openTestPainter(), product, printProof, passes, options });
  }

  /** A released batch in a journal of its own, its blanks booked to both lines; their pairing proven, or not yet. */
  async batch(size: number, pairing: 'proven' | 'not-proven' = 'proven'): Promise<RunOnLines> {
    const number = this.#batches++;
    const orders = Array.from({ length: size }, (_, at) => sampleOrder('emv-debit@1', number * 100 + at));
    const sealed = await sealBatch(this.#keys, `b${number}`, orders);
    const journal = openJournal(undefined, { clock: systemClock, randomness: systemRandomness });
    this.#record(journal, sealed, pairing);
    return new RunOnLines(journal, sealed.batch, () => this.#production(journal, sealed), this.machines);
  }

  #record(journal: Journal, sealed: SealedBatch, pairing: 'proven' | 'not-proven'): void {
    const lines = this.machines.map(({ line, rig }) => ({ line, printer: rig.ready.serial }));
    journal.append(...releasedBatchEvents(sealed, { product: this.#product, lines, blanks: 100, pairing }));
  }

  #production(journal: Journal, sealed: SealedBatch): ProductionService {
    const product = this.#product;
    const catalogued = { product, digest: productDigestOf(product), profile: null, further: [] };
    return new ProductionService({
      lines: this.machines.map(({ line, rig, chip }, at) => ({
        line,
        title: line,
        printer: new EvolisPrinter({
          open: (wait) => openTcpLink({ host: '127.0.0.1', port: portOf(rig.ready.listen) }, wait),
          place: line,
          packer: this.#packer,
        }),
        printerSerial: rig.ready.serial,
        reader: this.#options.reader?.(at, this.machines) ?? socketReader({ line, chip }),
        link: 'network',
      })),
      ...(this.#options.chipPatience === undefined ? {} : { chipPatience: this.#options.chipPatience }),
      journal,
      book: new JournalOrderBook(journal),
      preparation: new Preparation({
        ...sealed,
        productOf: () => catalogued,
        keys: this.#keys,
        means: noIssuerMeans,
        packages: noPackages,
        painter: this.#painter,
        specimen: 'on',
      }),
      verification,
      printProof: this.#printProof,
      passes: this.#passes,
      lease: { grantFor: () => ({ grant: 'g' }) },
      keyStore: this.#keyStore,
      day: { state: 'open' },
      register: { state: () => ({ state: 'kept' }) },
      clock: systemClock,
      randomness: systemRandomness,
      product: () => product,
      fatal: (fault) => {
        throw fault;
      },
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.machines.flatMap(({ rig, chip }) => [rig.stop(), chip.end()]));
    await this.#packer.close();
    await this.#painter.close();
    await this.#keys.close();
  }
}

/** A reader on a machine's own virtual card. */
export function socketReader({ line, chip }: Pick<Machine, 'line' | 'chip'>): SocketReader {
  return new SocketReader({ host: '127.0.0.1', port: portOf(chip.reader), serial: `${line}-reader`, name: line });
}

/** A reader at the end of a line's cable. */
export function cableReader(at: number, cables: readonly ReaderCable[]): SocketReader {
  const line = `line-${at + 1}`;
  return new SocketReader({ host: '127.0.0.1', port: cables[at]?.port ?? 0, serial: `${line}-reader`, name: line });
}

function portOf(address: string | undefined): number {
  return Number(address?.split(':')[1]);
}
