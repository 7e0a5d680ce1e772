import { createHash } from 'node:crypto';
import { concatBytes } from '#shared/bytes/bytes.ts';
import { iccMasterKeyBlocksA, iccMasterKeyBlocksB } from '#shared/protocols/emv/icc-master-key.ts';
import type { KeyProvider } from './key-provider.ts';
import { setOddParity } from './tdes-parity.ts';

/** Which card a key is for, and how it is derived. */
export interface IccKeyData {
  readonly pan: string;
  /** Two digits; 00 where the card has none. */
  readonly panSequence: string;
  readonly option: 'A' | 'B';
}

const sha1 = (data: Uint8Array): Uint8Array => createHash('sha1').update(data).digest();

/**
 * Derives one ICC master key of 16 bytes, of odd parity, under a TDES issuer master key, inside the key store. The result is in clear here
 * and the caller wipes it. EMV-VALUE-FORM on other digits. EMV Book 2 v4.4 Annex A1.4.
 */
export function deriveIccMasterKey(provider: KeyProvider, masterKey: string, data: IccKeyData): Uint8Array {
  const { pan, panSequence, option } = data;
  const blocks = option === 'A' ? iccMasterKeyBlocksA(pan, panSequence) : iccMasterKeyBlocksB(sha1, pan, panSequence);
  // The store chains blocks; the halves of a card key are enciphered each by itself.
  const halves = [blocks.subarray(0, 8), blocks.subarray(8)].map((block) => provider.encryptBlocks(masterKey, block));
  const key = concatBytes(...halves);
  for (const half of halves) half.fill(0);
  setOddParity(key);
  return key;
}
