import { createCipheriv, createDecipheriv } from 'node:crypto';
import { StationFault } from '#shared/faults/station-fault.ts';
import { viewBytes } from './view-bytes.ts';

/** The initial value A6A6A6A6A6A6A6A6. RFC 3394 §2.2.3.1. */
const initialValue = new Uint8Array(8).fill(0xa6);

/** Wraps key data (whole 8-byte parts, 16 bytes at least) under a 32-byte key; 8 bytes longer. RFC 3394 §2.2.1. */
export function aesKeyWrap(key: Uint8Array, value: Uint8Array): Uint8Array {
  const cipher = createCipheriv('id-aes256-wrap', key, initialValue);
  const wrapped = viewBytes(cipher.update(value));
  cipher.final();
  return wrapped;
}

/** Unwraps key data; KEYS-UNWRAP when it was not wrapped under this key. The caller wipes the result. RFC 3394 §2.2.2. */
export function aesKeyUnwrap(key: Uint8Array, wrapped: Uint8Array): Uint8Array {
  try {
    const decipher = createDecipheriv('id-aes256-wrap', key, initialValue);
    const clear = viewBytes(decipher.update(wrapped));
    decipher.final();
    return clear;
  } catch (cause) {
    throw new StationFault('KEYS-UNWRAP', { reason: 'the key wrap does not verify' }, cause);
  }
}

/** The alternative initial value A65959A6; OpenSSL adds the length of the data. RFC 5649 §3. */
const paddedInitialValue = Uint8Array.of(0xa6, 0x59, 0x59, 0xa6);

function paddedCipher(key: Uint8Array): string {
  return `id-aes${key.length * 8}-wrap-pad`;
}

/** Wraps key data of any length under a 24- or 32-byte key: the next whole 8 bytes and 8 more. RFC 5649 §4.1. */
export function aesKeyWrapPadded(key: Uint8Array, value: Uint8Array): Uint8Array {
  const cipher = createCipheriv(paddedCipher(key), key, paddedInitialValue);
  const wrapped = viewBytes(cipher.update(value));
  cipher.final();
  return wrapped;
}

/** Unwraps key data; KEYS-UNWRAP when it was not wrapped under this key. The caller wipes the result. RFC 5649 §4.2. */
export function aesKeyUnwrapPadded(key: Uint8Array, wrapped: Uint8Array): Uint8Array {
  try {
    const decipher = createDecipheriv(paddedCipher(key), key, paddedInitialValue);
    const clear = viewBytes(decipher.update(wrapped));
    decipher.final();
    return clear;
  } catch (cause) {
    throw new StationFault('KEYS-UNWRAP', { reason: 'the key wrap does not verify' }, cause);
  }
}
