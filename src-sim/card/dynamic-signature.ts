import { createHash } from 'node:crypto';
import { concatBytes } from '#shared/bytes/bytes.ts';
import { applyPrivateKey } from './card-key-pair.ts';
import type { CardKeyPair } from './card-key-pair.ts';
import { StatusError } from './status-word.ts';

/** SHA-1, the hash of every signature with RSA. EMV Book 2 v4.4 Annex B3.1. */
export function sha1(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/**
 * Signed dynamic application data, as long as the modulus: what the card signs is recovered from them, what the terminal
 * sent goes into the hash only. 6985 where the key is too short for the data. EMV Book 2 v4.4 §6.5.1, §6.6.1, Annex A2.1.2.
 */
export function signedDynamicData(key: CardKeyPair, cardData: Uint8Array, terminalData: Uint8Array): Uint8Array {
  const padding = key.length - cardData.length - 25;
  if (padding < 0) throw new StatusError('conditionsNotSatisfied');
  const recovered = concatBytes(
    Uint8Array.of(0x05, 0x01, cardData.length),
    cardData,
    new Uint8Array(padding).fill(0xbb),
  );
  const block = concatBytes(Uint8Array.of(0x6a), recovered, sha1(recovered, terminalData), Uint8Array.of(0xbc));
  const signed = applyPrivateKey(key, block);
  if (signed === undefined) throw new StatusError('conditionsNotSatisfied');
  return signed;
}

/** What the card signs in DDA: its dynamic number, with its length. EMV Book 2 v4.4 §6.5.1. */
export function dynamicNumberField(dynamicNumber: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(dynamicNumber.length), dynamicNumber);
}
