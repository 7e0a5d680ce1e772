import { concatBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import { demandLength } from '../emv/value-form.ts';
import { withOddParity } from '../emv/icc-master-key.ts';
import type { TdesCiphers } from '../tdes-ciphers.ts';
import type { Ciphers } from './ciphers.ts';
import type { AesKeyLength } from './scp03-derivation.ts';
import { joinDerived } from './scp03-derivation.ts';

/** The static keys of a card, each derived with its own number. EMV CPS 1.1 §4.1. */
export type StaticKey = 'enc' | 'mac' | 'dek';

const numbers = { enc: 1, mac: 2, dek: 3 } as const satisfies Record<StaticKey, number>;

/** Ways from a TDES manufacturer key to the keys of one card; `none`: every card has the manufacturer key itself. */
export type TdesDiversification = 'emv-cps-1.1' | 'visa2' | 'none';

/** Ways from an AES manufacturer key to the keys of one card. */
export type AesDiversification = 'kdf3' | 'none';

/** The six bytes of the card's key diversification data that each method takes. EMV CPS 1.1 §4.1; Visa OpenPlatform (Visa2). */
const chosenBytes = { 'emv-cps-1.1': [4, 5, 6, 7, 8, 9], visa2: [0, 1, 4, 5, 6, 7] } as const;

/**
 * The two input blocks (16 bytes), to be enciphered in ECB under the manufacturer key: six bytes of the 10 that INITIALIZE UPDATE answers,
 * F0 and the key's number, and the same with 0F. EMV-VALUE-FORM on another length. EMV CPS 1.1 §4.1.
 */
export function diversificationBlocks(
  method: Exclude<TdesDiversification, 'none'>,
  diversificationData: Uint8Array,
  key: StaticKey,
): Uint8Array<ArrayBuffer> {
  demandLength('key diversification data', diversificationData, 10);
  const six = chosenBytes[method].map((at) => diversificationData[at] ?? 0);
  return Uint8Array.of(...six, 0xf0, numbers[key], ...six, 0x0f, numbers[key]);
}

/** One static TDES key of a card, 16 bytes of odd parity, from a manufacturer key of 16 or 24 bytes. EMV CPS 1.1 §4.1. */
export function diversifyTdesKey(
  ciphers: Pick<TdesCiphers, 'tdesEcbEncrypt'>,
  method: TdesDiversification,
  kmc: Uint8Array,
  card: { readonly diversificationData: Uint8Array; readonly key: StaticKey },
): Uint8Array {
  if (method === 'none') return kmc.slice();
  return withOddParity(ciphers.tdesEcbEncrypt(kmc, diversificationBlocks(method, card.diversificationData, card.key)));
}

/**
 * The blocks over which an AES manufacturer key computes its CMACs so that their joined results, cut to the key's length, are one static
 * key: counter from 1 (1 byte), label 000000 and the key's number, 00, the 10 bytes of the card. NIST SP 800-108 §5.1 with CMAC, in the
 * arrangement known as KDF3 (no length field).
 */
export function kdf3Blocks(
  keyLength: AesKeyLength,
  diversificationData: Uint8Array,
  key: StaticKey,
): readonly Uint8Array<ArrayBuffer>[] {
  demandLength('key diversification data', diversificationData, 10);
  const fixed = concatBytes(Uint8Array.of(0, 0, 0, numbers[key], 0), diversificationData);
  return Array.from({ length: Math.ceil(keyLength / 16) }, (_, at) => concatBytes(Uint8Array.of(at + 1), fixed));
}

/** One static AES key of a card, as long as the manufacturer key. NIST SP 800-108 §5.1 (KDF3). */
export function diversifyAesKey(
  ciphers: Pick<Ciphers, 'aesCmac'>,
  method: AesDiversification,
  kmc: Uint8Array,
  card: { readonly diversificationData: Uint8Array; readonly key: StaticKey },
): Uint8Array {
  if (method === 'none') return kmc.slice();
  const blocks = kdf3Blocks(requireAesLength(kmc), card.diversificationData, card.key);
  return joinDerived(
    blocks.map((block) => ciphers.aesCmac(kmc, block)),
    kmc.length * 8,
  );
}

function requireAesLength({ length }: Uint8Array): AesKeyLength {
  if (length === 16 || length === 24 || length === 32) return length;
  throw new StationFault('EMV-VALUE-FORM', { what: 'manufacturer key', reason: 'not 16, 24 or 32 bytes' });
}
