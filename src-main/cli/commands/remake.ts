import type { RejectReason, RemakeReason } from '#shared/domain/reject-reason.ts';
import { withPerson } from '../command-context.ts';
import type { CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { signInPlace } from '../dual-control.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../table.ts';
import { secondPerson, type SigningOptions } from './release.ts';

export interface RemakeOptions extends SigningOptions {
  readonly reason: RemakeReason;
  readonly remark: string;
}

export interface RecallOptions extends CommonOptions {
  readonly reason: RejectReason;
  readonly remark: string;
}

/** The orders of a batch that are made again only when two people want it. */
export function remakes(batch: string, options: CommonOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const found = await station.remake.list({ batch });
    const rows = found.remakes.map((one) => [
      one.order,
      one.maskedPan ?? '-',
      one.lost.length,
      one.waits.code,
      one.approval ?? 'not asked',
    ]);
    return {
      value: found,
      text:
        rows.length === 0 ? 'No order waits for a remake.' : table(['ORDER', 'PAN', 'LOST', 'WHY', 'SIGNATURE'], rows),
      code: exitCodes.done,
    };
  });
}

/** Asks for one more blank for an order, and has the second person sign it. */
export function remake(
  batch: string,
  order: string,
  options: RemakeOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  const second = secondPerson(options, `the remake of ${order}`);
  return withPerson(options, around, async (context) => {
    const { reason: reasonCode, remark } = options;
    const request = await context.station.remake.request({ batch, order, reasonCode, remark });
    const approval = await signInPlace(context, request, second);
    const signed = approval.state === 'given' || approval.state === 'used';
    return {
      value: { approval },
      text: signed ? `${order} will be made again.` : `${order} stays held: ${approval.state}.`,
      code: signed || second.refuse !== undefined ? exitCodes.done : exitCodes.needsPerson,
    };
  });
}

/** Turns a good card to rejected. */
export function recall(attempt: string, options: RecallOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const view = await station.remake.recall({ attempt, reasonCode: options.reason, remark: options.remark });
    return { value: view, text: `${attempt}: rejected (${options.reason}). Its order is held.`, code: exitCodes.done };
  });
}
