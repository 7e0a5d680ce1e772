import { rejectReasons } from '#shared/domain/reject-reason.ts';
import { withPerson } from '../command-context.ts';
import type { CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../table.ts';

/** Reasons of a look, in the contract's words. */
export const lookReasons = ['as-proof', ...rejectReasons] as const;
export type LookReason = (typeof lookReasons)[number];

export interface LookDecision extends CommonOptions {
  readonly reason?: LookReason;
  readonly remark: string;
}

/** The cards that a person must look at, of one batch or of all. */
export function looks(
  batch: string | undefined,
  options: CommonOptions & { readonly all?: true },
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const found = await station.looks.list({
      ...(batch === undefined ? {} : { batch }),
      show: options.all === true ? 'all' : 'outstanding',
    });
    const rows = found.looks.map((look) => [
      look.attempt,
      look.batch,
      look.order,
      look.maskedPan ?? '-',
      look.line,
      look.reason,
      look.decided === null ? 'outstanding' : `${look.decided.result} (${look.decided.reasonCode})`,
    ]);
    return {
      value: found,
      text:
        rows.length === 0
          ? 'No card waits for a look.'
          : table(['ATTEMPT', 'BATCH', 'ORDER', 'PAN', 'LINE', 'WHY', 'RESULT'], rows),
      code: exitCodes.done,
    };
  });
}

/** Records what a person saw on a card. */
export function decideLook(
  attempt: string,
  result: 'good' | 'bad',
  options: LookDecision,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const reasonCode = options.reason ?? (result === 'good' ? 'as-proof' : 'other');
    const view = await station.looks.decide({ attempt, result, reasonCode, remark: options.remark });
    return { value: view, text: `${attempt}: ${result} (${reasonCode}).`, code: exitCodes.done };
  });
}
