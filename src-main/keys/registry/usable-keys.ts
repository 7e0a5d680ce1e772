import type { Environment, IssuerId } from '#shared/domain/identifiers.ts';
import type { KeyUsage } from '#shared/domain/key-usage.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { KeyRow, KeysProjection } from '../../journal/projections/keys.ts';
import type { KeyPurpose, UsableKeys } from '../port/usable-keys.ts';
import { isOfSeries } from './key-names.ts';

const day = 86_400_000;

/** The first moment at which a key may no longer be used; null where its use has no end. The last day of use is a day of UTC. */
export function endOfUse(validUntil: string | null): Date | null {
  return validUntil === null ? null : new Date(Date.parse(`${validUntil}T00:00:00Z`) + day);
}

/** Says whether the last day of use is over. */
export function isExpired(validUntil: string | null, at: Date): 'yes' | 'no' {
  const end = endOfUse(validUntil);
  return end !== null && at >= end ? 'yes' : 'no';
}

function refuseState({ name, state }: KeyRow): void {
  switch (state) {
    case 'active':
      return;
    case 'pre-active':
      throw new StationFault('KEYS-NOT-ACTIVE', { name });
    case 'retired':
      throw new StationFault('KEYS-RETIRED', { name });
    case 'compromised':
      throw new StationFault('KEYS-COMPROMISED', { name });
    case 'destroyed':
      throw new StationFault('KEYS-NOT-FOUND', { name });
  }
}

/** Answers from the journal's state of each key: what two people decided, not what the key store happens to hold. */
export class RegisteredKeys implements UsableKeys {
  readonly #keys: Pick<KeysProjection, 'ofUsage' | 'find'>;

  constructor(keys: Pick<KeysProjection, 'ofUsage' | 'find'>) {
    this.#keys = keys;
  }

  requireUsable(usage: KeyUsage, issuer: IssuerId | null, environment: Environment, at: Date): string {
    const versions = this.#keys.ofUsage(usage, issuer).filter(({ name }) => isOfSeries(name, usage, issuer));
    const found =
      versions.find(({ state }) => state === 'active') ?? versions.find(({ state }) => state !== 'destroyed');
    if (found === undefined) throw new StationFault('KEYS-MISSING', { usage, issuer: issuer ?? 'the station' });
    return this.#require(found, environment, at);
  }

  requireKey(name: string, { usage, issuer, environment }: KeyPurpose, at: Date): string {
    const found = this.#find(name);
    if (found.usage !== usage || found.issuer !== issuer) {
      const wanted = issuer === null ? usage : `${usage} of ${issuer}`;
      const is = found.issuer === null ? found.usage : `${found.usage} of ${found.issuer}`;
      throw new StationFault('KEYS-WRONG-USAGE', { name, is, wanted });
    }
    return this.#require(found, environment, at);
  }

  /** One key by name, to make something with it: of this usage, active and not expired, in this environment. */
  requireMaking(name: string, usage: KeyUsage, environment: Environment, at: Date): void {
    this.#require(this.#ofUsage(name, usage), environment, at);
  }

  /** One key by name, to have it certified: in use, or about to be. */
  requireCertifiable(name: string, environment: Environment, at: Date): void {
    const row = this.#ofUsage(name, 'issuer-rsa');
    this.#require(row.state === 'pre-active' ? { ...row, state: 'active' } : row, environment, at);
  }

  /** One key by name, to open what was made with it before: a retired one still does. */
  requireOpening(name: string, usage: KeyUsage, environment: Environment, at: Date): void {
    const row = this.#ofUsage(name, usage);
    this.#require(row.state === 'retired' ? { ...row, state: 'active' } : row, environment, at);
  }

  #ofUsage(name: string, usage: KeyUsage): KeyRow {
    const row = this.#find(name);
    if (row.usage !== usage) throw new StationFault('KEYS-WRONG-USAGE', { name, is: row.usage, wanted: usage });
    return row;
  }

  #find(name: string): KeyRow {
    const found = this.#keys.find(name);
    if (found === null) throw new StationFault('KEYS-NOT-FOUND', { name });
    return found;
  }

  #require(row: KeyRow, environment: Environment, at: Date): string {
    if (row.environment !== environment) {
      throw new StationFault('KEYS-ENVIRONMENT', { station: environment, asked: row.environment ?? 'unknown' });
    }
    refuseState(row);
    if (isExpired(row.validUntil, at) === 'yes') {
      throw new StationFault('KEYS-EXPIRED', { name: row.name, validUntil: row.validUntil });
    }
    return row.name;
  }
}
