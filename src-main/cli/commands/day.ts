import type { DayView } from '#shared/contract/views/stock-views.ts';
import { withPerson } from '../command-context.ts';
import type { CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../table.ts';
import { signedAndDone, signedOutcome } from '../until-carried-out.ts';
import { secondPerson } from './release.ts';
import type { SigningOptions } from './release.ts';

function dayText(day: DayView): string {
  const rows = day.lots.map(({ lot, figures: of }) =>
    of === null
      ? [lot, '?', '?', '?', '?', '?', '?', '?']
      : [lot, of.opening, of.received + of.found, of.good, of.rejected + of.spoiled, of.test, of.missing, of.closing],
  );
  const said = [...day.obstacles, ...day.differences].map(({ text, next }) => `${text} ${next}`);
  const figures = table(['LOT', 'OPENING', 'IN', 'GOOD', 'REJECTED', 'TEST', 'MISSING', 'CLOSING'], rows);
  return [`Day ${day.day} is ${day.state}.`, figures, ...said].join('\n');
}

/** The open day, its figures, and what stands in the way of closing it. */
export function showDay(options: CommonOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const view = await station.stock.day({});
    const text = view.open === null ? 'No day is open.' : dayText(view.open);
    return { value: view, text, code: exitCodes.done };
  });
}

/** Opens a day: only then cards may be begun. */
export function openDay(options: CommonOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const day = await station.stock.openDay({});
    return { value: { day }, text: `Day ${day.day} is open.`, code: exitCodes.done };
  });
}

export interface CloseDayOptions extends SigningOptions {
  readonly reason?: string;
}

/** Closes the day; a second person signs, and with a difference it takes a reason and a supervisor. */
export async function closeDay(options: CloseDayOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  const { reason = '' } = options;
  const second = secondPerson(options, 'the close of the day');
  return withPerson(options, around, async (context) => {
    const request = await context.station.stock.requestDayClose({ reason });
    const view = await signedAndDone(context, request, second);
    return signedOutcome(view, second, `Day ${view.subjects['day'] ?? ''} is closed.`);
  });
}
