import { fromHex } from '#shared/bytes/bytes.ts';
import type { ApplicationState, ChipState, LoadFileState, SecurityDomainState } from './chip-state.ts';

/** Bits of the three privilege bytes. GPC_SPE_034 v2.3.1 Tables 11-7 to 11-9. */
export const privilege = {
  securityDomain: 0x800000,
  dapVerification: 0x400000,
  delegatedManagement: 0x200000,
  cardLock: 0x100000,
  cardTerminate: 0x080000,
  cardReset: 0x040000,
  mandatedDap: 0x010000,
  authorizedManagement: 0x004000,
  globalDelete: 0x001000,
  globalLock: 0x000800,
  globalRegistry: 0x000400,
  finalApplication: 0x000200,
} as const;

/** Bit 8 of the life cycle of an application or a domain: locked, the bits below are where it returns to. GPC_SPE_034 v2.3.1 Tables 11-4, 11-5. */
const lockedBit = 0x80;

/** Whether a domain or an application is locked. */
export function isLocked({ lifeCycle }: { readonly lifeCycle: number }): boolean {
  return (lifeCycle & lockedBit) !== 0;
}

/** The life cycle of the same entry locked. */
export function lockedLifeCycle(lifeCycle: number): number {
  return lifeCycle | lockedBit;
}

/** The life cycle of the same entry unlocked. */
export function unlockedLifeCycle(lifeCycle: number): number {
  return lifeCycle & ~lockedBit;
}

/** Whether an entry of the registry has a privilege. */
export function hasPrivilege(entry: { readonly privileges: string }, bit: number): boolean {
  return (Number.parseInt(entry.privileges, 16) & bit) !== 0;
}

/** The security domain of an AID. */
export function domainOf(state: ChipState, aid: string): SecurityDomainState | undefined {
  return state.domains.find((each) => each.aid === aid);
}

/** The load file of an AID. */
export function loadFileOf(state: ChipState, aid: string): LoadFileState | undefined {
  return state.loadFiles.find((each) => each.aid === aid);
}

/** The application or supplementary domain of an AID; never the issuer's. */
export function instanceOf(state: ChipState, aid: string): ApplicationState | SecurityDomainState | undefined {
  return [...state.domains.slice(1), ...state.applications].find((each) => each.aid === aid);
}

/** A domain and those above it up to the issuer's. GPC_SPE_034 v2.3.1 §7.2. */
export function hierarchy(state: ChipState, domain: SecurityDomainState): readonly SecurityDomainState[] {
  const found: SecurityDomainState[] = [];
  let next: SecurityDomainState | undefined = domain;
  while (next !== undefined && !found.includes(next)) {
    found.push(next);
    next = domainOf(state, next.domain);
  }
  return found;
}

/** The domain whose keys serve another one: itself, or the next above that has keys. GPC_SPE_034 v2.3.1 §7.3.3. */
export function domainWithKeys(state: ChipState, domain: SecurityDomainState): SecurityDomainState {
  return hierarchy(state, domain).find(({ keySets }) => keySets.length > 0) ?? domain;
}

/** Bytes of memory that are free. */
export function freeMemory(state: ChipState): number {
  const taken = [...state.domains, ...state.loadFiles, ...state.applications];
  return state.memory - taken.reduce((sum, { memory }) => sum + memory, 0);
}

/** An AID of the registry as bytes. */
export function aidBytes({ aid }: { readonly aid: string }): Uint8Array {
  return fromHex(aid);
}
