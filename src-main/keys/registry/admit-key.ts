import type { IssuerId } from '#shared/domain/identifiers.ts';
import { keyUsages, type KeyAlgorithm, type KeyUsage, type WayIn } from '#shared/domain/key-usage.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { WantedKey } from '#shared/journal-format/events/key-events.ts';
import { mechanismsFor } from '../hsm-worker/mechanisms.ts';
import type { KeyRequest, MechanismState } from '../port.ts';
import { keyName, nextVersion } from './key-names.ts';
import type { RegistryPorts } from './registry-ports.ts';
import { isExpired } from './usable-keys.ts';

/** A key as a person asks for it; its version and name follow. */
export interface KeyWish {
  readonly usage: string;
  readonly algorithm: string;
  readonly issuer: string | null;
  readonly validUntil: string | null;
  readonly size?: number;
  readonly exponent?: 3 | 65537;
}

function refuse(reason: string): StationFault {
  return new StationFault('KEYS-REQUEST-REFUSED', { reason });
}

/** The usage of a name; KEYS-REQUEST-REFUSED where the table has none. */
function usageOf(name: string): KeyUsage {
  if (!Object.hasOwn(keyUsages, name)) throw refuse(`there is no usage ${name}`);
  return name as KeyUsage;
}

/** Mechanisms that a key of this usage and algorithm would miss in the key store; none where it can be held. */
export function missingFor(
  usage: KeyUsage,
  algorithm: KeyAlgorithm,
  mechanisms: readonly MechanismState[],
): readonly string[] {
  const missing = new Set(mechanisms.filter(({ state }) => state === 'missing').map(({ mechanism }) => mechanism));
  return [...mechanismsFor(usage, algorithm)].filter((mechanism) => missing.has(mechanism));
}

/**
 * Checks a wish against the table of usages and this key store, and gives the key its next version and name.
 *
 * KEYS-REQUEST-REFUSED, KEYS-UNAVAILABLE, KEYS-REQUEST-OPEN; the faults of the key store when it cannot be asked.
 */
export async function admitKey(
  wish: KeyWish,
  way: WayIn,
  ports: RegistryPorts,
  signal: AbortSignal,
): Promise<WantedKey> {
  const { journal, keys, environment, issuers, clock } = ports;
  const usage = usageOf(wish.usage);
  const { issuer, size, exponent, validUntil } = wish;
  const row = keyUsages[usage];
  const algorithm = row.algorithms.find((candidate) => candidate === wish.algorithm);
  if (algorithm === undefined) throw refuse(`${row.title} is ${row.algorithms.join(' or ')}`);
  if (!row.waysIn.includes(way)) throw refuse(`${row.title} does not come in this way`);
  if ((row.owner === 'issuer') !== (issuer !== null)) throw refuse(`${row.title} belongs to the ${row.owner}`);
  if (issuer !== null && !issuers.includes(issuer)) throw refuse(`this station has no issuer ${issuer}`);
  if (isExpired(validUntil, clock.now()) === 'yes') throw refuse('its last day of use is over');
  if ((algorithm === 'RSA') !== (size !== undefined && exponent !== undefined)) {
    throw refuse('size and exponent belong to RSA pairs, both of them');
  }
  const [mechanism] = missingFor(usage, algorithm, await keys.mechanisms(signal));
  if (mechanism !== undefined) throw new StationFault('KEYS-UNAVAILABLE', { usage, mechanism });
  const stored = await keys.list(signal);
  // Read after the key store has answered, and in one go with the request: what began meanwhile has its number already.
  const { projections } = journal;
  const known = [
    ...projections.keys.ofUsage(usage, issuer).map(({ name }) => name),
    ...projections.ceremonies.inState('left-as-block').map(({ request }) => request.key.name),
    ...projections.ceremonies.inState('open').map(({ request }) => request.key.name),
    ...projections.keyActs.openIntents().map(({ name }) => name),
    ...stored.map(({ name }) => name),
  ];
  const version = nextVersion(known, usage, issuer);
  return {
    name: keyName(usage, issuer, version),
    usage,
    algorithm,
    issuer,
    environment,
    version,
    ...(size === undefined ? {} : { size }),
    ...(exponent === undefined ? {} : { exponent }),
  };
}

/** A key of the journal as the key port wants it. The journal's usages are those of the table: they were checked when it was asked for. */
export function portKey(key: WantedKey): KeyRequest & { readonly size?: number; readonly exponent?: 3 | 65537 } {
  return {
    ...key,
    usage: usageOf(key.usage),
    algorithm: key.algorithm as KeyAlgorithm,
    issuer: key.issuer as IssuerId | null,
  };
}
