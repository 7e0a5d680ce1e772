import { Worker } from 'node:worker_threads';
import { utf8 } from '#shared/bytes/bytes.ts';
import { orderFieldName, type OrderFieldName, type OrderFields } from '#shared/domain/order-field.ts';
import { fromUtf8 } from '#shared/bytes/bytes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { digestOfReading } from '../chip-reading.ts';
import type { PrintProof, PrintSubject, Verdict } from '../port.ts';
import type { PrintReading } from './judge-print.ts';
import type { JudgeReply, JudgeRequest, JudgeTask, PanelJudgeStart } from './panel-judge-message.ts';

/** Longest wait for one card; it takes a fifth of a second. */
const deadline = 60_000;

interface Waiting {
  readonly resolve: (reading: PrintReading) => void;
  readonly reject: (fault: StationFault) => void;
}

export interface PanelJudgeOptions extends PanelJudgeStart {
  /** `on` where every card bears SPECIMEN. */
  readonly specimen: 'on' | 'off';
}

/**
 * Proves cards as sent to the printer, in a thread of its own that all lines share: reading ten panels would hold the station up. Starts with
 * the first card; whoever makes it closes it.
 */
export class PanelJudge implements PrintProof {
  readonly #options: PanelJudgeOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #next = 1;
  #state: 'open' | 'closed' = 'open';

  constructor(options: PanelJudgeOptions) {
    this.#options = options;
  }

  async provePrint(card: PrintSubject, commands: readonly Uint8Array[], signal: AbortSignal): Promise<Verdict> {
    const { print } = card.product;
    const task: JudgeTask = {
      commands,
      front: print.front,
      back: print.back === 'none' ? null : print.back,
      fields: fieldsOf(card),
      specimen: this.#options.specimen === 'on' && print.ribbon === 'k' ? 'in-black' : 'elsewhere',
    };
    const { findings, read } = await this.#ask(task, signal);
    const readDigest = digestOfReading(
      card.digestKey,
      read.map((text) => utf8(text)),
    );
    const verdict = findings.length === 0 ? 'same' : 'differs';
    return { part: 'print', verdict, findings, readDigest, transactionCounter: null, checks: [] };
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    await this.#end('closed');
  }

  #ask(task: JudgeTask, signal: AbortSignal): Promise<PrintReading> {
    signal.throwIfAborted();
    const worker = this.#running();
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', aborted);
        this.#waiting.delete(id);
      };
      const aborted = (): void => {
        done();
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => {
        done();
        reject(new StationFault('PROOF-PRINT-READER', { reason: 'it takes too long' }));
        void this.#end('it hung');
      }, deadline);
      signal.addEventListener('abort', aborted, { once: true });
      this.#waiting.set(id, {
        resolve: (reading) => {
          done();
          resolve(reading);
        },
        reject: (fault) => {
          done();
          reject(fault);
        },
      });
      worker.postMessage({ id, task } satisfies JudgeRequest);
    });
  }

  #running(): Worker {
    if (this.#state === 'closed') throw new StationFault('PROOF-PRINT-READER', { reason: 'closed' });
    if (this.#worker !== null) return this.#worker;
    const { layoutsFolder, fonts } = this.#options;
    const file = import.meta.url.endsWith('.ts') ? './panel-judge-worker.ts' : './panel-judge-worker.js';
    const worker = new Worker(new URL(file, import.meta.url), {
      workerData: { layoutsFolder, fonts } satisfies PanelJudgeStart,
    });
    // An idle thread keeps no program alive.
    worker.unref();
    worker.on('message', (reply: JudgeReply) => {
      const waiting = this.#waiting.get(reply.id);
      if (reply.kind === 'read') waiting?.resolve(reply.reading);
      else waiting?.reject(new StationFault('PROOF-PRINT-READER', { reason: reply.reason }));
    });
    worker.on('error', () => void this.#end('the thread failed', worker));
    worker.on('exit', () => void this.#end('the thread ended', worker));
    this.#worker = worker;
    return worker;
  }

  async #end(reason: string, of: Worker | null = this.#worker): Promise<void> {
    if (of === null || of !== this.#worker) return;
    this.#worker = null;
    for (const waiting of this.#waiting.values()) waiting.reject(new StationFault('PROOF-PRINT-READER', { reason }));
    await of.terminate();
  }
}

function fieldsOf(card: PrintSubject): OrderFields {
  const fields: Partial<Record<OrderFieldName, string>> = {};
  for (const name of orderFieldName.options) {
    try {
      fields[name] = fromUtf8(card.resolve(`record:${name}`));
    } catch (thrown) {
      if (!(thrown instanceof StationFault) || thrown.code !== 'PREPARATION-NO-VALUE') throw thrown;
    }
  }
  return fields;
}
