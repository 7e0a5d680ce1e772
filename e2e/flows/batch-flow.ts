import { eventually } from '../stations/eventually.ts';
import type { WindowClient } from '../stations/window-client.ts';
import type { Approval, Attempt, Balance, Batch, Line } from './views.ts';

const runMs = 180_000;

/** A batch's way through the station, as an operator's window asks for it, step by step. */
export class BatchFlow {
  readonly #window: WindowClient;
  readonly batch: string;

  constructor(window: WindowClient, batch: string) {
    this.#window = window;
    this.batch = batch;
  }

  view(): Promise<Batch> {
    return this.#window.call<Batch>('batches.get', { batch: this.batch });
  }

  /** Waits until the batch is in the named state; an Error at once when it is refused. */
  until(state: string, withinMs = 60_000): Promise<Batch> {
    return eventually(
      `${this.batch} ${state}`,
      async () => {
        const view = await this.view();
        return view.state === state ? view : undefined;
      },
      { withinMs },
    );
  }

  pull(): Promise<Batch> {
    return this.#window.call<Batch>('batches.pull', { batch: this.batch });
  }

  /** Asks for the release and has a supervisor sign it in place; the statement that was signed. */
  async release(supervisor = 'sofia'): Promise<string> {
    const { statement } = await this.#signed('batches.requestRelease', supervisor);
    await this.until('released');
    return statement;
  }

  async start(): Promise<void> {
    await this.#window.call('production.start', { batch: this.batch });
  }

  async resume(): Promise<void> {
    await this.#window.call('production.resume', { batch: this.batch });
  }

  async lines(): Promise<readonly Line[]> {
    return (await this.#window.call<{ lines: readonly Line[] }>('production.lines')).lines;
  }

  /** Waits until the batch is made; a line that asks a person gives an Error, unless `answer` names what to answer. */
  async made(answer?: (line: Line) => string | undefined): Promise<Batch> {
    const asked = new Set<string>();
    const found = await eventually(
      `${this.batch} made`,
      async () => {
        for (const line of await this.lines()) {
          if (line.state !== 'waiting-for-operator' || line.fault === null) continue;
          const choice = answer?.(line);
          if (choice === undefined) return `${line.line} asks: ${line.fault.code} ${line.fault.text}`;
          asked.add(`${line.line} ${line.fault.code}`);
          await this.#window.call('production.resolve', { line: line.line, choice });
        }
        const view = await this.view();
        return view.state === 'made' ? view : view.state === 'stopped' ? `stopped: ${view.trouble?.text}` : undefined;
      },
      { withinMs: runMs },
    );
    if (typeof found === 'string') throw new Error(found);
    return found;
  }

  /** What the lines met while they worked on this batch, newest first, from the journal. */
  async lineFaults(): Promise<readonly { readonly code: string }[]> {
    const { entries } = await this.#window.call<{ entries: readonly { payload: string | null }[] }>('journal.search', {
      kind: 'line.fault',
      subject: this.batch,
    });
    return entries.map(({ payload }) => JSON.parse(payload ?? '{"code":"withheld"}') as { code: string });
  }

  /** Looks at every card that asks for it and finds it as the proof; how many there were. */
  async look(): Promise<number> {
    const { looks } = await this.#window.call<{ looks: readonly { attempt: string }[] }>('looks.list', {
      batch: this.batch,
    });
    for (const { attempt } of looks)
      await this.#window.call('looks.decide', { attempt, result: 'good', reasonCode: 'as-proof' });
    return looks.length;
  }

  balance(): Promise<Balance> {
    return this.#window.call<Balance>('batches.balance', { batch: this.batch });
  }

  async attempts(): Promise<readonly Attempt[]> {
    const { attempts } = await this.#window.call<{ attempts: readonly Attempt[] }>('batches.attempts', {
      batch: this.batch,
      limit: 500,
    });
    return attempts;
  }

  /** Asks for the close and has a supervisor sign it in place. */
  async close(supervisor = 'sofia'): Promise<void> {
    await this.#signed('batches.requestClose', supervisor);
    await this.until('closed');
  }

  async #signed(request: string, supervisor: string): Promise<Approval> {
    const asked = await this.#window.call<Approval>(request, { batch: this.batch });
    const { approval, statementDigest } = asked;
    await this.#window.call('approvals.decide', {
      approval,
      approver: supervisor,
      password: `training-${supervisor}`,
      statementDigest,
      verdict: { kind: 'approve' },
    });
    return asked;
  }
}
