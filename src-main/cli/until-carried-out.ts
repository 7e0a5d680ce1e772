import { setTimeout as sleep } from 'node:timers/promises';
import type { ApprovalView } from '#shared/contract/views/approval-views.ts';
import type { CommandContext } from './command-context.ts';
import type { CommandOutcome } from './command-outcome.ts';
import { signInPlace, type SecondPerson } from './dual-control.ts';
import { exitCodes } from './exit-codes.ts';

const CARRIED_OUT_MS = 30_000;
const LOOK_MS = 100;

/** Has a request signed in place, and waits until the station has carried it out, or has withdrawn what no longer fits. */
export async function signedAndDone(
  context: CommandContext,
  request: ApprovalView,
  second: SecondPerson,
): Promise<ApprovalView> {
  let view = await signInPlace(context, request, second);
  const deadline = performance.now() + CARRIED_OUT_MS;
  while (view.state === 'given' && performance.now() < deadline) {
    await sleep(LOOK_MS, undefined, { signal: context.signal });
    view = await context.station.approvals.get({ approval: view.approval });
  }
  return view;
}

/** What a command about a signed act tells: `done` where it was carried out, else how the request stands. */
export function signedOutcome(
  view: ApprovalView,
  second: SecondPerson,
  done: string,
  value: object = {},
): CommandOutcome {
  const asWished = view.state === 'used' || (second.refuse !== undefined && view.state === 'refused');
  return {
    value: { approval: view, ...value },
    text: view.state === 'used' ? done : `The request is ${view.state}.`,
    code: asWished ? exitCodes.done : exitCodes.needsPerson,
  };
}
