import { concatBytes, fromHex } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import type { Ciphers } from '../globalplatform/ciphers.ts';
import { demandDigits, demandLength, demandPan } from './value-form.ts';

type BlockCipher = Pick<Ciphers, 'aesEcbEncryptBlock'>;

/** Enciphers the input blocks and cuts the joined results to the length of the key; the rest is overwritten. */
function derive(ciphers: BlockCipher, key: Uint8Array, blocks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  if (![16, 24, 32].includes(key.length)) {
    throw new StationFault('EMV-VALUE-FORM', { what: 'key', reason: 'not 16, 24 or 32 bytes' });
  }
  const needed = key.length === 16 ? blocks.slice(0, 1) : blocks;
  const parts = needed.map((block) => ciphers.aesEcbEncryptBlock(key, block));
  const joined = concatBytes(...parts);
  for (const part of parts) part.fill(0);
  const derived = joined.slice(0, key.length);
  joined.fill(0);
  return derived;
}

/**
 * A card's AES master key by option C, as long as the issuer's: PAN and PSN as 32 digits with zeros in front, and for 24 and 32 bytes its
 * complement too. EMV-VALUE-FORM. EMV Book 2 v4.3 Annex A1.4.3.
 */
export function aesIccMasterKey(
  ciphers: BlockCipher,
  issuerMasterKey: Uint8Array,
  pan: string,
  psn: string,
): Uint8Array<ArrayBuffer> {
  demandPan(pan);
  demandDigits('psn', psn, 2);
  const block = fromHex((pan + psn).padStart(32, '0'));
  return derive(ciphers, issuerMasterKey, [block, block.map((byte) => byte ^ 255)]);
}

/**
 * An AES session key, as long as the card's master key, from the diversifier: the ATC (2 bytes) for application cryptograms, the
 * application cryptogram itself (8 bytes) for secure messaging, zeros behind. With 16 bytes the diversifier as it stands is enciphered,
 * with 24 and 32 the two blocks that have F0 and 0F in its third byte. EMV-VALUE-FORM. EMV Book 2 v4.3 Annex A1.3.1.
 */
export function aesSessionKey(
  ciphers: BlockCipher,
  iccMasterKey: Uint8Array,
  diversifier: Uint8Array,
): Uint8Array<ArrayBuffer> {
  demandLength('diversifier', diversifier, 2, 8);
  const whole = concatBytes(diversifier, new Uint8Array(16 - diversifier.length));
  if (iccMasterKey.length === 16) return derive(ciphers, iccMasterKey, [whole]);
  const marked = [0xf0, 0x0f].map((mark) => whole.map((byte, at) => (at === 2 ? mark : byte)));
  return derive(ciphers, iccMasterKey, marked);
}

/** An application cryptogram of 8 bytes with an AES session key: the left half of the CMAC. EMV Book 2 v4.3 §8.1.2, Annex A1.2.2. */
export function aesApplicationCryptogram(
  ciphers: Pick<Ciphers, 'aesCmac'>,
  sessionKey: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  return ciphers.aesCmac(sessionKey, data).slice(0, 8);
}
