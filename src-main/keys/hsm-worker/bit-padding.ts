/** Says whether whole AES blocks end in 80 00 ... 00 within the last block. ISO/IEC 9797-1 padding method 2. */
export function endsInBitPadding(blocks: Uint8Array): boolean {
  if (blocks.length === 0 || blocks.length % 16 !== 0) return false;
  for (let back = 1; back <= 16; back++) {
    const byte = blocks[blocks.length - back];
    if (byte === 0x80) return true;
    if (byte !== 0) return false;
  }
  return false;
}
