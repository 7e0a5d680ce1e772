import type { PersonView } from '#shared/contract/views/session-views.ts';
import type { Act } from '#shared/domain/roles.ts';

/** Whether a person may do an act at all. The station decides each call anew; this only hides what would be refused. */
export function actIn(person: PersonView | null, act: Act): boolean {
  return person?.acts.includes(act) ?? false;
}

/** Two letters for the round mark beside a name. */
export function initials(displayName: string): string {
  const words = displayName.split(/\s+/).filter((word) => word !== '');
  const first = words[0]?.[0] ?? '?';
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? '') : '';
  return `${first}${last}`.toUpperCase();
}
