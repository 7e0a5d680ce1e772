/**
 * Bytes of data before the padding of whole AES blocks that end in 80 00 ... 00 within the last block; null where they do not.
 * ISO/IEC 9797-1 padding method 2.
 */
export function bitPaddedLength(blocks: Uint8Array): number | null {
  if (blocks.length === 0 || blocks.length % 16 !== 0) return null;
  for (let back = 1; back <= 16; back++) {
    const byte = blocks[blocks.length - back];
    if (byte === 0x80) return blocks.length - back;
    if (byte !== 0) return null;
  }
  return null;
}
