import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrinterRig } from '../../src-sim/printer/printer-rig.ts';
import type { LineId } from '#shared/domain/identifiers.ts';
import { productSchema, type Product } from '#shared/domain/product.ts';
import type { OpenLink } from '../devices/links/byte-link.ts';
import { openSerialLink } from '../devices/links/serial-link.ts';
import { openTcpLink } from '../devices/links/tcp-link.ts';
import type { EvolisDeadlines } from '../devices/printer/drivers/evolis/evolis-deadlines.ts';
import { EvolisPrinter } from '../devices/printer/drivers/evolis/evolis-printer.ts';
import { PanelPacker } from '../devices/printer/drivers/evolis/panel-packer.ts';
import { journalOptions } from '../journal/journal.fixture.ts';
import { Journal } from '../journal/journal.ts';
import type { KeyPort } from '../keys/port.ts';
import { CardPainter } from '../layout/card-painter.ts';
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
import { shippedVerification } from '../verification/shipped-rule-packs.fixture.ts';
import type { PanelJudge } from '../verification/panels/panel-judge.ts';
import { GatedPrinter } from './gated-printer.fixture.ts';
import { JournalOrderBook } from './journal-order-book.ts';
import type { PassSource } from './pass-issuer.ts';
import { sharedPanelJudge, passSource } from './print-proof.fixture.ts';
import { ProductionService } from './production-service.ts';
import { readyKeyStore } from './ready-key-store.fixture.ts';
import { releasedBatchEvents } from './released-batch.fixture.ts';
import { RunOnLines } from './run-on-lines.fixture.ts';
import { noIssuerMeans, noPackages } from '../preparation/issuer-means.fixture.ts';

const verification = await shippedVerification();

export type Wire = 'tcp' | 'pty';

/** Long enough for a busy machine, short enough that a fault which costs a deadline does not cost minutes. */
const deadlines: EvolisDeadlines = {
  open: 3000,
  query: 1500,
  movement: 1500,
  stripe: 1500,
  panel: 3000,
  eject: 1500,
  quiet: 500,
};

/** A pseudo terminal carries bytes as fast as it is read; the driver's deadlines follow from this figure. */
const ptyBaud = 4_000_000;
const product = 'loyalty-stripe@1';

export interface PrintLine {
  readonly line: LineId;
  readonly rig: PrinterRig;
}

/** What the lines of all worlds of one test file share: keys, painter and packing thread. */
export interface PrintShop {
  readonly product: Product;
  readonly keys: KeyPort;
  readonly painter: CardPainter;
  readonly packer: PanelPacker;
  readonly printProof: PanelJudge;
  readonly passes: PassSource;
  close(): Promise<void>;
}

const assets = fileURLToPath(new URL('../../assets/', import.meta.url));

function shipped(reference: string): Product {
  return productSchema.parse(JSON.parse(readFileSync(join(assets, 'profiles', `${reference}.json`), 'utf8')));
}

/** Also for programs that are no tests: a bench opens the same shop. One a process, as fontconfig keeps its first folder. */
export async function openPrintShop(): Promise<PrintShop> {
  const { chip } = shipped('emv-debit@1');
  if (chip.kind === 'none') throw new Error('the training keys are those of the chip product');
  const workFolder = mkdtempSync(join(tmpdir(), 'print-shop-'));
  const painter = await CardPainter.open(
    {
      layoutsFolder: join(assets, 'layouts'),
      fontListFile: join(assets, 'fonts', 'fonts.json'),
      fontFolders: [join(assets, 'fonts'), '/usr/share/fonts/truetype/noto'],
      workFolder,
    },
    AbortSignal.timeout(60_000),
  );
  const [keys, packer] = [await openTrainingKeys(issuerKeysOf(chip)), new PanelPacker()];
  const [printProof, passes] = [await sharedPanelJudge(), await passSource(keys, 'st-test')];
  return {
    product: shipped(product),
    keys,
    painter,
    packer,
    printProof,
    passes,
    close: async () => {
      await packer.close();
      await painter.close();
      await keys.close();
      rmSync(workFolder, { recursive: true, force: true });
    },
  };
}

/** A run with the doors before its printers' acts. */
export interface PrintRun {
  readonly run: RunOnLines;
  /** The door before a line's printer, by the line's place. */
  readonly gate: (at: number) => GatedPrinter;
}

let serials = 0;

/** Lines that write a stripe and print, with real drivers on real wires: no chip, so that hundreds of cards cost seconds. */
export class PrintLines {
  readonly lines: readonly PrintLine[];
  readonly #shop: PrintShop;
  readonly #wire: Wire;
  readonly #leftovers: (() => void)[] = [];
  /** Bytes that the station has written to the printers so far. */
  written = 0;

