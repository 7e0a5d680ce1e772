import { Worker } from 'node:worker_threads';
import type { PrintPanel } from '#shared/domain/print-side.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { within } from '../../../links/within.ts';
import type { PackedPanel, PackReply, PackRequest } from './panel-message.ts';

/** Longest wait for one panel; it takes about a fiftieth of a second. */
const deadline = 20_000;

interface Waiting {
  readonly resolve: (panel: PackedPanel) => void;
  readonly reject: (fault: unknown) => void;
}

/**
 * Writes panels as printer commands in a thread of its own, which all printers of this language share: turning and packing
 * 658,368 dots would hold the station up. Starts with the first panel; whoever makes it closes it.
 */
export class PanelPacker {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #next = 1;
  #state: 'open' | 'closed' = 'open';

  /** The download command of a panel. PRINTER-PANEL when it has another form. */
  async pack(panel: PrintPanel, signal: AbortSignal): Promise<PackedPanel> {
    const worker = this.#running();
    const id = this.#next++;
    try {
      return await within<PackedPanel>({ deadline, signal }, 'packing a panel', (settle) => {
        this.#waiting.set(id, settle);
        worker.postMessage({ id, kind: panel.kind, samples: panel.samples } satisfies PackRequest);
      });
    } finally {
      this.#waiting.delete(id);
    }
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    await this.#worker?.terminate();
    this.#fail('closed');
  }

  #running(): Worker {
    if (this.#state === 'closed') throw new StationFault('PRINTER-PANEL', { reason: 'the packing thread is closed' });
    if (this.#worker !== null) return this.#worker;
    const file = import.meta.url.endsWith('.ts') ? './panel-worker.ts' : './panel-worker.js';
    const worker = new Worker(new URL(file, import.meta.url));
    // An idle thread keeps no program alive.
    worker.unref();
    worker.on('message', (reply: PackReply) => {
      const waiting = this.#waiting.get(reply.id);
      if (reply.kind === 'packed') waiting?.resolve(reply.panel);
      else waiting?.reject(new StationFault('PRINTER-PANEL', { reason: reply.reason }));
    });
    worker.on('error', () => this.#fail('the packing thread failed'));
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null;
      this.#fail('the packing thread ended');
    });
    this.#worker = worker;
    return worker;
  }

  #fail(reason: string): void {
    for (const waiting of this.#waiting.values()) waiting.reject(new StationFault('PRINTER-PANEL', { reason }));
  }
}
