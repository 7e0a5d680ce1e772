import { writeFile } from 'node:fs/promises';
import type { BatchView } from '#shared/contract/views/batch-views.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { balanceTable, batchSentence } from '../batch-lines.ts';
import { withPerson } from '../command-context.ts';
import type { CommandContext, CommandSurroundings } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { signInPlace } from '../dual-control.ts';
import type { SecondPerson } from '../dual-control.ts';
import { exitCodes } from '../exit-codes.ts';
import { untilState } from '../until-state.ts';
import { secondPerson } from './release.ts';
import type { SigningOptions } from './release.ts';

export interface CloseOptions extends SigningOptions {
  readonly report?: string;
}

/** Asks for the close, or takes the request that waits, has it signed, and waits until it is done. CLI-NOT-BALANCED before anything is asked. */
export async function closeSigned(
  context: CommandContext,
  batch: string,
  second: SecondPerson,
  passwordFor?: (approver: string) => Promise<string>,
): Promise<BatchView> {
  const { station } = context;
  const before = await station.batches.get({ batch });
  if (before.state === 'closed') throw new StationFault('CLI-BATCH-STATE', { batch, state: before.state });
  const balance = await station.batches.balance({ batch });
  context.say(balanceTable(balance));
  if (balance.obstacles.length > 0) {
    const obstacles = balance.obstacles.map(({ text, next }) => `${text} ${next}`).join(' ');
    throw new StationFault('CLI-NOT-BALANCED', { batch, obstacles });
  }
  const request =
    before.state === 'close-requested' && before.approval !== null
      ? await station.approvals.get({ approval: before.approval })
      : await station.batches.requestClose({ batch });
  const approval = await signInPlace(context, request, second, passwordFor);
  const signed = approval.state === 'given' || approval.state === 'used';
  return signed ? untilState(context, batch, 'closed') : station.batches.get({ batch });
}

/** Saves the report of a closed batch. CLI-FILE when the file exists already or cannot be written. */
export async function saveReport(context: CommandContext, batch: string, file: string): Promise<void> {
  const { pdfBase64 } = await context.station.batches.report({ batch });
  try {
    await writeFile(file, Buffer.from(pdfBase64, 'base64'), { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new StationFault('CLI-FILE', { file, reason }, cause);
  }
}

/** Closes a batch whose balance is zero; a supervisor signs, and the batch's key is destroyed. */
export async function close(
  batch: string,
  options: CloseOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  const second = secondPerson(options, `the close of ${batch}`);
  return withPerson(options, around, async (context) => {
    const view = await closeSigned(context, batch, second);
    if (view.state === 'closed' && options.report !== undefined) await saveReport(context, batch, options.report);
    const saved = view.state === 'closed' && options.report !== undefined ? `\nReport: ${options.report}` : '';
    const asWished = view.state === 'closed' || second.refuse !== undefined;
    return {
      value: { batch: view, report: saved === '' ? null : options.report },
      text: `${batchSentence(view)}${saved}`,
      code: asWished ? exitCodes.done : exitCodes.needsPerson,
    };
  });
}
