import type { KeyIdentity } from '../port.ts';

/** Bytes of a symmetric key. */
export function symmetricKeyLength(algorithm: Exclude<KeyIdentity['algorithm'], 'EC-P256'>): 16 | 24 | 32 {
  switch (algorithm) {
    case 'AES-128':
      return 16;
    case 'AES-192':
      return 24;
    case 'AES-256':
    case 'HMAC-SHA-256':
      return 32;
  }
}
