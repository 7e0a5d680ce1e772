import { toHex } from '#shared/bytes/bytes.ts';
import type { ChipState } from './chip-state.ts';
import { hasPrivilege, privilege } from './registry.ts';
import { StatusError } from './status-word.ts';

/** Bits of the third byte that are not defined, and Ciphered Load File Data Block with contactless activation, which this card does not have. GPC_SPE_034 v2.3.1 Table 11-9. */
const notOffered = 0x00007f;

/** Privileges that only a security domain can have. GPC_SPE_034 v2.3.1 §6.6.1. */
const ofDomainsOnly =
  privilege.dapVerification |
  privilege.delegatedManagement |
  privilege.mandatedDap |
  privilege.authorizedManagement |
  0x008000 | // Trusted Path
  0x002000 | // Token Management
  privilege.globalDelete |
  0x000080; // Receipt Generation

/** Reads privileges of INSTALL: one byte, or three; none is none. Throws 6A80 for another length or what the card does not have. */
export function privilegesOf(field: Uint8Array): string {
  if (![0, 1, 3].includes(field.length)) throw new StatusError('wrongData');
  const privileges = toHex(field).padEnd(6, '0');
  if (hasPrivilege({ privileges }, notOffered)) throw new StatusError('wrongData');
  return privileges;
}

/** Refuses (6A80) combinations that make no sense, and (6985) what only one application of a card can have and another has. GPC_SPE_034 v2.3.1 §6.6.1, §6.6.2. */
export function checkPrivileges(
  state: ChipState,
  privileges: string,
  kind: 'domain' | 'application',
  own: string,
): void {
  const has = (bit: number): boolean => hasPrivilege({ privileges }, bit);
  const isDomain = has(privilege.securityDomain);
  if (isDomain !== (kind === 'domain') || (!isDomain && has(ofDomainsOnly))) throw new StatusError('wrongData');
  if (has(privilege.mandatedDap) && !has(privilege.dapVerification)) throw new StatusError('wrongData');
  if (has(privilege.delegatedManagement) && has(privilege.authorizedManagement)) throw new StatusError('wrongData');
  const others = [...state.domains.slice(1), ...state.applications].filter(({ aid }) => aid !== own);
  const isTaken = (bit: number): boolean => has(bit) && others.some((each) => hasPrivilege(each, bit));
  if (isTaken(privilege.cardReset) || isTaken(privilege.finalApplication))
    throw new StatusError('conditionsNotSatisfied');
}
