import { concatBytes } from '#shared/bytes/bytes.ts';

const getResponse = 0xc0;
const wrongLength = Uint8Array.of(0x67, 0x00);
const nothingWaits = Uint8Array.of(0x69, 0x85);

/**
 * Protocol T=0 between reader and chip: a command has data or an answer, never both, so an answer waits for GET RESPONSE
 * (61xx) and a wrong length is told by 6Cxx. ISO/IEC 7816-3 §12.2, ISO/IEC 7816-4 §11.7.1.
 */
export class T0Transport {
  readonly #chip: (command: Uint8Array) => Uint8Array;
  /** What GET RESPONSE has not fetched yet. */
  #waiting: { readonly data: Uint8Array; readonly sw: Uint8Array } | undefined;

  /** Takes what performs a whole command and answers data and status word. */
  constructor(chip: (command: Uint8Array) => Uint8Array) {
    this.#chip = chip;
  }

  /** Forgets what waits: reset, power off. */
  reset(): void {
    this.#waiting = undefined;
  }

  /** Performs one command as the reader sends it: header, P3, and as many data as P3 says. An Le after data is not part of T=0 and is passed over. */
  exchange(sent: Uint8Array): Uint8Array {
    const [, ins, , , p3 = 0] = sent;
    if (sent.length < 4) return wrongLength;
    if (ins === getResponse) return this.#respond(p3);
    this.#waiting = undefined;
    if (sent.length <= 5) return this.#withoutData(sent.slice(0, 4), p3);
    const surplus = sent.length - 5 - p3;
    if (p3 === 0 || surplus < 0 || surplus > 1) return wrongLength;
    const { data, sw } = split(this.#chip(concatBytes(sent.slice(0, 5 + p3), Uint8Array.of(0))));
    if (data.length === 0) return sw;
    this.#waiting = { data, sw };
    return more(data.length);
  }

  /** Case 1 and 2: the answer comes at once where Le is its length, else its length is told and the reader sends the command again. */
  #withoutData(header: Uint8Array, le: number): Uint8Array {
    const { data, sw } = split(this.#chip(concatBytes(header, Uint8Array.of(0))));
    if (data.length === 0) return sw;
    return data.length === (le || 256) ? concatBytes(data, sw) : Uint8Array.of(0x6c, data.length & 255);
  }

  #respond(p3: number): Uint8Array {
    const waiting = this.#waiting;
    if (waiting === undefined) return nothingWaits;
    const { data, sw } = waiting;
    const wanted = p3 || 256;
    if (wanted > data.length) return Uint8Array.of(0x6c, data.length & 255);
    const rest = data.slice(wanted);
    this.#waiting = rest.length === 0 ? undefined : { data: rest, sw };
    return concatBytes(data.slice(0, wanted), rest.length === 0 ? sw : more(rest.length));
  }
}

function split(answer: Uint8Array): { readonly data: Uint8Array; readonly sw: Uint8Array } {
  return { data: answer.slice(0, -2), sw: answer.slice(-2) };
}

function more(length: number): Uint8Array {
  return Uint8Array.of(0x61, length > 255 ? 0 : length);
}
