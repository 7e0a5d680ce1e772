import type { PrinterRig } from '../../src-sim/printer/printer-rig.ts';
import type { BatchId } from '#shared/domain/identifiers.ts';
import type { Journal } from '../journal/journal.ts';
import type { ProductionService } from './production-service.ts';

const operator = { kind: 'person', person: 'olga' } as const;

/** One batch on the two lines. */
export class RunOnLines {
  readonly journal: Journal;
  readonly batch: BatchId;
  readonly #open: () => ProductionService;
  readonly #machines: readonly { readonly rig: PrinterRig }[];
  service: ProductionService;

  constructor(
    journal: Journal,
    batch: BatchId,
    open: () => ProductionService,
    machines: readonly { readonly rig: PrinterRig }[],
  ) {
    this.journal = journal;
    this.batch = batch;
    this.#open = open;
    this.#machines = machines;
    this.service = open();
    this.#letRemake();
  }

  /** Two people are at hand: a card taken out by hand is made again as soon as its order is held for them. */
  #letRemake(): void {
    this.journal.subscribe((entries) => {
      for (const { header, payload } of entries) {
        const { reason } = payload as { reason?: string };
        if (header.kind !== 'order.held' || !(reason === 'REMAKE-FINISHED-CARD' || reason === 'REMAKE-SPOILED-LIMIT'))
          continue;
        const { issuer, subjects } = header;
        queueMicrotask(() =>
          this.journal.append({
            kind: 'order.remake-released',
            actor: { kind: 'station' },
            issuer,
            subjects,
            payload: { approval: 'ap-fixture' },
          }),
        );
      }
    });
  }

  /** The station goes down where it is, and comes up again on the same journal. */
  async restart(): Promise<void> {
    await this.service.close();
    this.service = this.#open();
  }

  start(lines?: readonly string[]): void {
    this.service.start(this.batch, operator, lines);
  }

  answer(line: string, choice: Parameters<ProductionService['choose']>[1]): void {
    this.service.choose(line, choice, operator);
  }

  /** Resolves when the condition holds, looked at after every change. */
  async until(condition: () => boolean, milliseconds = 60_000): Promise<void> {
    const deadline = performance.now() + milliseconds;
    while (!condition()) {
      if (performance.now() > deadline) throw new Error(`not in time; ${this.told()}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  get state(): string {
    return this.journal.projections.batches.find(this.batch)?.state ?? 'none';
  }

  told(): string {
    return this.service.lines
      .map(({ configuration, runner }) => {
        const { state } = runner;
        return `${configuration.line} ${state.kind} ${state.kind === 'asking' ? state.fault.code : ''}`;
      })
      .join('; ');
  }

  /** Kinds and payloads of the journal's entries of this batch. */
  entries(kind: string): readonly { readonly subjects: Readonly<Record<string, string>>; readonly payload: unknown }[] {
    return this.journal
      .read(1, 100_000)
      .filter(({ header }) => header.kind === kind)
      .map(({ header, payload }) => ({ subjects: header.subjects, payload }));
  }

  /** Cards in the good hoppers and the reject boxes of both machines, as the machines themselves count. */
  async counted(): Promise<{ readonly good: number; readonly rejected: number; readonly fed: number }> {
    const counts = { good: 0, rejected: 0, fed: 0 };
    for (const { rig } of this.#machines) {
      const { counters } = (await rig.inspect()) as unknown as { counters: typeof counts };
      counts.good += counters.good;
      counts.rejected += counters.rejected;
      counts.fed += counters.fed;
    }
    return counts;
  }
}
