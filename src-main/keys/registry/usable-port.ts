import type { Environment } from '#shared/domain/identifiers.ts';
import type { Clock } from '../../platform/clock.ts';
import type { KeyPort } from '../port.ts';
import type { RegisteredKeys } from './usable-keys.ts';

/** The parts of a card key set. */
const setParts = ['enc', 'mac', 'dek'] as const;

/**
 * The key port for whoever makes cards: each act first asks the registry whether its keys serve. The key store itself knows no life of a key;
 * without this a compromised one would go on working until it is destroyed. The faults are those of `UsableKeys`.
 */
export function usablePort(
  keys: KeyPort,
  registered: RegisteredKeys,
  around: { readonly environment: Environment; readonly clock: Clock },
): KeyPort {
  const { environment, clock } = around;
  const making = (...names: readonly string[]): void => {
    for (const name of names) registered.requireMaking(name, environment, clock.now());
  };
  return {
    ...keys,
    openChannel: async (request, signal) => {
      making(...setParts.map((part) => `${request.keySet.name}/${part}`));
      return keys.openChannel(request, signal);
    },
    translateGrouping: async (request, signal) => {
      registered.requireOpening(request.transportKeyName, environment, clock.now());
      return keys.translateGrouping(request, signal);
    },
    cardVerificationValues: async (request, signal) => {
      making(request.cvk);
      return keys.cardVerificationValues(request, signal);
    },
    cardKeysGrouping: async (request, signal) => {
      making(request.imkAc, request.imkSmi, request.imkSmc);
      return keys.cardKeysGrouping(request, signal);
    },
    certifyIcc: async (request, signal) => {
      making(request.issuerKey);
      return keys.certifyIcc(request, signal);
    },
  };
}
