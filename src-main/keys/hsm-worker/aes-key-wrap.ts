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
  // OpenSSL takes nothing for nothing.
  if (wrapped.length < 24) throw new StationFault('KEYS-UNWRAP', { reason: 'the wrapped key is too short' });
  try {
    const decipher = createDecipheriv('id-aes256-wrap', key, initialValue);
    const clear = viewBytes(decipher.update(wrapped));
    decipher.final();
    return clear;
  } catch (cause) {
    throw new StationFault('KEYS-UNWRAP', { reason: 'the key wrap does not verify' }, cause);
  }
}
