import { createHash } from 'node:crypto';
import { concatBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { KeyProvider } from './key-provider.ts';
import { setOddParity } from './tdes-parity.ts';

/** Which card a key is for, and how it is derived. */
export interface IccKeyData {
  readonly pan: string;
  /** Two digits; 00 where the card has none. */
  readonly panSequence: string;
  readonly option: 'A' | 'B';
}

/** Digits first, then letters as 0 to 5, 16 in all. EMV 4.3 Book 2 annex A1.4.2. */
function decimalBlock(digest: Uint8Array): string {
  const halves = toHex(digest);
  const decimals = halves.replace(/[a-f]/g, '');
  const letters = halves.replace(/[0-9]/g, '').replace(/[a-f]/g, (half) => String(Number.parseInt(half, 16) - 10));
  return `${decimals}${letters}`.slice(0, 16);
}

/**
 * The 8 bytes Y that say for which card: option A takes the last 16 digits of number and sequence, option B the decimalised SHA-1 of them
 * where the number has more than 16 digits. KEYS-REFUSED on other digits. EMV 4.3 Book 2 annex A1.4.1, A1.4.2.
 */
export function iccKeyBlock({ pan, panSequence, option }: IccKeyData): Uint8Array {
  if (!/^\d{12,19}$/.test(pan) || !/^\d{2}$/.test(panSequence)) {
    throw new StationFault('KEYS-REFUSED', { reason: 'a card key is derived from digits only' });
  }
  const digits = `${pan}${panSequence}`;
  if (option === 'A' || pan.length <= 16) return fromHex(digits.slice(-16).padStart(16, '0'));
  const packed = fromHex(digits.length % 2 === 0 ? digits : `0${digits}`);
  return fromHex(decimalBlock(createHash('sha1').update(packed).digest()));
}

/**
 * Derives one ICC master key of 16 bytes, of odd parity, under a TDES issuer master key: E(Y) and E(not Y), inside the key store. The result
 * is in clear here and the caller wipes it. EMV 4.3 Book 2 annex A1.4.
 */
export function deriveIccMasterKey(provider: KeyProvider, masterKey: string, data: IccKeyData): Uint8Array {
  const block = iccKeyBlock(data);
  const left = provider.encryptBlocks(masterKey, block);
  const right = provider.encryptBlocks(
    masterKey,
    block.map((byte) => byte ^ 0xff),
  );
  const key = concatBytes(left, right);
  left.fill(0);
  right.fill(0);
  setOddParity(key);
  return key;
}
