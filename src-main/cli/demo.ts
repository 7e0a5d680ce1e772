import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchView } from '#shared/contract/views/batch-views.ts';
import type { HelloView } from '#shared/contract/views/session-views.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { asPerson, withStation } from './command-context.ts';
import type { CommandContext, CommandSurroundings, CommonOptions } from './command-context.ts';
import type { CommandOutcome } from './command-outcome.ts';
import { batchSentence } from './batch-lines.ts';
import { closeSigned, saveReport } from './commands/close.ts';
import { setRunning } from './commands/run.ts';
import { signInPlace } from './dual-control.ts';
import { exitCodes } from './exit-codes.ts';
import { followRun } from './follow-run.ts';
import { untilState } from './until-state.ts';

type TrainingPerson = HelloView['trainingPeople'][number];

/** The product whose card has everything: print, stripe and chip. */
const FULL_PRODUCT = 'emv-debit@';
const IN_STEP_MS = 20_000;

interface Cast {
  readonly operator: TrainingPerson;
  readonly supervisor: TrainingPerson;
}

/** The two people of the demonstration, by what the login screen shows. CLI-NOT-TRAINING where it shows nobody. */
function castOf({ mode, trainingPeople }: HelloView): Cast {
  const find = (role: TrainingPerson['role']) =>
    trainingPeople.find((person) => person.role === role && person.issuers === 'all');
  const [operator, supervisor] = [find('operator'), find('supervisor')];
  if (mode !== 'training' || operator === undefined || supervisor === undefined)
    throw new StationFault('CLI-NOT-TRAINING', { mode });
  return { operator, supervisor };
}

/** A batch that an interrupted demonstration left, or else the smallest full one that waits at the CMS, pulled. CLI-NOTHING-WAITS. */
async function firstBatch(context: CommandContext): Promise<BatchView> {
  const { station } = context;
  const open = await station.batches.list({ state: 'open', limit: 500 });
  const begun = open.batches.find((batch) => batch.product.startsWith(FULL_PRODUCT) && batch.state !== 'refused');
  if (begun !== undefined) {
    context.say(`Going on with ${begun.batch}, which is ${begun.state}.`);
    return begun;
  }
  const { batches } = await station.batches.available({});
  const [smallest] = batches
    .filter((batch) => batch.product.startsWith(FULL_PRODUCT))
    .toSorted((one, other) => one.count - other.count || one.batch.localeCompare(other.batch));
  if (smallest === undefined) throw new StationFault('CLI-NOTHING-WAITS');
  context.say(`Pulling ${smallest.batch}: ${smallest.count} x ${smallest.productTitle} for ${smallest.issuerTitle}`);
  return station.batches.pull({ batch: smallest.batch });
}

async function released(context: CommandContext, batch: BatchView, { supervisor }: Cast): Promise<BatchView> {
  const { station } = context;
  if (batch.state !== 'ready' && batch.state !== 'release-requested') return batch;
  context.say(`Asking for the release; ${supervisor.displayName} reads and signs:`);
  const request =
    batch.approval !== null && batch.state === 'release-requested'
      ? await station.approvals.get({ approval: batch.approval })
      : await station.batches.requestRelease({ batch: batch.batch });
  await signInPlace(context, request, { approvers: [supervisor.person], confirmed: 'yes' }, () =>
    Promise.resolve(supervisor.password),
  );
  return untilState(context, batch.batch, 'released');
}

/** Looks at each card that asks for it; the virtual printer prints as the proof shows. */
async function lookAtCards(context: CommandContext, batch: string): Promise<void> {
  const { looks } = await context.station.looks.list({ batch });
  for (const look of looks) {
    const { attempt } = look;
    await context.station.looks.decide({ attempt, result: 'good', reasonCode: 'as-proof', remark: 'demonstration' });
    context.say(`Looked at ${look.order} (${look.reason}): as the proof`);
  }
}

