import { timingSafeEqual } from 'node:crypto';
import type { KeyAlgorithm } from '#shared/domain/key-usage.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { secretCheckValue } from './check-value.ts';
import { requireParity, requireStrength } from './key-quality.ts';
import { symmetricKeyLength } from './symmetric-key-length.ts';

type Pass = 'first' | 'second';

/**
 * One component of a key as one custodian enters it: twice, digit by digit, into buffers of this process. An entry that is refused is
 * wiped; two entries that differ are both wiped, and the custodian begins again.
 */
export class ComponentEntry {
  readonly #algorithm: KeyAlgorithm;
  readonly #number: number;
  readonly #entries: Readonly<Record<Pass, Uint8Array>>;
  readonly #counts: Record<Pass, number> = { first: 0, second: 0 };
  #state: 'first' | 'second' | 'agreed' = 'first';

  constructor(algorithm: KeyAlgorithm, number: number) {
    const length = symmetricKeyLength(algorithm);
    this.#algorithm = algorithm;
    this.#number = number;
    this.#entries = { first: new Uint8Array(length), second: new Uint8Array(length) };
  }

  get agreed(): boolean {
    return this.#state === 'agreed';
  }

  #requirePass(pass: Pass): Uint8Array {
    if (this.#state === pass) return this.#entries[pass];
    const awaited = this.#state === 'agreed' ? 'no entry' : `the ${this.#state} entry`;
    const reason = `component ${this.#number} awaits ${awaited}, this is the ${pass}`;
    throw new StationFault('KEYS-CEREMONY-ORDER', { reason });
  }

  #requireLength(found: number): void {
    const expected = this.#entries.first.length * 2;
    const counted = found > expected ? 'more' : String(found);
    const details = { component: this.#number, found: counted, expected };
    if (found !== expected) throw new StationFault('KEYS-COMPONENT-LENGTH', details);
  }

  /** Takes one hexadecimal digit; gives the count of digits so far. */
  enterDigit(pass: Pass, digit: number): number {
    const entry = this.#requirePass(pass);
    if (!Number.isInteger(digit) || digit < 0 || digit > 15) {
      throw new StationFault('KEYS-REFUSED', { reason: 'a component is entered in hexadecimal digits' });
    }
    const count = this.#counts[pass];
    if (count >= entry.length * 2) this.#requireLength(count + 1);
    const at = count >> 1;
    entry[at] = count % 2 === 0 ? digit << 4 : (entry[at] ?? 0) | digit;
    this.#counts[pass] = count + 1;
    return count + 1;
  }

  /** Forgets what was entered in this pass. */
  clear(pass: Pass): void {
    this.#requirePass(pass).fill(0);
    this.#counts[pass] = 0;
  }

  /** Ends a pass; after the second gives the component's check value. A wrong length keeps the entry, so that it can be finished. */
  end(pass: Pass): { readonly count: number; readonly kcv: string | null } {
    const entry = this.#requirePass(pass);
    const count = this.#counts[pass];
    this.#requireLength(count);
    if (pass === 'first') {
      this.#check(entry);
      this.#state = 'second';
      return { count, kcv: null };
    }
    if (!timingSafeEqual(entry, this.#entries.first)) {
      this.wipe();
      throw new StationFault('KEYS-COMPONENT-DIFFERS', { component: this.#number });
    }
    entry.fill(0);
    this.#state = 'agreed';
    return { count, kcv: secretCheckValue(this.#algorithm, this.#entries.first) };
  }

  #check(entry: Uint8Array): void {
    const what = `component ${this.#number}`;
    try {
      requireParity(this.#algorithm, entry, what);
      requireStrength(this.#algorithm, entry, what);
    } catch (thrown) {
      this.wipe();
      throw thrown;
    }
  }

  /** Adds the component to a sum of the same length. */
  addTo(sum: Uint8Array): void {
    this.#entries.first.forEach((byte, at) => (sum[at] = (sum[at] ?? 0) ^ byte));
  }

  /** Overwrites both entries; the component begins again. */
  wipe(): void {
    for (const pass of ['first', 'second'] as const) {
      this.#entries[pass].fill(0);
      this.#counts[pass] = 0;
    }
    this.#state = 'first';
  }
}
