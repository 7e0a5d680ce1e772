function hasOddParity(byte: number): boolean {
  let bits = 0;
  for (let rest = byte; rest !== 0; rest >>= 1) bits += rest & 1;
  return bits % 2 === 1;
}

/** Says whether every byte has odd parity. NIST SP 800-67 rev. 2 §3.1. */
export function isOddParity(key: Uint8Array): boolean {
  return key.every(hasOddParity);
}

/** Sets the lowest bit of each byte, in place, so that the byte has odd parity. */
export function setOddParity(key: Uint8Array): void {
  key.forEach((byte, at) => {
    if (!hasOddParity(byte)) key[at] = byte ^ 1;
  });
}
