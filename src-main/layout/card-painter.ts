import { mkdir } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { OrderFields } from '#shared/domain/order-field.ts';
import type { PrintSide } from '#shared/domain/print-side.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { Specimen } from './compose-side.ts';
import type { PrintedProduct } from './layout-catalogue.ts';
import type { LayoutOutcome, LayoutReply, LayoutRequest, LayoutTask, LayoutWorkerStart } from './layout-message.ts';
import { findPinnedFonts, writeFontConfiguration } from './pinned-fonts.ts';

/** Where layouts and fonts lie, and where the painter may write. */
export interface CardPainterSettings extends LayoutWorkerStart {
  /** A folder of the station's own, made when absent: the fontconfig file and its cache. No card data goes there. */
  readonly workFolder: string;
  /** Longest wait for one card or one picture, in milliseconds; after it the worker is ended and the next call starts another. */
  readonly deadline?: number;
}

interface Waiting {
  readonly settle: (outcome: LayoutOutcome) => void;
}

/**
 * Draws cards in a thread of its own. Same product, fields and fonts give the same bytes.
 * Does not touch the card. Whoever opens it closes it.
 */
export class CardPainter {
  readonly #settings: CardPainterSettings;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #starting: Promise<void> | undefined;
  #next = 1;
  #state: 'open' | 'closed' = 'open';

  private constructor(settings: CardPainterSettings) {
    this.#settings = settings;
  }

  /**
   * Pins the fonts for this process, starts the worker and loads every layout.
   * Faults: LAYOUT-FONT-MISSING, LAYOUT-FONTS-INVALID, LAYOUT-FONTS-NOT-PINNED, LAYOUT-INVALID, LAYOUT-TIMEOUT.
   */
  static async open(settings: CardPainterSettings, signal: AbortSignal): Promise<CardPainter> {
    const painter = new CardPainter(settings);
    await mkdir(settings.workFolder, { recursive: true });
    const fonts = await findPinnedFonts(settings.fontListFile, settings.fontFolders);
    // Read by the C libraries of the whole process, once, at the first text: a worker's own environment would not reach them.
    process.env['FONTCONFIG_FILE'] = await writeFontConfiguration(fonts, settings.workFolder);
    process.env['PANGOCAIRO_BACKEND'] = 'fontconfig';
    try {
      await painter.#running(signal);
    } catch (thrown) {
      await painter.close();
      throw thrown;
    }
    return painter;
  }

  /**
   * The panels of a card's sides, front first. Faults: LAYOUT-FIELD-MISSING, LAYOUT-FIELD-FORM, LAYOUT-NO-GLYPH,
   * LAYOUT-TEXT-TOO-LONG, LAYOUT-CODE-TOO-WIDE, LAYOUT-UNKNOWN, LAYOUT-PRODUCT-MISMATCH, LAYOUT-COLOUR-ON-BLACK-RIBBON,
   * LAYOUT-RENDERER-FAILED, LAYOUT-TIMEOUT; none carries the text of a field.
   */
  async paint(
    product: PrintedProduct,
    fields: OrderFields,
    options: { readonly specimen: Specimen },
    signal: AbortSignal,
  ): Promise<readonly PrintSide[]> {
    const outcome = await this.#ask(
      { kind: 'paint', product: sendable(product), fields, specimen: options.specimen },
      signal,
    );
    if (outcome.kind !== 'sides') throw unexpected();
    return outcome.sides;
  }

  /**
   * Says whether an order's fields can be laid out, without drawing them: much cheaper than `paint`, with its faults but for
   * LAYOUT-COLOUR-ON-BLACK-RIBBON.
   */
  async fit(product: PrintedProduct, fields: OrderFields, signal: AbortSignal): Promise<void> {
    await this.#ask({ kind: 'fit', product: sendable(product), fields }, signal);
  }

  /** Says whether a product's layouts are there and fit it, before any order is printed. Faults: LAYOUT-UNKNOWN, LAYOUT-PRODUCT-MISMATCH. */
  async check(product: PrintedProduct, signal: AbortSignal): Promise<void> {
    await this.#ask({ kind: 'check', product }, signal);
  }

  /** A PNG of the side as the finished card would look, for the screen: it shows card data and must not be stored in clear. */
  async picture(side: PrintSide, signal: AbortSignal): Promise<Uint8Array> {
    const outcome = await this.#ask({ kind: 'picture', side }, signal);
    if (outcome.kind !== 'picture') throw unexpected();
    return outcome.png;
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    await this.#end('closed');
  }

  async #ask(task: LayoutTask, signal: AbortSignal): Promise<LayoutOutcome> {
    signal.throwIfAborted();
    await this.#running(signal);
    const id = this.#next++;
    return this.#wait(id, signal, () => this.#worker?.postMessage({ id, task } satisfies LayoutRequest));
  }

  /** Resolves when a worker is ready; starts one where none is. Several callers share one start. */
  async #running(signal: AbortSignal): Promise<void> {
    if (this.#state === 'closed') throw new StationFault('LAYOUT-RENDERER-FAILED', { reason: 'closed' });
    this.#starting ??= this.#start().catch((thrown: unknown) => {
      this.#starting = undefined;
      throw thrown;
    });
    await this.#starting;
    signal.throwIfAborted();
  }

  async #start(): Promise<void> {
    const { layoutsFolder, fontListFile, fontFolders } = this.#settings;
    const file = import.meta.url.endsWith('.ts') ? './layout-worker.ts' : './layout-worker.js';
    const worker = new Worker(new URL(file, import.meta.url), {
      workerData: { layoutsFolder, fontListFile, fontFolders } satisfies LayoutWorkerStart,
    });
    this.#worker = worker;
    worker.on('message', (reply: LayoutReply) => this.#waiting.get(reply.id)?.settle(reply.outcome));
    worker.on('error', () => void this.#end('the drawing thread failed', worker));
    worker.on('exit', () => void this.#end('the drawing thread ended', worker));
    await this.#wait(0, new AbortController().signal, () => undefined);
    // An idle painter keeps no process alive.
    worker.unref();
  }

  #wait(id: number, signal: AbortSignal, send: () => void): Promise<LayoutOutcome> {
    const deadline = this.#settings.deadline ?? 30_000;
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', aborted);
        this.#waiting.delete(id);
      };
      const aborted = () => {
        done();
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => {
        done();
        reject(new StationFault('LAYOUT-TIMEOUT', { seconds: deadline / 1000 }));
        void this.#end('the drawing thread hung');
      }, deadline);
      this.#waiting.set(id, {
        settle: (outcome) => {
          done();
          if (outcome.kind === 'fault') reject(new StationFault(outcome.code, outcome.details));
          else resolve(outcome);
        },
      });
      signal.addEventListener('abort', aborted, { once: true });
      send();
    });
  }

  async #end(reason: string, of: Worker | undefined = this.#worker): Promise<void> {
    if (of === undefined || of !== this.#worker) return;
    this.#worker = undefined;
    this.#starting = undefined;
    for (const waiting of this.#waiting.values()) {
      waiting.settle({ kind: 'fault', code: 'LAYOUT-RENDERER-FAILED', details: { reason } });
    }
    await of.terminate();
  }
}

/** What the worker needs of a product; the rest of a whole product would be copied with every task. */
function sendable({ id, version, print, chip, stripe, fields, verification }: PrintedProduct): PrintedProduct {
  return { id, version, print, chip, stripe, fields, verification };
}

function unexpected(): StationFault {
  return new StationFault('LAYOUT-RENDERER-FAILED', { reason: 'unexpected answer' });
}
