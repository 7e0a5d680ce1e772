/** `Name (serial) NN SS`: pcsc-lite puts a running number and the slot, two hexadecimal digits each, behind a reader's name. */
const numbered = /^(.*) [0-9A-F]{2} ([0-9A-F]{2})$/;

/**
 * The reader of this name among those that PC/SC lists; else, where the name holds the reader's serial in brackets, the one that differs in
 * its running number only. Null where there is none, and where two could be meant.
 */
export function sameReader(name: string, serial: string, listed: readonly string[]): string | null {
  if (listed.includes(name)) return name;
  const [, wanted = '', slot = ''] = numbered.exec(name) ?? [];
  if (serial === '' || !wanted.includes(`(${serial})`)) return null;
  const same = listed.filter((one) => {
    const [, base, of] = numbered.exec(one) ?? [];
    return base === wanted && of === slot;
  });
  return same.length === 1 ? (same[0] ?? null) : null;
}