  private constructor(shop: PrintShop, wire: Wire, lines: readonly PrintLine[]) {
    this.#shop = shop;
    this.#wire = wire;
    this.lines = lines;
  }

  static async open(shop: PrintShop, wire: Wire, count: number, ...words: readonly string[]): Promise<PrintLines> {
    const where = wire === 'tcp' ? ['--listen', '127.0.0.1:0'] : ['--pty', '{}/line'];
    const stock = ['--cards', '5000', '--ribbon', 'ymcko:5000', '--stripe', 'loco', '--command-timeout', '250'];
    const lines: PrintLine[] = [];
    // One after another: a busy machine starts few programs in time at once.
    for (let at = 1; at <= count; at++) {
      const rig = await PrinterRig.start(...where, ...stock, '--serial', `EV-PRINT-${++serials}`, ...words);
      lines.push({ line: `line-${at}` as LineId, rig });
    }
    return new PrintLines(shop, wire, lines);
  }

  /** A released batch in a journal of its own, its blanks booked to every line. */
  async batch(size: number, connectPatience = 8000): Promise<PrintRun> {
    const number = ++serials;
    const orders = Array.from({ length: size }, (_, at) => sampleOrder(product, number * 1000 + at));
    const sealed = await sealBatch(this.#shop.keys, `p${number}`, orders);
    const journal = this.#openJournal();
    const lines = this.lines.map(({ line, rig }) => ({ line, printer: rig.ready.serial }));
    journal.append(...releasedBatchEvents(sealed, { product: this.#shop.product, lines, blanks: 5000 }));
    let gates: readonly GatedPrinter[] = [];
    const open = (): ProductionService => {
      gates = this.lines.map((line) => new GatedPrinter(this.#printer(line)));
      return this.#production(journal, sealed, gates, connectPatience);
    };
    const run = new RunOnLines(journal, sealed.batch, open, this.lines);
    return {
      run,
      gate: (at) => {
        const gate = gates[at];
        if (gate === undefined) throw new RangeError(`there is no line ${at}`);
        return gate;
      },
    };
  }

  /** A journal that goes with these lines: worlds outlive one test. */
  #openJournal(): Journal {
    const folder = mkdtempSync(join(tmpdir(), 'print-lines-'));
    const file = join(folder, 'journal.db');
    const journal = Journal.open(journalOptions(file, { clock: systemClock, randomness: systemRandomness }));
    this.#leftovers.push(() => {
      journal.close();
      rmSync(folder, { recursive: true, force: true });
    });
    return journal;
  }

  #printer({ line, rig }: PrintLine): EvolisPrinter {
    const plain: OpenLink =
      this.#wire === 'tcp'
        ? (wait) => openTcpLink({ host: '127.0.0.1', port: Number(rig.ready.listen?.split(':')[1]) }, wait)
        : (wait) => openSerialLink({ path: join(rig.folder, 'line'), baud: ptyBaud }, wait);
    const open: OpenLink = async (wait) => {
      const link = await plain(wait);
      const write = link.write.bind(link);
      link.write = (bytes, bound) => {
        this.written += bytes.length;
        return write(bytes, bound);
      };
      return link;
    };
    return new EvolisPrinter({ open, place: line, packer: this.#shop.packer, deadlines });
  }

  #production(
    journal: Journal,
    sealed: SealedBatch,
    gates: readonly GatedPrinter[],
    connectPatience: number,
  ): ProductionService {
    const catalogued = {
      product: this.#shop.product,
      digest: productDigestOf(this.#shop.product),
      profile: null,
      further: [],
    };
    return new ProductionService({
      lines: this.lines.map(({ line, rig }, at) => ({
        line,
        title: line,
        printer: gates[at] ?? this.#printer({ line, rig }),
        printerSerial: rig.ready.serial,
        reader: null,
        link: this.#wire,
      })),
      journal,
      book: new JournalOrderBook(journal),
      preparation: new Preparation({
        ...sealed,
        productOf: () => catalogued,
        keys: this.#shop.keys,
        means: noIssuerMeans,
        packages: noPackages,
        painter: this.#shop.painter,
        specimen: 'on',
      }),
      verification,
      printProof: this.#shop.printProof,
      passes: this.#shop.passes,
      lease: { grantFor: () => ({ grant: 'g' }) },
      keyStore: readyKeyStore,
      day: { state: 'open' },
      register: { state: () => ({ state: 'kept' }) },
      clock: systemClock,
      randomness: systemRandomness,
      product: () => this.#shop.product,
      connectPatience,
      fatal: (fault) => {
        throw fault;
      },
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.lines.map(({ rig }) => rig.stop()));
    for (const remove of this.#leftovers) remove();
  }
}
