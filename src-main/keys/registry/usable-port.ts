import type { Environment } from '#shared/domain/identifiers.ts';
import type { Clock } from '../../platform/clock.ts';
import type { KeyUsage } from '#shared/domain/key-usage.ts';
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
  const making = (usage: KeyUsage, ...names: readonly string[]): void => {
    for (const name of names) registered.requireMaking(name, usage, environment, clock.now());
  };
  return {
    ...keys,
    openChannel: async (request, signal) => {
      const { keySet, initializeUpdateResponse } = request;
      // The card says which protocol it speaks; the key store refuses keys of another (GPC_SPE_034 v2.3.1 §E.5.1.6).
      const protocol = initializeUpdateResponse[11] === 0x02 ? 'scp02' : 'scp03';
      if ('kmc' in keySet) making(keySet.method === 'kdf3' ? 'kmc-scp03' : 'kmc-scp02', keySet.kmc);
      else for (const part of setParts) making(`${protocol}-${part}`, `${keySet.name}/${part}`);
      return keys.openChannel(request, signal);
    },
    newCardKeys: async (request, signal) => {
      const { keySet } = request;
      if ('kmc' in keySet) making(keySet.method === 'kdf3' ? 'kmc-scp03' : 'kmc-scp02', keySet.kmc);
      else {
        // Which protocol a set is of, its first key says; the key store refuses a mixed one.
        const protocol = (await keys.list(signal)).find(({ name }) => name === `${keySet.name}/enc`)?.usage;
        const wanted = protocol === 'scp02-enc' ? 'scp02' : 'scp03';
        for (const part of setParts) making(`${wanted}-${part}`, `${keySet.name}/${part}`);
      }
      return keys.newCardKeys(request, signal);
    },
    translateGrouping: async (request, signal) => {
      registered.requireOpening(request.transportKeyName, 'dgi-transport', environment, clock.now());
      return keys.translateGrouping(request, signal);
    },
    cardVerificationValues: async (request, signal) => {
      making('cvk', request.cvk);
      return keys.cardVerificationValues(request, signal);
    },
    pinVerificationValue: async (request, signal) => {
      making('pvk', request.pvk);
      making('zone-pin-key', request.pin.zonePinKey);
      return keys.pinVerificationValue(request, signal);
    },
    pinOffset: async (request, signal) => {
      making('pvk', request.pvk);
      making('zone-pin-key', request.pin.zonePinKey);
      return keys.pinOffset(request, signal);
    },
    translatePinBlock: async (request, signal) => {
      making('zone-pin-key', request.from.zonePinKey, request.to.zonePinKey);
      return keys.translatePinBlock(request, signal);
    },
    dynamicCvc3: async (request, signal) => {
      making('imk-cvc3', request.imkCvc3);
      return keys.dynamicCvc3(request, signal);
    },
    cardKeysGrouping: async (request, signal) => {
      making('imk-ac', request.imkAc);
      making('imk-smi', request.imkSmi);
      making('imk-smc', request.imkSmc);
      return keys.cardKeysGrouping(request, signal);
    },
    verifyCryptogram: async (request, signal) => {
      making('imk-ac', request.imkAc);
      return keys.verifyCryptogram(request, signal);
    },
    responseCryptogram: async (request, signal) => {
      making('imk-ac', request.imkAc);
      return keys.responseCryptogram(request, signal);
    },
    scriptMac: async (request, signal) => {
      making('imk-smi', request.imkSmi);
      return keys.scriptMac(request, signal);
    },
    scriptEncipher: async (request, signal) => {
      making('imk-smc', request.imkSmc);
      return keys.scriptEncipher(request, signal);
    },
    certifyIcc: async (request, signal) => {
      making('issuer-rsa', request.issuerKey);
      return keys.certifyIcc(request, signal);
    },
  };
}
