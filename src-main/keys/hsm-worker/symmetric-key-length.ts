import type { KeyAlgorithm } from '#shared/domain/key-usage.ts';
import { StationFault } from '#shared/faults/station-fault.ts';

/** Bytes of a symmetric key, parity bits included; KEYS-REFUSED for an algorithm of pairs. */
export function symmetricKeyLength(algorithm: KeyAlgorithm): 16 | 24 | 32 {
  switch (algorithm) {
    case 'TDES-2':
    case 'AES-128':
      return 16;
    case 'TDES-3':
    case 'AES-192':
      return 24;
    case 'AES-256':
    case 'HMAC-SHA-256':
      return 32;
    case 'EC-P256':
    case 'RSA':
      throw new StationFault('KEYS-REFUSED', { reason: `${algorithm} is no symmetric key` });
  }
}
