/** One entry of an application file locator: records `first` to `last` of the file with this short identifier. */
export interface AflEntry {
  readonly file: number;
  readonly first: number;
  readonly last: number;
}

/** Reads an application file locator; undefined where it breaks the rules of EMV Book 3 v4.4 §10.2. */
export function aflEntries(afl: Uint8Array): readonly AflEntry[] | undefined {
  if (afl.length % 4 !== 0) return undefined;
  const entries: AflEntry[] = [];
  for (let at = 0; at < afl.length; at += 4) {
    const [head = 0, first = 0, last = 0, signed = 0] = afl.slice(at, at + 4);
    const file = head >> 3;
    if ((head & 0x07) !== 0 || file === 0 || file > 30) return undefined;
    if (first === 0 || last < first || signed > last - first + 1) return undefined;
    entries.push({ file, first, last });
  }
  return entries;
}
