import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchView } from '#shared/contract/views/batch-views.ts';
import type { CommandContext } from './command-context.ts';

/** Release waits for the CMS's grants, close for the key store and the report. */
const CARRIED_OUT_MS = 60_000;
const LOOK_MS = 200;

/** Waits until what was signed has been carried out; the batch as it is then, or as it is after a minute. */
export async function untilState(
  context: CommandContext,
  batch: string,
  state: 'released' | 'closed',
): Promise<BatchView> {
  const deadline = performance.now() + CARRIED_OUT_MS;
  for (;;) {
    const view = await context.station.batches.get({ batch });
    if (view.state === state || performance.now() > deadline) return view;
    await sleep(LOOK_MS, undefined, { signal: context.signal });
  }
}
