import type { CardCommand } from './card-command.ts';
import { readTlvs } from './card-tlv.ts';
import type { KeySetState, SecurityDomainState } from './chip-state.ts';
import { protocolOfSet } from './key-sets.ts';
import { StatusError } from './status-word.ts';

/** Whether the data of DELETE name keys rather than an AID. GPC_SPE_034 v2.3.1 §11.2.2.3.2. */
export function namesKeys(command: CardCommand): boolean {
  const [first] = command.data;
  return first === 0xd0 || first === 0xd2;
}

/**
 * DELETE [key]: D0 names a key identifier, D2 a version; one of them alone means all keys that bear it. Throws 6A88 where there is none, 6985
 * for the keys of the open session and for the last set that can open one.
 */
export function deleteKeys(domain: SecurityDomainState, command: CardCommand, inUse: KeySetState | undefined): void {
  const objects = readTlvs(command.data) ?? [];
  const value = (tag: number): number | undefined => objects.find((each) => each.tag === tag)?.value[0];
  const isWellFormed =
    objects.length > 0 &&
    objects.every(({ tag, value: bytes }) => (tag === 0xd0 || tag === 0xd2) && bytes.length === 1);
  if (!isWellFormed || command.p2 !== 0) throw new StatusError('wrongData');
  const [id, version] = [value(0xd0), value(0xd2)];
  const goes = (set: KeySetState, keyId: number): boolean =>
    (version === undefined || set.version === version) && (id === undefined || keyId === id);
  const concerned = domain.keySets.filter((set) => set.keys.some((key) => goes(set, key.id)));
  if (concerned.length === 0) throw new StatusError('referencedDataNotFound');
  const left = domain.keySets
    .map((set) => (concerned.includes(set) ? { ...set, keys: set.keys.filter((key) => !goes(set, key.id)) } : set))
    .filter(({ keys }) => keys.length > 0);
  const isLast = !left.some((set) => protocolOfSet(set) !== undefined);
  if (isLast || concerned.some((set) => set === inUse)) throw new StatusError('conditionsNotSatisfied');
  domain.keySets = left;
}
