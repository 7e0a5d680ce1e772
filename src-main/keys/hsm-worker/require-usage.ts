import type { KeyUsage } from '#shared/domain/key-usage.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { KeyIdentity } from '../port.ts';
import type { KeyProvider } from './key-provider.ts';
import type { StationActs } from './station-acts.ts';

/** The named key, of this usage and the station's environment: KEYS-NOT-FOUND, KEYS-REFUSED, KEYS-ENVIRONMENT. */
export function requireUsage(provider: KeyProvider, station: StationActs, name: string, usage: KeyUsage): KeyIdentity {
  const key = provider.find(name);
  if (key === null) throw new StationFault('KEYS-NOT-FOUND', { name });
  if (key.usage !== usage) {
    throw new StationFault('KEYS-REFUSED', { reason: `the key ${name} is ${key.usage}, not ${usage}` });
  }
  station.requireEnvironment(key.environment);
  return key;
}
