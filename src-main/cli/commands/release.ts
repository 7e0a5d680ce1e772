import { StationFault } from '#shared/faults/station-fault.ts';
import { batchSentence } from '../batch-lines.ts';
import { withPerson } from '../command-context.ts';
import type { CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { signInPlace } from '../dual-control.ts';
import { exitCodes } from '../exit-codes.ts';
import { untilState } from '../until-state.ts';

/** What a command with a second person takes. */
export interface SigningOptions extends CommonOptions {
  readonly approver: readonly string[];
  readonly yes?: true;
  readonly refuse?: string;
}

/** The second person of a command line. CLI-APPROVER-NEEDED when nobody is named. */
export function secondPerson(options: SigningOptions, act: string) {
  if (options.approver.length === 0) throw new StationFault('CLI-APPROVER-NEEDED', { act });
  return {
    approvers: options.approver,
    confirmed: options.yes === true ? 'yes' : 'ask',
    ...(options.refuse === undefined ? {} : { refuse: options.refuse }),
  } as const;
}

/** Asks for the release of a batch, or takes the request that waits, and has the second person sign it. */
export async function release(
  batch: string,
  options: SigningOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  const second = secondPerson(options, `the release of ${batch}`);
  return withPerson(options, around, async (context) => {
    const { station } = context;
    const before = await station.batches.get({ batch });
    const request =
      before.state === 'release-requested' && before.approval !== null
        ? await station.approvals.get({ approval: before.approval })
        : await station.batches.requestRelease({ batch });
    const approval = await signInPlace(context, request, second);
    const signed = approval.state === 'given' || approval.state === 'used';
    const view = signed ? await untilState(context, batch, 'released') : await station.batches.get({ batch });
    const asWished = view.state === 'released' || (second.refuse !== undefined && approval.state === 'refused');
    return {
      value: { batch: view, approval },
      text: batchSentence(view),
      code: asWished ? exitCodes.done : exitCodes.needsPerson,
    };
  });
}
