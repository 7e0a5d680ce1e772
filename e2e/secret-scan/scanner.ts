import type { Needle } from './needles.ts';

/** Where a secret was found. */
export interface Finding {
  readonly what: string;
  readonly where: string;
  readonly offset: number;
}

/** Findings after which a scan of one place stops: one is too many already. */
const most = 200;

/** Looks for many needles in one pass: a table of their first two bytes sorts out nearly every place. */
export class Scanner {
  /** Bytes that two pieces read one after the other must share. */
  readonly overlap: number;
  readonly #byStart = new Map<number, Needle[]>();
  readonly #starts = new Uint8Array(65_536);

  constructor(needles: readonly Needle[]) {
    this.overlap = Math.max(...needles.map(({ bytes }) => bytes.length)) - 1;
    for (const needle of needles) {
      if (needle.bytes.length < 6) throw new RangeError(`${needle.what} is too short to mean anything`);
      const start = needle.bytes.readUInt16LE(0);
      this.#starts[start] = 1;
      this.#byStart.set(start, [...(this.#byStart.get(start) ?? []), needle]);
    }
  }

  /** Every needle in these bytes; `offset` is what stands before them. */
  scan(bytes: Uint8Array, where: string, offset = 0): readonly Finding[] {
    const findings: Finding[] = [];
    const starts = this.#starts;
    for (let at = 0; at + 1 < bytes.length && findings.length < most; at++) {
      const start = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
      if (starts[start] === 0) continue;
      for (const { what, bytes: form } of this.#byStart.get(start) ?? []) {
        if (isAt(form, bytes, at)) findings.push({ what, where, offset: offset + at });
      }
    }
    return findings;
  }
}

function isAt(form: Buffer, bytes: Uint8Array, at: number): boolean {
  if (at + form.length > bytes.length) return false;
  for (let each = 2; each < form.length; each++) if (form[each] !== bytes[at + each]) return false;
  return true;
}
