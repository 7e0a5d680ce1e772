import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchView } from '#shared/contract/views/batch-views.ts';
import type { LineChoice, LineView, ProductionView } from '#shared/contract/views/line-views.ts';
import type { CommandContext } from './command-context.ts';

/** How often the batch itself is looked at, whatever the live view says. */
const LOOK_MS = 2_000;
/** A line that asks counts as stuck only after nothing else has moved for this long. */
const STUCK_MS = 1_500;

const over: ReadonlySet<string> = new Set(['made', 'stopped', 'paused', 'refused', 'close-requested', 'closed']);

/** Where a run stands when its follower leaves it. */
export type RunEnd =
  | { readonly kind: 'over'; readonly batch: BatchView }
  | { readonly kind: 'needs-person'; readonly batch: BatchView; readonly lines: readonly LineView[] };

export interface RunFollowing {
  readonly batch: string;
  readonly narrate: (text: string) => void;
  /** Answers a line that asks; null where nobody is there to. Called once for each fault. */
  readonly answer: ((line: LineView) => Promise<LineChoice['choice'] | null>) | null;
  /** Called with each view of the lines, one at a time. */
  readonly eachView?: (view: ProductionView) => Promise<void>;
}

function cardWords(line: LineView): string {
  const { card } = line;
  return card === null ? '' : `${card.order}${card.maskedPan === null ? '' : ` ${card.maskedPan}`} ${card.step}`;
}

/** What changed on a line since it was last told, in one sentence each. */
export function lineNews(before: LineView | undefined, line: LineView): string[] {
  const news: string[] = [];
  if (before !== undefined && line.made > before.made) news.push(`${line.line}: good (${line.made} on this line)`);
  if (before !== undefined && line.rejected > before.rejected)
    news.push(`${line.line}: rejected (${line.rejected} on this line)`);
  if (line.card !== null && cardWords(line) !== (before === undefined ? '' : cardWords(before)))
    news.push(`${line.line}: ${cardWords(line)}`);
  if (line.fault !== null && line.fault.since !== before?.fault?.since)
    news.push(`${line.line}: ${line.fault.text} ${line.fault.next}`);
  if (line.fault === null && before !== undefined && before.fault !== null) news.push(`${line.line}: goes on`);
  return news;
}

class RunFollower {
  readonly #context: CommandContext;
  readonly #following: RunFollowing;
  readonly #told = new Map<string, LineView>();
  readonly #asked = new Map<string, string>();
  /** Faults that the person at the terminal leaves to somebody else. */
  readonly #left = new Set<string>();
  #stuckSince: number | null = null;
  #asking: Promise<void> = Promise.resolve();

  constructor(context: CommandContext, following: RunFollowing) {
    this.#context = context;
    this.#following = following;
  }

  /** Takes one view; the lines that nobody can answer when nothing else moves, or null to go on. */
  async take(view: ProductionView): Promise<readonly LineView[] | null> {
    for (const line of view.lines) {
      for (const news of lineNews(this.#told.get(line.line), line)) this.#following.narrate(news);
      this.#told.set(line.line, line);
      this.#ask(line);
    }
    await this.#following.eachView?.(view);
    // A line that cannot begin, because its blanks are of another kind, has no batch yet.
    return this.#stuck(view.lines.filter((line) => line.batch === null || line.batch === this.#following.batch));
  }

  #ask(line: LineView): void {
    const { answer } = this.#following;
    if (answer === null || line.fault === null || line.fault.choices.length === 0) return;
    if (this.#asked.get(line.line) === line.fault.since) return;
    this.#asked.set(line.line, line.fault.since);
    // One question at a time, while the other lines are told on.
    this.#asking = this.#asking.then(async () => {
      const current = this.#told.get(line.line);
      if (current?.fault?.since !== line.fault?.since) return;
      try {
        const choice = await answer(line);
        if (choice === null) this.#left.add(`${line.line} ${line.fault?.since}`);
        else await this.#context.station.production.resolve({ line: line.line, choice });
      } catch {
        this.#following.narrate(`${line.line}: the answer was not taken; the line may have gone on by itself.`);
        this.#asked.delete(line.line);
      }
    });
  }

  #stuck(lines: readonly LineView[]): readonly LineView[] | null {
    const waiting = lines.filter((line) => line.state === 'waiting-for-operator');
    const moving = lines.some((line) => line.state === 'working' || line.state === 'finishing');
    const answerable =
      this.#following.answer !== null &&
      waiting.some((line) => line.fault === null || !this.#left.has(`${line.line} ${line.fault.since}`));
    if (answerable || waiting.length === 0 || moving) {
      this.#stuckSince = null;
      return null;
    }
    this.#stuckSince ??= performance.now();
    return performance.now() - this.#stuckSince >= STUCK_MS ? waiting : null;
  }
}

/**
 * Follows the lines until the batch is over, or until only a person can go on and nobody is there. The run itself does not depend on
 * its follower. STATION-LINK-LOST when the connection ends; the signal's reason when aborted.
 */
export async function followRun(context: CommandContext, following: RunFollowing): Promise<RunEnd> {
  const { station, signal, lost } = context;
  const stop = new AbortController();
  const stopped = AbortSignal.any([stop.signal, signal, lost]);
  const follower = new RunFollower(context, following);
  let latest = await station.production.lines({});
  const watch: { state: 'open' | 'ended' } = { state: 'open' };
  // Only the newest view counts: the reader is never behind the lines.
  const reading = (async () => {
    for await (const view of await station.production.watch({}, { signal: stopped })) latest = view;
  })()
    .catch(() => undefined)
    .finally(() => (watch.state = 'ended'));
  try {
    let looked = performance.now();
    let batch = await station.batches.get({ batch: following.batch });
    for (;;) {
      signal.throwIfAborted();
      lost.throwIfAborted();
      const stuck = await follower.take(latest);
      if (stuck !== null) return { kind: 'needs-person', batch, lines: stuck };
      const ended = latest.batch?.batch === following.batch && over.has(latest.batch.state);
      if (ended || performance.now() - looked >= LOOK_MS) {
        batch = await station.batches.get({ batch: following.batch });
        if (watch.state === 'ended') latest = await station.production.lines({});
        looked = performance.now();
        if (over.has(batch.state)) {
          await follower.take(await station.production.lines({}));
          return { kind: 'over', batch };
        }
      }
      await sleep(100, undefined, { signal: stopped }).catch(() => undefined);
    }
  } finally {
    stop.abort();
    await reading;
  }
}
