import { setTimeout as sleep } from 'node:timers/promises';
import type { ApprovalView } from '#shared/contract/views/approval-views.ts';
import type { KeyState } from '#shared/domain/key-state.ts';
import type { CommandContext } from './command-context.ts';
import type { CommandOutcome } from './command-outcome.ts';
import type { SecondPerson } from './dual-control.ts';
import { exitCodes } from './exit-codes.ts';
import { signedOutcome } from './until-carried-out.ts';

/** A module may look for the primes of an RSA pair for long. */
const PATIENCE_MS = 120_000;
const LOOK_MS = 200;

/** Waits until the key store has done what was signed, or the station tells that nothing was made. */
export async function untilKey(
  context: CommandContext,
  approval: ApprovalView,
  second: SecondPerson,
  wanted: readonly KeyState[],
): Promise<CommandOutcome> {
  const name = approval.subjects['key'] ?? '';
  if (approval.state !== 'used') return signedOutcome(approval, second, '');
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const key = (await context.station.keys.list({})).keys.find((candidate) => candidate.name === name);
    if (key !== undefined && wanted.includes(key.state)) {
      const text = `${name} is ${key.state}; its check value is ${key.kcv.toUpperCase()}.`;
      return { value: { approval, key }, text, code: exitCodes.done };
    }
    const { tasks } = await context.station.home.waiting({});
    const failed = tasks.find(({ kind, title }) => kind === 'key-not-made' && title.includes(name));
    if (failed !== undefined) {
      return { value: { approval, key: null }, text: `${failed.title}. ${failed.detail}`, code: exitCodes.refused };
    }
    await sleep(LOOK_MS, undefined, { signal: context.signal });
  }
  const text = `The key store has not answered yet; look at the list of keys for ${name}.`;
  return { value: { approval, key: null }, text, code: exitCodes.needsPerson };
}
