import { StationFault } from '../../faults/station-fault.ts';
import { encodeTlvs, parseTlv, type Tlv } from '../tlv/ber-tlv.ts';
import { formatTag, requireTlv } from '../tlv/find-tlv.ts';

/** What a card answers to GENERATE AC. EMV 4.4 Book 3 §6.5.5.4, Book 2 §6.6.1. */
export interface CryptogramAnswer {
  /** Cryptogram information data, 9F27. */
  readonly information: number;
  /** 9F36, 2 bytes. */
  readonly transactionCounter: Uint8Array;
  /** 9F10; empty where the card gave none. */
  readonly issuerData: Uint8Array;
  /** 9F26, 8 bytes, as it stands there; or 9F4B, in which it is signed, and every other object of the answer as it was signed with it. */
  readonly proof:
    | { readonly kind: 'cryptogram'; readonly cryptogram: Uint8Array }
    | { readonly kind: 'signature'; readonly signature: Uint8Array; readonly others: Uint8Array };
  /** The objects of format 2, in order; none of format 1. */
  readonly objects: readonly Tlv[];
}

const command = 'GENERATE AC';

function refuse(reason: string): never {
  throw new StationFault('CARD-ANSWER', { command, reason });
}

function exactly(tag: number, value: Uint8Array, length: number): Uint8Array {
  return value.length === length ? value : refuse(`${formatTag(tag)} is not ${length} bytes`);
}

function parseFormat1(value: Uint8Array): CryptogramAnswer {
  if (value.length < 11 || value.length > 43) return refuse('format 1 is not 11 to 43 bytes');
  return {
    information: value[0] ?? 0,
    transactionCounter: value.slice(1, 3),
    proof: { kind: 'cryptogram', cryptogram: value.slice(3, 11) },
    issuerData: value.slice(11),
    objects: [],
  };
}

/**
 * Reads the answer: format 1 (80: information, counter, cryptogram and issuer data joined) or format 2 (77, with 9F26 or with 9F4B, never
 * both). CARD-ANSWER, CARD-TLV, CARD-TLV-MISSING. EMV 4.4 Book 3 §6.5.5.4, Book 2 §6.6.1 table 20.
 */
export function parseCryptogramAnswer(data: Uint8Array): CryptogramAnswer {
  const template = parseTlv(data);
  if (template.tag === 0x80) return parseFormat1(template.value);
  if (template.tag !== 0x77) return refuse('neither format 1 nor format 2');
  const objects = template.children ?? [];
  for (const [at, { tag }] of objects.entries()) {
    if (objects.findIndex((other) => other.tag === tag) < at) refuse(`${formatTag(tag)} stands there twice`);
  }
  const signature = objects.find(({ tag }) => tag === 0x9f4b);
  const clear = objects.find(({ tag }) => tag === 0x9f26);
  if (signature !== undefined && clear !== undefined) return refuse('the cryptogram stands beside its signature');
  return {
    information: exactly(0x9f27, requireTlv(objects, command, 0x9f27).value, 1)[0] ?? 0,
    transactionCounter: exactly(0x9f36, requireTlv(objects, command, 0x9f36).value, 2),
    issuerData: objects.find(({ tag }) => tag === 0x9f10)?.value ?? new Uint8Array(0),
    proof:
      signature === undefined
        ? { kind: 'cryptogram', cryptogram: exactly(0x9f26, requireTlv(objects, command, 0x9f26).value, 8) }
        : {
            kind: 'signature',
            signature: signature.value,
            others: encodeTlvs(objects.filter(({ tag }) => tag !== 0x9f4b)),
          },
    objects,
  };
}

/** Reads the signed dynamic data out of the answer to INTERNAL AUTHENTICATE: format 1 (80) or 9F4B in format 2 (77). EMV 4.4 Book 3 §6.5.9.4. */
export function parseSignedDynamicData(data: Uint8Array): Uint8Array {
  const template = parseTlv(data);
  if (template.tag === 0x80) return template.value;
  const reason = 'neither format 1 nor format 2';
  if (template.tag !== 0x77) throw new StationFault('CARD-ANSWER', { command: 'INTERNAL AUTHENTICATE', reason });
  return requireTlv(template.children ?? [], 'INTERNAL AUTHENTICATE', 0x9f4b).value;
}

/** Reads the transaction counter out of the answer to GET DATA, 2 bytes. CARD-ANSWER, CARD-TLV. EMV 4.4 Book 3 §6.5.7.4. */
export function parseTransactionCounter(data: Uint8Array): number {
  const { tag, value } = parseTlv(data);
  if (tag === 0x9f36 && value.length === 2) return ((value[0] ?? 0) << 8) | (value[1] ?? 0);
  const reason = 'it is not the transaction counter of 2 bytes';
  throw new StationFault('CARD-ANSWER', { command: 'GET DATA', reason });
}
