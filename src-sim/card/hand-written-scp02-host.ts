import { execFileSync } from 'node:child_process';
import { byte } from './hand-written-host.ts';

const zeros = '00'.repeat(8);

/**
 * The host's side of SCP02 (GPC_SPE_034 v2.3.1 Appendix E) for the tests of this folder: written by hand, every DES by the openssl command
 * line, so that the chip is not judged by its own functions. All byte strings are hexadecimal, upper case.
 */
export class HandWrittenScp02Host {
  readonly #send: (command: string) => Promise<string>;
  readonly #key: string;
  #enc = '';
  #mac = '';
  #rmac = '';
  #dek = '';
  #lastMac = '';
  #lastAnswerMac = '';
  #level = 0;
  /** The answer to INITIALIZE UPDATE, as received. */
  initialized = '';

  /** Takes the way to the card and the one static key. */
  constructor(send: (command: string) => Promise<string>, key = '404142434445464748494A4B4C4D4E4F') {
    this.#send = send;
    this.#key = key;
  }

  /** Opens a session at a level with the key set of a version; returns the status word of EXTERNAL AUTHENTICATE. Throws when the card's cryptogram is wrong. */
  async open(level: number, version = '00', spoil = 0): Promise<string> {
    const hostChallenge = '0001020304050607';
    this.#level = 0;
    this.initialized = await this.#send(`8050${version}0008${hostChallenge}00`);
    const sequence = this.initialized.slice(24, 28);
    const cardChallenge = this.initialized.slice(28, 40);
    const session = (constant: string): string => des('des-ede-cbc', this.#key, constant + sequence + '00'.repeat(12));
    [this.#mac, this.#rmac, this.#dek, this.#enc] = ['0101', '0102', '0181', '0182'].map(session) as [
      string,
      string,
      string,
      string,
    ];
    const cryptogram = (data: string): string => des('des-ede-cbc', this.#enc, padded(data)).slice(-16);
    if (cryptogram(hostChallenge + sequence + cardChallenge) !== this.initialized.slice(40, 56)) {
      throw new Error('wrong card cryptogram');
    }
    const right = cryptogram(sequence + cardChallenge + hostChallenge);
    const shown = byte(Number.parseInt(right.slice(0, 2), 16) ^ spoil) + right.slice(2);
    this.#lastMac = macOf(this.#mac, zeros, `8482${byte(level)}0010${shown}`);
    this.#lastAnswerMac = this.#lastMac;
    const answer = await this.#send(`8482${byte(level)}0010${shown}${this.#lastMac}`);
    this.#level = level;
    return answer;
  }

  /** Sends one command through the session (header of four bytes); returns the clear answer, checked. */
  async send(header: string, data = '', le = ''): Promise<string> {
    const length = data.length / 2;
    if (this.#level === 0) return this.#send(header + (data === '' ? '' : byte(length) + data) + le);
    const secured = byte(Number.parseInt(header.slice(0, 2), 16) | 0x04) + header.slice(2);
    const chaining = des('des-ede', this.#mac.slice(0, 16).repeat(2), this.#lastMac);
    this.#lastMac = macOf(this.#mac, chaining, secured + byte(length + 8) + data);
    const body = (this.#level & 2) !== 0 && data !== '' ? des('des-ede-cbc', this.#enc, padded(data)) : data;
    const answer = await this.#send(secured + byte(body.length / 2 + 8) + body + this.#lastMac + le);
    const sw = answer.slice(-4);
    if ((this.#level & 0x10) === 0 || !/^(9000|62|63)/.test(sw)) return answer;
    const clear = answer.slice(0, -20);
    const signed = header + byte(length) + data + byte(clear.length / 2) + clear + sw;
    this.#lastAnswerMac = macOf(this.#rmac, this.#lastAnswerMac, signed);
    if (answer.slice(-20, -4) !== this.#lastAnswerMac) throw new Error('wrong R-MAC');
    return clear + sw;
  }

  /** Enciphers a key, or what belongs into an enciphered data grouping. */
  sensitive(data: string): string {
    return des('des-ede', this.#dek, data.length % 16 === 0 ? data : padded(data));
  }
}

/** Single DES with a final triple DES. GPC_SPE_034 v2.3.1 §B.1.2.2. */
function macOf(key: string, iv: string, message: string): string {
  const blocks = padded(message);
  const half = key.slice(0, 16).repeat(2);
  const chained = blocks.length === 16 ? iv : des('des-ede-cbc', half, blocks.slice(0, -16), iv).slice(-16);
  return des('des-ede-cbc', key, blocks.slice(-16), chained);
}

/** Enciphers whole blocks by the openssl command line. */
export function des(cipher: 'des-ede' | 'des-ede-cbc', key: string, data: string, iv = zeros): string {
  const words = ['enc', `-${cipher}`, '-nopad', '-K', key, ...(cipher === 'des-ede' ? [] : ['-iv', iv])];
  return execFileSync('openssl', words, { input: Buffer.from(data, 'hex') })
    .toString('hex')
    .toUpperCase();
}

function padded(data: string): string {
  const text = `${data}80`;
  return text.padEnd(Math.ceil(text.length / 16) * 16, '0');
}
