import { StationFault } from '#shared/faults/station-fault.ts';

/** The two ciphers of a key's halves: CBC with initial value zero under the left half alone, and one block by the whole TDES key. */
export interface RetailMacCiphers {
  readonly left: (blocks: Uint8Array) => Uint8Array;
  readonly whole: (block: Uint8Array) => Uint8Array;
}

/**
 * MAC of whole 8-byte blocks, 8 bytes out: DES-CBC under the left half for all blocks but the last, which is enciphered by both halves.
 * ISO/IEC 9797-1:2011 MAC algorithm 3; the caller pads. With two blocks it is the sum of the CVV (`E(D(E(...)))`).
 */
export function retailMac(blocks: Uint8Array, { left, whole }: RetailMacCiphers): Uint8Array {
  if (blocks.length === 0 || blocks.length % 8 !== 0) {
    throw new StationFault('KEYS-REFUSED', { reason: 'a MAC is made of whole blocks' });
  }
  const last = blocks.slice(-8);
  if (blocks.length > 8) {
    const chain = left(blocks.subarray(0, -8)).subarray(-8);
    chain.forEach((byte, at) => (last[at] = (last[at] ?? 0) ^ byte));
  }
  return whole(last);
}
