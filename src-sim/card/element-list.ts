/** One entry of a data object list: a tag and how many bytes of value are asked for. */
export interface ListEntry {
  readonly tag: number;
  readonly length: number;
}

/** Reads a data object list (PDOL, CDOL, DDOL); undefined where its bytes end inside an entry. EMV Book 3 v4.4 §5.4. */
export function readElementList(bytes: Uint8Array): readonly ListEntry[] | undefined {
  const entries: ListEntry[] = [];
  for (let at = 0; at < bytes.length;) {
    let tag = bytes[at++] ?? 0;
    if ((tag & 0x1f) === 0x1f) {
      let next: number | undefined;
      do {
        next = bytes[at++];
        if (next === undefined || tag > 0xffff) return undefined;
        tag = tag * 256 + next;
      } while ((next & 0x80) !== 0);
    }
    const length = bytes[at++];
    if (length === undefined) return undefined;
    entries.push({ tag, length });
  }
  return entries;
}

/** How many bytes a list asks for in all. */
export function lengthOfList(list: readonly ListEntry[]): number {
  return list.reduce((sum, { length }) => sum + length, 0);
}

/** The values that a terminal sent for a list, by tag; of a tag that is listed twice the first. The data are as long as the list asks for. */
export function valuesOfList(list: readonly ListEntry[], data: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const values = new Map<number, Uint8Array>();
  let at = 0;
  for (const { tag, length } of list) {
    if (!values.has(tag)) values.set(tag, data.slice(at, at + length));
    at += length;
  }
  return values;
}
