import { StationFault } from '../../faults/station-fault.ts';
import type { Ciphers } from './ciphers.ts';

/**
 * Enciphers key material and other secrets for the card under the *static* DEK: AES-CBC, initial value zero, whole
 * blocks (padding belongs to the data's own profile). CARD-CHANNEL on part blocks. GPC_SPE_014 v1.1.2 §6.2.8.
 */
export function encryptSensitiveData(dek: Uint8Array, data: Uint8Array, ciphers: Ciphers): Uint8Array {
  if (data.length === 0 || data.length % 16 !== 0) {
    throw new StationFault('CARD-CHANNEL', { reason: 'sensitive data is not whole blocks' });
  }
  return ciphers.aesCbcEncrypt(dek, new Uint8Array(16), data);
}
