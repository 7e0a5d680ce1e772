import { describeFault } from '#shared/faults/catalogue.ts';
import { mayDo, maySee } from '../access/rights.ts';
import type { PersonRow } from '../journal/projections/people.ts';
import { keyOf } from '../keys/registry/key-requests.ts';
import { alarmOf } from '../keys/registry/list-keys.ts';
import type { Services } from './services.ts';

/** What waits for a person about keys, as `home.waiting` tells it. */
export interface KeyTask {
  readonly kind: 'key-alarm' | 'key-not-made' | 'ceremony';
  readonly title: string;
  readonly detail: string;
  readonly route: string;
  readonly urgent: 'yes' | 'no';
}

/** A key that came to nothing is told of for a day. */
const toldFor = 86_400_000;

function alarms(person: PersonRow, services: Services, now: Date): KeyTask[] {
  return services.journal.projections.keys
    .all()
    .filter(({ issuer }) => maySee(person, issuer))
    .flatMap((row): KeyTask[] => {
      const alarm = alarmOf(row, now);
      if (alarm === 'none') return [];
      const { name, validUntil } = row;
      const over = alarm === 'expired';
      return [
        {
          kind: 'key-alarm',
          title: over ? `Key ${name} has expired` : `Key ${name} expires soon`,
          detail: `Its last day of use ${over ? 'was' : 'is'} ${validUntil ?? ''}. Make and activate its next version.`,
          route: `/keys/named/${encodeURIComponent(name)}`,
          urgent: over ? 'yes' : 'no',
        },
      ];
    });
}

function failures(person: PersonRow, services: Services, now: Date): KeyTask[] {
  if (!mayDo(person, 'request-key-act')) return [];
  const { keyActs, keys } = services.journal.projections;
  return keyActs
    .failedSince(new Date(now.getTime() - toldFor).toISOString())
    .filter(({ approval, name }) => {
      const request = keyActs.find(approval)?.request;
      const issuer = request === undefined ? null : keyOf(request).issuer;
      // Once there is such a key, what went wrong before is history.
      return maySee(person, issuer) && keys.find(name) === null;
    })
    .map(({ name, outcome, details }) => {
      const { text, next } = describeFault({ code: outcome ?? '', details });
      return {
        kind: 'key-not-made',
        title: `Key ${name} was not made`,
        detail: `${text} ${next}`,
        route: '/keys',
        urgent: 'yes',
      };
    });
}

function turns(person: PersonRow, services: Services): KeyTask[] {
  if (!mayDo(person, 'enter-component')) return [];
  return services.journal.projections.ceremonies.inState('open').flatMap(({ ceremony, request }): KeyTask[] => {
    const live = services.keyRegistry.ceremonies.find(ceremony)?.live ?? null;
    const mine = live?.parts.find((part) => part.person === person.person);
    if (live === null || mine === undefined) return [];
    const task = { kind: 'ceremony', route: `/keys/ceremonies/${ceremony}`, urgent: 'yes' } as const;
    const { name } = request.key;
    if (live.kcv !== null)
      return mine.confirmed === 'yes'
        ? []
        : [{ ...task, title: `Key ceremony ${name}`, detail: 'Compare the check value of the key and confirm it.' }];
    if (live.turn() !== mine) return [];
    return [{ ...task, title: `Key ceremony ${name}`, detail: `Enter component ${mine.component}, alone.` }];
  });
}

/** Keys near the end of their use, keys that came to nothing, and ceremonies whose turn is this person's. */
export function keyTasks(person: PersonRow, services: Services, now: Date): readonly KeyTask[] {
  if (!mayDo(person, 'see-keys')) return [];
  return [...turns(person, services), ...failures(person, services, now), ...alarms(person, services, now)];
}
