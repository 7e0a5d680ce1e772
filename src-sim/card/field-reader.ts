import { StatusError } from './status-word.ts';

/** Takes bytes and fields (BER length before the value) off the front; throws 6A80 where data end early. */
export class FieldReader {
  readonly #data: Uint8Array;
  #at = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#data.length;
  }

  byte(): number {
    const value = this.#data[this.#at++];
    if (value === undefined) throw new StatusError('wrongData');
    return value;
  }

  field(): Uint8Array {
    const first = this.byte();
    if (first > 0x82 || first === 0x80) throw new StatusError('wrongData');
    const length = first < 0x80 ? first : first === 0x81 ? this.byte() : (this.byte() << 8) | this.byte();
    if (this.#at + length > this.#data.length) throw new StatusError('wrongData');
    this.#at += length;
    return this.#data.slice(this.#at - length, this.#at);
  }
}