async function made(context: CommandContext, batch: BatchView): Promise<BatchView> {
  await setRunning(context, batch, undefined);
  const narrate = (text: string) => context.terminal.aside(`  ${text}`);
  const end = await followRun(context, { batch: batch.batch, narrate, answer: null });
  if (end.kind === 'over' && end.batch.state !== 'stopped' && end.batch.state !== 'paused') {
    await lookAtCards(context, batch.batch);
    return context.station.batches.get({ batch: batch.batch });
  }
  const lines = end.kind === 'needs-person' ? end.lines : [];
  const what = lines.map((line) => `${line.title}: ${line.fault?.text ?? line.state}`).join(' ');
  throw new StationFault('CLI-NEEDS-PERSON', { what: what === '' ? batchSentence(end.batch) : what });
}

/** Waits until the CMS has everything; a CMS that is away does not spoil a made batch. */
async function inStep(context: CommandContext): Promise<string> {
  const deadline = performance.now() + IN_STEP_MS;
  let state = await context.station.sync.now({});
  while (state.queued > 0 && performance.now() < deadline) {
    await sleep(300, undefined, { signal: context.signal });
    state = await context.station.sync.state({});
  }
  return `The CMS holds ${state.acknowledged} journal entries${state.queued > 0 ? `, ${state.queued} are still to be sent` : ''}.`;
}

/** The folders in which the virtual printers draw their cards, with how many pictures each holds now. */
export function pictureFolders(dataFolder: string): { readonly folder: string; readonly pictures: number }[] {
  const devices = path.join(dataFolder, 'devices');
  if (!existsSync(devices)) return [];
  return readdirSync(devices)
    .toSorted()
    .map((device) => path.join(devices, device, 'pictures'))
    .filter((folder) => existsSync(folder))
    .map((folder) => ({ folder, pictures: readdirSync(folder).filter((name) => name.endsWith('.png')).length }));
}

/** Where the report lies: the station's own file, or a copy made here of what it answers. */
async function reportFile(context: CommandContext, dataFolder: string, batch: string): Promise<string> {
  const file = path.join(dataFolder, 'reports', `${batch}.pdf`);
  if (existsSync(file)) return file;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await saveReport(context, batch, file);
  return file;
}

async function play(context: CommandContext, cast: Cast): Promise<CommandOutcome> {
  const { operator, supervisor } = cast;
  context.say(`${operator.displayName} works, ${supervisor.displayName} signs.`);
  const pulled = await firstBatch(context);
  context.say(batchSentence(pulled));
  const ready = await released(context, pulled, cast);
  context.say(batchSentence(ready));
  if (ready.state !== 'made' && ready.state !== 'close-requested')
    context.say(batchSentence(await made(context, ready)));
  else await lookAtCards(context, ready.batch);
  context.say(`Closing; ${supervisor.displayName} reads and signs:`);
  const closed = await closeSigned(context, ready.batch, { approvers: [supervisor.person], confirmed: 'yes' }, () =>
    Promise.resolve(supervisor.password),
  );
  if (closed.state !== 'closed')
    throw new StationFault('CLI-BATCH-STATE', { batch: closed.batch, state: closed.state });
  const sent = await inStep(context);
  const { dataFolder } = await context.station.about.get({});
  const report = await reportFile(context, dataFolder, closed.batch);
  const pictures = pictureFolders(dataFolder);
  return {
    value: { batch: closed, pictures, report },
    text: [
      context.terminal.paint('good', batchSentence(closed)),
      sent,
      ...pictures.map((one) => `Card pictures: ${one.folder} (${one.pictures})`),
      `Batch report:  ${report}`,
    ].join('\n'),
    code: exitCodes.done,
  };
}

/**
 * Makes the first training batch from the pull to the close, through the same contract and with the same two people as anybody. What
 * an interrupted demonstration left is finished first.
 */
export function demo(options: CommonOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withStation(options, around, 'start', (context) => {
    const cast = castOf(context.hello);
    const { person, password } = cast.operator;
    return asPerson(context, person, password, options.takeOver === true ? 'yes' : 'no', () => play(context, cast));
  });
}
