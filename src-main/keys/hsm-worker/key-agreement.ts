import type { KeyObject } from 'node:crypto';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { EcPublicJwk } from '../port.ts';
import { aesKeyUnwrap } from './aes-key-wrap.ts';
import { concatKdf } from './concat-kdf.ts';
import { pointOfJwk, publicKeyOfPoint } from './curve-point.ts';
import type { KeyProvider } from './key-provider.ts';
import { takeKey } from './take-key.ts';

/** What a sender states beside a key that it enciphered for us. RFC 7518 §4.6.1. */
export interface AgreedKey {
  readonly encryptedKey: string;
  readonly epk: EcPublicJwk;
  readonly apu?: string;
  readonly apv?: string;
}

/** The sender's point, proven to lie on the curve. */
function provenPoint(epk: EcPublicJwk): Uint8Array {
  try {
    const point = pointOfJwk(epk);
    publicKeyOfPoint(point);
    return point;
  } catch (cause) {
    throw new StationFault('KEYS-UNWRAP', { reason: 'the sender’s public key is no point of P-256' }, cause);
  }
}

/**
 * Recovers a 32-byte content key: ECDH in the key store, then Concat KDF and AES key unwrap here, as PKCS#11 has no mechanism
 * for this KDF. Shared secret and wrapping key are wiped. KEYS-UNWRAP. RFC 7518 §4.6 (ECDH-ES+A256KW).
 */
export function recoverContentKey(provider: KeyProvider, keyName: string, sent: AgreedKey): KeyObject {
  const wrapped = Buffer.from(sent.encryptedKey, 'base64url');
  if (wrapped.length !== 40) throw new StationFault('KEYS-UNWRAP', { reason: 'the enciphered key is not 40 bytes' });
  const shared = provider.agree(keyName, provenPoint(sent.epk));
  const partyU = Buffer.from(sent.apu ?? '', 'base64url');
  const partyV = Buffer.from(sent.apv ?? '', 'base64url');
  const wrapping = concatKdf(shared, 'ECDH-ES+A256KW', partyU, partyV, 32);
  shared.fill(0);
  try {
    return takeKey(aesKeyUnwrap(wrapping, wrapped));
  } finally {
    wrapping.fill(0);
  }
}
