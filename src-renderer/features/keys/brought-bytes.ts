/** Says whether a text is whole bytes in hexadecimal, and at least one; white space does not count. */
export function isHex(text: string): boolean {
  return /^(?:[0-9A-Fa-f]{2})+$/.test(text.replace(/\s/g, ''));
}

/** Hexadecimal as calls want it. */
export function plainHex(text: string): string {
  return text.replace(/\s/g, '').toLowerCase();
}

/** A file's bytes as upper-case hexadecimal: it holds them as they are, or as hexadecimal digits with or without white space. */
export async function hexOfFile(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const digits = String.fromCharCode(...bytes).replace(/\s/g, '');
  if (isHex(digits)) return digits.toUpperCase();
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}

/** Two hexadecimal characters as a number; null where it is none. */
export function indexOfHex(text: string): number | null {
  return /^[0-9A-Fa-f]{2}$/.test(text) ? Number.parseInt(text, 16) : null;
}

/** How people write a RID and the index of an authority's key. */
export function authorityName({ rid, index }: { readonly rid: string; readonly index: number }): string {
  return `${rid.toUpperCase()} · ${index.toString(16).padStart(2, '0').toUpperCase()}`;
}
