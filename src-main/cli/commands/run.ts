import { StationFault } from '#shared/faults/station-fault.ts';
import type { BatchView } from '#shared/contract/views/batch-views.ts';
import { askChoice } from '../ask-choice.ts';
import { batchSentence } from '../batch-lines.ts';
import { withPerson } from '../command-context.ts';
import type { CommandContext, CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';
import { followRun } from '../follow-run.ts';

export interface RunOptions extends CommonOptions {
  readonly lines?: readonly string[];
}

/** Starts or resumes the batch where it stands so; CLI-BATCH-STATE where it cannot run. */
export async function setRunning(
  context: CommandContext,
  batch: BatchView,
  lines: readonly string[] | undefined,
): Promise<void> {
  const { production } = context.station;
  switch (batch.state) {
    case 'released':
      await production.start({ batch: batch.batch, ...(lines === undefined ? {} : { lines: [...lines] }) });
      return;
    case 'paused':
    case 'stopped':
      await production.resume({ batch: batch.batch });
      return;
    case 'running':
    case 'made':
      return;
    case 'leased':
    case 'receiving':
    case 'ready':
    case 'refused':
    case 'release-requested':
    case 'close-requested':
    case 'closed':
    case 'lost':
      throw new StationFault('CLI-BATCH-STATE', { batch: batch.batch, state: batch.state });
  }
}

/** Runs a batch and follows its lines until it is made; a line that asks is answered at the terminal. */
export function run(batch: string, options: RunOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async (context) => {
    const { station, terminal } = context;
    await setRunning(context, await station.batches.get({ batch }), options.lines);
    const narrate = (text: string) => terminal.aside(`${new Date().toLocaleTimeString('en-GB')}  ${text}`);
    const end = await followRun(context, {
      batch,
      narrate,
      answer: terminal.person === 'there' ? (line) => askChoice(line, context) : null,
    });
    if (end.kind === 'needs-person') {
      const faults = end.lines.map((line) => ({ line: line.line, fault: line.fault }));
      const what = end.lines.map((line) => `${line.title} waits: ${line.fault?.text ?? line.state}`).join(' ');
      return {
        value: { batch: end.batch, needsPerson: faults },
        text: `${what}\nAnswer it in a window, or run this command at a terminal.`,
        code: exitCodes.needsPerson,
      };
    }
    const { counts, state } = end.batch;
    const looks = counts.looksOutstanding > 0 ? '\nLook at the named cards next: station looks.' : '';
    const made = state === 'made' || state === 'close-requested' || state === 'closed';
    return {
      value: { batch: end.batch, needsPerson: [] },
      text: `${batchSentence(end.batch)}${looks}`,
      code: made ? exitCodes.done : exitCodes.needsPerson,
    };
  });
}
