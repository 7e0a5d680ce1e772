import { concatBytes } from '../../bytes/bytes.ts';
import type { TdesCiphers } from '../tdes-ciphers.ts';
import { withOddParity } from './icc-master-key.ts';
import { demandLength } from './value-form.ts';

/** The diversifier of the session key for application cryptograms: the ATC (2 bytes) and zeros. EMV Book 2 v4.4 Annex A1.3.1. */
export function cryptogramDiversifier(atc: Uint8Array): Uint8Array<ArrayBuffer> {
  demandLength('atc', atc, 2);
  return concatBytes(atc, new Uint8Array(6));
}

/**
 * The two input blocks (16 bytes) of a TDES session key: the diversifier with its third byte F0 and 0F. Secure messaging gives the
 * application cryptogram itself as diversifier. EMV-VALUE-FORM unless 8 bytes. EMV Book 2 v4.4 Annex A1.3.1.
 */
export function sessionKeyBlocks(diversifier: Uint8Array): Uint8Array<ArrayBuffer> {
  demandLength('diversifier', diversifier, 8);
  const blocks = concatBytes(diversifier, diversifier);
  blocks[2] = 0xf0;
  blocks[10] = 0x0f;
  return blocks;
}

/** A TDES session key of 16 bytes, odd parity, from a card's master key. EMV Book 2 v4.4 Annex A1.3.1. */
export function sessionKey(
  ciphers: Pick<TdesCiphers, 'tdesEcbEncrypt'>,
  iccMasterKey: Uint8Array,
  diversifier: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return withOddParity(ciphers.tdesEcbEncrypt(iccMasterKey, sessionKeyBlocks(diversifier)));
}
