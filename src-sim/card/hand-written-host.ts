import { execFileSync } from 'node:child_process';
import { createCipheriv, createDecipheriv } from 'node:crypto';

/**
 * The host's side of SCP03 for the tests of this folder: written by hand, CMAC by the openssl command line, so that the
 * chip is not judged by its own functions. All byte strings are hexadecimal, upper case.
 */
export class HandWrittenHost {
  readonly #send: (command: string) => Promise<string>;
  readonly #key: string;
  readonly #macDigits: number;
  #enc = '';
  #mac = '';
  #rmac = '';
  #chaining = '';
  #counter = 0;
  #level = 0;
  /** The answer to INITIALIZE UPDATE, as received. */
  initialized = '';

  /** Takes the way to the card, the one static key, and how many bytes a MAC has. */
  constructor(send: (command: string) => Promise<string>, key = '404142434445464748494A4B4C4D4E4F', macLength = 8) {
    this.#send = send;
    this.#key = key;
    this.#macDigits = macLength * 2;
  }

  /** Opens a session at a level; returns the status word of EXTERNAL AUTHENTICATE. Throws when the card's cryptogram is wrong. */
  async open(level: number, hostChallenge = '0001020304050607', spoil = 0): Promise<string> {
    const lc = byte(hostChallenge.length / 2);
    this.initialized = await this.#send(`80500000${lc}${hostChallenge}00`);
    const digits = this.#macDigits;
    const cardChallenge = this.initialized.slice(26, 26 + digits);
    const cardCryptogram = this.initialized.slice(26 + digits, 26 + 2 * digits);
    const context = hostChallenge + cardChallenge;
    const keyDigits = this.#key.length;
    this.#enc = derive(this.#key, '04', keyDigits, context);
    this.#mac = derive(this.#key, '06', keyDigits, context);
    this.#rmac = derive(this.#key, '07', keyDigits, context);
    if (derive(this.#mac, '00', digits, context) !== cardCryptogram) throw new Error('wrong card cryptogram');
    const right = derive(this.#mac, '01', digits, context);
    const cryptogram = byte(Number.parseInt(right.slice(0, 2), 16) ^ spoil) + right.slice(2);
    this.#chaining = '00'.repeat(16);
    this.#counter = 0;
    this.#level = 0x01;
    const answer = await this.#send(this.#signed(`8482${byte(level)}00`, cryptogram, ''));
    this.#level = level;
    return answer;
  }

  /** Sends one command through the session (header of four bytes); returns the clear answer, checked. */
  async send(header: string, data = '', le = ''): Promise<string> {
    if (this.#level === 0) return this.#send(header + (data === '' ? '' : byte(data.length / 2) + data) + le);
    this.#counter++;
    const secured = byte(Number.parseInt(header.slice(0, 2), 16) | 0x04) + header.slice(2);
    const body = (this.#level & 2) !== 0 && data !== '' ? cbc(this.#enc, this.#iv('00'), padded(data)) : data;
    return this.#opened(await this.#send(this.#signed(secured, body, le)));
  }

  /** Enciphers what belongs into an enciphered data grouping. */
  sensitive(data: string): string {
    return cbc(this.#key, '00'.repeat(16), data.length % 32 === 0 ? data : padded(data));
  }

  #signed(header: string, data: string, le: string): string {
    const lc = byte((data.length + this.#macDigits) / 2);
    this.#chaining = cmac(this.#mac, this.#chaining + header + lc + data);
    return header + lc + data + this.#chaining.slice(0, this.#macDigits) + le;
  }

  #opened(answer: string): string {
    const sw = answer.slice(-4);
    if ((this.#level & 0x10) === 0 || !/^(9000|62|63)/.test(sw)) return answer;
    const data = answer.slice(0, -4 - this.#macDigits);
    const mac = answer.slice(-4 - this.#macDigits, -4);
    if (cmac(this.#rmac, this.#chaining + data + sw).slice(0, this.#macDigits) !== mac) throw new Error('wrong R-MAC');
    if ((this.#level & 0x20) === 0 || data === '') return data + sw;
    const decipher = createDecipheriv(name(this.#enc, 'cbc'), bytes(this.#enc), bytes(this.#iv('80'))).setAutoPadding(
      false,
    );
    return (
      decipher
        .update(bytes(data))
        .toString('hex')
        .toUpperCase()
        .replace(/80(00)*$/, '') + sw
    );
  }

  #iv(first: string): string {
    const block = first + '00'.repeat(11) + this.#counter.toString(16).toUpperCase().padStart(8, '0');
    const cipher = createCipheriv(name(this.#enc, 'ecb'), bytes(this.#enc), null).setAutoPadding(false);
    return cipher.update(bytes(block)).toString('hex').toUpperCase();
  }
}

/** AES-CMAC by the openssl command line. */
export function cmac(key: string, message: string): string {
  const words = ['mac', '-cipher', `AES-${String(key.length * 4)}-CBC`, '-macopt', `hexkey:${key}`, 'CMAC'];
  return execFileSync('openssl', words, { input: bytes(message) })
    .toString()
    .trim()
    .toUpperCase();
}

function derive(key: string, constant: string, digits: number, context: string): string {
  const bits = (digits * 4).toString(16).toUpperCase().padStart(4, '0');
  const block = (counter: string): string => cmac(key, `${'00'.repeat(11)}${constant}00${bits}${counter}${context}`);
  return (block('01') + (digits > 32 ? block('02') : '')).slice(0, digits);
}

function cbc(key: string, iv: string, data: string): string {
  const cipher = createCipheriv(name(key, 'cbc'), bytes(key), bytes(iv)).setAutoPadding(false);
  return cipher.update(bytes(data)).toString('hex').toUpperCase();
}

function padded(data: string): string {
  const text = `${data}80`;
  return text.padEnd(Math.ceil(text.length / 32) * 32, '0');
}

function name(key: string, mode: string): string {
  return `aes-${String(key.length * 4)}-${mode}`;
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'hex');
}

/** One byte as two digits. */
export function byte(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, '0');
}
