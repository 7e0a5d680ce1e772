import type { Act, Role } from '#shared/domain/roles.ts';
import { actsOfRole } from '#shared/domain/roles.ts';

/** What a right is checked against: a person's roles and issuers. */
export interface RightHolder {
  readonly roles: readonly Role[];
  readonly issuers: 'all' | readonly string[];
}

/** Every act that a person's roles carry, once each. */
export function actsOf(person: RightHolder): readonly Act[] {
  return [...new Set(person.roles.flatMap((role) => actsOfRole[role]))];
}

export function mayDo(person: RightHolder, act: Act): boolean {
  return person.roles.some((role) => actsOfRole[role].includes(act));
}

/** Whether a thing of an issuer exists for a person; a thing of no issuer exists for everybody. */
export function maySee(person: RightHolder, issuer: string | null): boolean {
  return issuer === null || person.issuers === 'all' || person.issuers.includes(issuer);
}
