import { concatBytes } from '#shared/bytes/bytes.ts';
import { retailMac, tdesEcbEncrypt } from './card-des.ts';

const zeros = new Uint8Array(8);

/** What Table CCD 3 takes from the terminal, in its order: amounts, country, TVR, currency, date, type, unpredictable number. */
const elementsOfCryptogram = [0x9f02, 0x9f03, 0x9f1a, 0x95, 0x5f2a, 0x9a, 0x9c, 0x9f37];

/**
 * A session key of 16 bytes from one of the card's master keys: the diversifier (8 bytes: ATC and zeros, or an application cryptogram)
 * with F0 and with 0F as third byte, enciphered. EMV Book 2 v4.4 Annex A1.3.1.
 */
export function sessionKeyOf(masterKey: Uint8Array, diversifier: Uint8Array): Uint8Array {
  const half = (third: number): Uint8Array => diversifier.map((byte, at) => (at === 2 ? third : byte));
  return tdesEcbEncrypt(masterKey, concatBytes(half(0xf0), half(0x0f)));
}

/** The session key for application cryptograms of one transaction. EMV Book 2 v4.4 §8.1.2, Annex A1.3.1. */
export function cryptogramKeyOf(masterKey: Uint8Array, counter: Uint8Array): Uint8Array {
  return sessionKeyOf(masterKey, concatBytes(counter, zeros.slice(0, 6)));
}

/** An application cryptogram, 8 bytes. EMV Book 2 v4.4 CCD §8.1.1 Table CCD 3, §8.1.2, Annex A1.2.1. */
export function cryptogramOf(
  key: Uint8Array,
  values: ReadonlyMap<number, Uint8Array>,
  card: { readonly profile: Uint8Array; readonly counter: Uint8Array; readonly issuerData: Uint8Array },
): Uint8Array {
  const sent = elementsOfCryptogram.map((tag) => values.get(tag) ?? new Uint8Array());
  return retailMac(key, zeros, concatBytes(...sent, card.profile, card.counter, card.issuerData));
}

/** The response cryptogram of method 1, 8 bytes, for a response code of two characters. EMV Book 2 v4.4 §8.2.1. */
export function responseCryptogram1(key: Uint8Array, request: Uint8Array, code: Uint8Array): Uint8Array {
  return tdesEcbEncrypt(
    key,
    request.map((byte, at) => byte ^ (code[at] ?? 0)),
  );
}

/** The response cryptogram of method 2, 4 bytes, for a card status update and what is under the MAC with it. EMV Book 2 v4.4 §8.2.2. */
export function responseCryptogram2(key: Uint8Array, request: Uint8Array, update: Uint8Array): Uint8Array {
  return retailMac(key, zeros, concatBytes(request, update)).slice(0, 4);
}
