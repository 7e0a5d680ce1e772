import { createHmac } from 'node:crypto';
import type { CryptogramAnswer } from '#shared/protocols/emv/cryptogram-answer.ts';
import type { DolEntry } from '#shared/protocols/tlv/data-object-list.ts';
import { formatTag } from '#shared/protocols/tlv/find-tlv.ts';
import type { Tlv } from '#shared/protocols/tlv/ber-tlv.ts';
import { walkTlvs } from '#shared/protocols/tlv/find-tlv.ts';

/** One primitive data object and the answer that held it. */
export interface ReadObject {
  readonly tag: number;
  readonly value: Uint8Array;
  /** For people: `record 2 of file 1`. */
  readonly where: string;
}

/** One whole record as it came. */
export interface ReadRecord {
  readonly sfi: number;
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** An answer to GENERATE AC, and the card's list as it was filled. */
export interface AskedCryptogram {
  readonly list: readonly DolEntry[];
  readonly filled: Uint8Array;
  readonly answer: CryptogramAnswer;
}

/** All that a terminal learnt of one application of a card, in the order in which it was read. */
export class ChipReading {
  readonly objects: ReadObject[] = [];
  readonly records: ReadRecord[] = [];
  /** What was sent in GET PROCESSING OPTIONS, without its template. */
  optionsData: Uint8Array = new Uint8Array(0);
  interchangeProfile: Uint8Array = new Uint8Array(0);
  recordsRead: 'none' | 'all' = 'none';
  /** The answer to INTERNAL AUTHENTICATE, and what it was asked with. */
  dynamic: { readonly data: Uint8Array; readonly signature: Uint8Array } | null = null;
  /** The answer to GENERATE AC, and the card's list as it was filled. */
  cryptogram: AskedCryptogram | null = null;
  /** The same of the second one. */
  second: AskedCryptogram | null = null;
  /** As GET DATA said it after all else. */
  transactionCounter: number | null = null;
  readonly #answers: Uint8Array[] = [];

  addAnswer(bytes: Uint8Array): void {
    this.#answers.push(bytes);
  }

  addObjects(objects: readonly Tlv[], where: string): void {
    for (const [, { tag, value }] of walkTlvs(objects)) this.objects.push({ tag, value, where });
  }

  /** Every occurrence of a tag. */
  find(tag: number): readonly ReadObject[] {
    return this.objects.filter((object) => object.tag === tag);
  }

  /** The transaction counter as it stands on the card after the reading; null where the card was not asked. */
  get counter(): number | null {
    const said = (this.second ?? this.cryptogram)?.answer.transactionCounter;
    if (this.transactionCounter !== null || said === undefined) return this.transactionCounter;
    return ((said[0] ?? 0) << 8) | (said[1] ?? 0);
  }

  /** Every answer, in order. */
  get answers(): readonly Uint8Array[] {
    return this.#answers;
  }
}

/** HMAC-SHA-256 over parts in order, each behind its length of 4 bytes; hexadecimal. */
export function digestOfReading(key: Uint8Array, parts: readonly Uint8Array[]): string {
  const mac = createHmac('sha256', key);
  for (const part of parts) {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, part.length);
    mac.update(length).update(part);
  }
  return mac.digest('hex');
}

/** A record's name in a sentence. */
export function recordName({ sfi, number }: Pick<ReadRecord, 'sfi' | 'number'>): string {
  return `record ${number} of file ${sfi}`;
}

/** A tag as a product writes it: lower-case hexadecimal. */
export function tagItem(tag: number): string {
  return formatTag(tag).toLowerCase();
}
