import type { BatchView } from '#shared/contract/views/batch-views.ts';
import type { Act } from '#shared/domain/roles.ts';
import type { Route } from '../../router/route.ts';

export type BatchCommand = BatchView['commands'][number];

/** The one thing that comes next for a batch: a command to give, a screen to open, or waiting for somebody else. */
export type NextStep =
  | { readonly kind: 'command'; readonly command: BatchCommand }
  | { readonly kind: 'open'; readonly word: 'sign' | 'watch' | 'look'; readonly route: Route }
  | { readonly kind: 'wait'; readonly word: 'receiving' | 'refused' | 'other-person' | 'done' };

/** Commands in the order in which they are the way forward. */
const forward: readonly BatchCommand[] = ['request-release', 'start', 'resume', 'request-close', 'report'];

/** Finds the next step from the commands that the station allows now; the page never guesses what is allowed. */
export function nextStep(batch: BatchView, may: (act: Act) => boolean): NextStep {
  if ((batch.state === 'release-requested' || batch.state === 'close-requested') && batch.approval !== null)
    return { kind: 'open', word: 'sign', route: { kind: 'approval', approval: batch.approval } };
  if (batch.state === 'running') return { kind: 'open', word: 'watch', route: { kind: 'run' } };
  const command = forward.find((one) => batch.commands.includes(one));
  const looksStandInTheWay = batch.state === 'made' && batch.counts.looksOutstanding > 0;
  if (looksStandInTheWay && may('decide-look'))
    return { kind: 'open', word: 'look', route: { kind: 'looks', batch: batch.batch } };
  if (command !== undefined) return { kind: 'command', command };
  if (batch.state === 'leased' || batch.state === 'receiving') return { kind: 'wait', word: 'receiving' };
  if (batch.state === 'refused') return { kind: 'wait', word: 'refused' };
  return { kind: 'wait', word: batch.state === 'closed' ? 'done' : 'other-person' };
}
