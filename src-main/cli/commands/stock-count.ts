import type { CountView } from '#shared/contract/views/stock-views.ts';
import { withPerson } from '../command-context.ts';
import type { CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../table.ts';
import { signedAndDone, signedOutcome } from '../until-carried-out.ts';
import { secondPerson } from './release.ts';
import type { SigningOptions } from './release.ts';

function rows(counts: readonly CountView[]): string {
  const told = counts.map((one) => [one.count, one.placeTitle, one.itemTitle, one.state, one.difference ?? '-']);
  return table(['COUNT', 'PLACE', 'WHAT', 'STATE', 'DIFFERENCE'], told);
}

/** The counts that are not over. */
export function openCounts(options: CommonOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const { counts } = await station.stock.counts({ limit: 500 });
    return { value: { counts }, text: rows(counts), code: exitCodes.done };
  });
}

/** Begins a blind count of everything at a place. */
export function beginCount(
  place: string,
  options: CommonOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const named = ['vault', 'good-cards', 'rejects', 'used-ribbons'].includes(place) || place.includes('/');
    const { counts } = await station.stock.openCounts({ place: named ? place : `line/${place}` });
    return { value: { counts }, text: rows(counts), code: exitCodes.done };
  });
}

/** Gives the figure that was counted. */
export function enterCount(
  count: string,
  figure: number,
  options: CommonOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const view = await station.stock.enterCount({ count, figure });
    const next = view.state === 'second' ? 'Another person must count.' : 'Give the reason and have it signed.';
    return {
      value: { count: view },
      text: view.state === 'same' ? 'It agrees.' : `It differs. ${next}`,
      code: view.state === 'same' ? exitCodes.done : exitCodes.needsPerson,
    };
  });
}

export interface DifferenceOptions extends SigningOptions {
  readonly reason: string;
}

/** Books the difference of two counts; a supervisor who did not count signs. */
export async function bookDifference(
  count: string,
  options: DifferenceOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  const second = secondPerson(options, `the difference of ${count}`);
  return withPerson(options, around, async (context) => {
    const request = await context.station.stock.requestCountDifference({ count, reason: options.reason });
    const view = await signedAndDone(context, request, second);
    return signedOutcome(view, second, 'The difference is booked.');
  });
}
