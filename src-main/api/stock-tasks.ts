import type { PersonRow } from '../journal/projections/people.ts';
import { mayDo } from '../access/rights.ts';
import type { Services } from './services.ts';

/** What waits for a person about stock, as `home.waiting` tells it. */
export interface StockTask {
  readonly kind: 'day' | 'count' | 'destruction';
  readonly title: string;
  readonly detail: string;
  readonly route: string;
  readonly urgent: 'yes' | 'no';
}

/** From so many rejected cards on, or from the first used ribbon, a destruction is due. */
const cardsToDestroy = 25;

function dayTasks(person: PersonRow, services: Services, now: Date): StockTask[] {
  if (!mayDo(person, 'run-day')) return [];
  const task = { kind: 'day', route: '/day' } as const;
  const day = services.journal.projections.days.current();
  if (day === null) {
    return [{ ...task, title: 'Open the day', detail: 'No card is begun before a day is open.', urgent: 'yes' }];
  }
  const longAgo = now.getTime() - Date.parse(day.openedAt) > 24 * 3_600_000;
  if (!longAgo) return [];
  return [{ ...task, title: `Close day ${day.day}`, detail: 'It has been open for more than 24 hours.', urgent: 'no' }];
}

function countTasks(person: PersonRow, services: Services): StockTask[] {
  if (!mayDo(person, 'count-stock')) return [];
  const { books } = services.stock;
  return services.journal.projections.counts.running().flatMap((count): StockTask[] => {
    const mine = count.firstBy === person.person;
    if (count.state === 'second' && mine) return [];
    const what = `${books.itemTitle(count.place, count.item)}, ${books.title(count.place)}`;
    const detail =
      count.state === 'differs'
        ? 'Two people counted, and it differs: give the reason and have it signed.'
        : count.state === 'second'
          ? 'The first count differs. Count it too, without asking the other.'
          : 'Waits to be counted.';
    const urgent = count.state === 'first' ? 'no' : 'yes';
    return [{ kind: 'count', title: `Count ${what}`, detail, route: '/stock/counts', urgent }];
  });
}

function destructionTasks(person: PersonRow, services: Services): StockTask[] {
  if (!mayDo(person, 'destroy-stock') || person.issuers !== 'all') return [];
  const { holdings, ribbons, approvals, counts } = services.journal.projections;
  // While they are counted nobody is told how many there should be, and nothing is taken from them.
  const counted = counts.running().some(({ place }) => place === 'rejects' || place === 'used-ribbons');
  if (counted) return [];
  const cards = holdings.at('rejects', 'cards');
  const used = ribbons.list('present').filter(({ state }) => state === 'used').length;
  const asked = [...approvals.inState('open'), ...approvals.inState('given')].some(({ act }) => act === 'destruction');
  if (asked || (cards < cardsToDestroy && used === 0)) return [];
  const parts = [
    cards === 0 ? '' : cards === 1 ? '1 card' : `${cards} cards`,
    used === 0 ? '' : used === 1 ? '1 used ribbon' : `${used} used ribbons`,
  ].filter((part) => part !== '');
  const detail = `${parts.join(' and ')} to be destroyed; two others must watch.`;
  return [{ kind: 'destruction', title: 'Destruction is due', detail, route: '/stock/destruction', urgent: 'no' }];
}

/** Days, counts and destruction that wait for this person. */
export function stockTasks(person: PersonRow, services: Services, now: Date): readonly StockTask[] {
  return [...dayTasks(person, services, now), ...countTasks(person, services), ...destructionTasks(person, services)];
}
