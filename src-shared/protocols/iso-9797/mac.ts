import { concatBytes } from '../../bytes/bytes.ts';
import { demandLength } from '../emv/value-form.ts';
import type { TdesCiphers } from '../tdes-ciphers.ts';

type Encipher = Pick<TdesCiphers, 'tdesCbcEncrypt'>;
const zeroBlock = new Uint8Array(8);

/** Appends 80 and then 00 to whole blocks of 8 bytes; always at least one byte. ISO/IEC 9797-1:2011 §6.3.3, padding method 2. */
export function padWithMark(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const padding = new Uint8Array(8 - (data.length % 8));
  padding[0] = 0x80;
  return concatBytes(data, padding);
}

/** The key of single DES as TDES knows it: the left half twice. A device that keeps the key needs this one beside the whole key. */
export function leftHalfKey(key: Uint8Array): Uint8Array<ArrayBuffer> {
  demandLength('key', key, 16);
  return concatBytes(key.subarray(0, 8), key.subarray(0, 8));
}

/**
 * The MAC of algorithm 3 (the retail MAC) over padded blocks, 8 bytes, from two keyed acts: single DES CBC over all blocks but the last,
 * then TDES over the last with that result as initial value. The acts may be done where the keys are kept.
 * ISO/IEC 9797-1:2011 §7.4.
 */
export function chainAlgorithm3(
  acts: {
    readonly singleDesCbc: (blocks: Uint8Array) => Uint8Array;
    readonly tdesCbc: (initialValue: Uint8Array, block: Uint8Array) => Uint8Array;
  },
  blocks: Uint8Array,
): Uint8Array {
  const chained = blocks.length > 8 ? acts.singleDesCbc(blocks.subarray(0, -8)).slice(-8) : zeroBlock;
  return acts.tdesCbc(chained, blocks.subarray(-8));
}

/** The MAC of algorithm 3 over padded blocks with a key of 16 bytes; EMV-VALUE-FORM on another length. ISO/IEC 9797-1:2011 §7.4. */
export function macAlgorithm3(ciphers: Encipher, key: Uint8Array, blocks: Uint8Array): Uint8Array {
  const left = leftHalfKey(key);
  try {
    return chainAlgorithm3(
      {
        singleDesCbc: (data) => ciphers.tdesCbcEncrypt(left, zeroBlock, data),
        tdesCbc: (initialValue, block) => ciphers.tdesCbcEncrypt(key, initialValue, block),
      },
      blocks,
    );
  } finally {
    left.fill(0);
  }
}
