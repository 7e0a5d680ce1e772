import { withPerson, withStation } from '../command-context.ts';
import type { CommandContext, CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../table.ts';

function publicPart({ hello }: CommandContext) {
  const { station, mode, version, notices } = hello;
  return {
    value: { station, mode, version, notices },
    text: [`Station ${station}, version ${version}, ${mode}.`, ...notices.map((notice) => notice.text)].join('\n'),
  };
}

async function fullPart(context: CommandContext): Promise<{ value: object; text: string }> {
  const { station } = context;
  const [home, production, sync] = [
    await station.home.waiting({}),
    await station.production.lines({}),
    await station.sync.state({}),
  ];
  const lines = table(
    ['LINE', 'STATE', 'BATCH', 'MADE', 'REJECTED', 'STEP'],
    production.lines.map((line) => [
      line.line,
      line.state,
      line.batch ?? '-',
      line.made,
      line.rejected,
      line.fault === null ? (line.card?.step ?? '-') : line.fault.text,
    ]),
  );
  const tasks = home.tasks.map((task) => `  ${task.urgent === 'yes' ? '! ' : '  '}${task.title}: ${task.detail}`);
  return {
    value: { lines: production.lines, batch: production.batch, waiting: home.tasks, today: home.today, sync },
    text: [
      lines,
      '',
      tasks.length === 0 ? 'Nothing waits.' : `Waiting:\n${tasks.join('\n')}`,
      `Today: ${home.today.good} good, ${home.today.rejected} rejected, ${home.today.batchesClosed} batches closed.`,
      `CMS: ${sync.state}, ${sync.queued} entries to send.`,
    ].join('\n'),
  };
}

/** What runs here; with a person named, also the lines and what waits. Never starts a station. */
export async function status(options: CommonOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  const first = await withStation(options, around, 'only-running', (context) => Promise.resolve(publicPart(context)));
  if ((options.as ?? around.environment['CARDWRIGHT_PERSON'] ?? '') === '') return { ...first, code: exitCodes.done };
  const rest = await withPerson(options, around, fullPart);
  return { value: { ...first.value, ...rest.value }, text: `${first.text}\n\n${rest.text}`, code: exitCodes.done };
}
