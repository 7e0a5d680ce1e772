import { concatBytes, fromHex } from '#shared/bytes/bytes.ts';
import { opensslDesCbc, opensslTdesCbc } from '#shared/protocols/tdes-of-tests.fixture.ts';
import { setOddParity } from './hsm-worker/tdes-parity.ts';
import { publishedKey, selectedApplication } from './conformance-card.ts';
import type { CardKeys } from './conformance-card.ts';

/** The card's side of one SCP02 channel, written from the clauses over the openssl command line: what the port is measured against. */
export interface Scp02CardSide {
  /** Answer to INITIALIZE UPDATE without status word. */
  readonly answer: Uint8Array;
  readonly dek: Uint8Array;
  readonly externalAuthenticate: (level: number) => Uint8Array;
  /** The first command after EXTERNAL AUTHENTICATE at level 03, header and data as they are in clear. */
  readonly firstCommand: (header: Uint8Array, data: Uint8Array) => Uint8Array;
}

const zero = new Uint8Array(8);
const padded = (data: Uint8Array): Uint8Array =>
  concatBytes(data, Uint8Array.of(0x80), new Uint8Array(7 - (data.length % 8)));

/** Blocks each by itself under a TDES key. */
export function tdesEcb(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  const parts = Array.from({ length: blocks.length / 8 }, (_, at) =>
    opensslTdesCbc(key, zero, blocks.subarray(at * 8, at * 8 + 8)),
  );
  return concatBytes(...parts);
}

/** GPC_SPE_034 v2.3.1 §B.1.2.2. */
function retailMac(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const blocks = padded(data);
  const chained = blocks.length > 8 ? opensslDesCbc(key.subarray(0, 8), iv, blocks.subarray(0, -8)).slice(-8) : iv;
  return opensslTdesCbc(key, chained, blocks.subarray(-8));
}

/** The keys of a card under a TDES manufacturer key: which six of the ten bytes decides the method. EMV CPS 1.1 §4.1; Visa2. */
export function tdesKeysUnder(
  kmc: Uint8Array,
  diversificationData: Uint8Array,
  method: 'emv-cps-1.1' | 'visa2',
): CardKeys {
  const card = diversificationData;
  const six = method === 'visa2' ? concatBytes(card.subarray(0, 2), card.subarray(4, 8)) : card.subarray(4, 10);
  const one = (number: number): Uint8Array => {
    const blocks = concatBytes(six, Uint8Array.of(0xf0, number), six, Uint8Array.of(0x0f, number));
    const key = tdesEcb(kmc, blocks);
    setOddParity(key);
    return key;
  };
  return { enc: one(1), mac: one(2), dek: one(3), diversificationData };
}

const publishedKeys: CardKeys = {
  enc: publishedKey,
  mac: publishedKey,
  dek: publishedKey,
  diversificationData: new Uint8Array(10),
};

/** A card of i=55, with the published keys unless others are given, that was asked to open a channel. GPC_SPE_034 v2.3.1 Annex E. */
export function answerScp02InitializeUpdate(asked: {
  readonly keyVersion: number;
  readonly hostChallenge: Uint8Array;
  readonly keys?: CardKeys;
}): Scp02CardSide {
  const { keyVersion, hostChallenge, keys: own = publishedKeys } = asked;
  const counter = fromHex('0003');
  const session = (key: Uint8Array, constant: string): Uint8Array =>
    opensslTdesCbc(key, zero, concatBytes(fromHex(constant), counter, new Uint8Array(12)));
  const [enc, mac, dek] = [session(own.enc, '0182'), session(own.mac, '0101'), session(own.dek, '0181')];
  const challenge = retailMac(mac, zero, selectedApplication).subarray(0, 6);
  const cryptogram = (...parts: readonly Uint8Array[]): Uint8Array =>
    opensslTdesCbc(enc, zero, padded(concatBytes(...parts))).slice(-8);
  const head = concatBytes(own.diversificationData, Uint8Array.of(keyVersion, 0x02));
  const authenticated = (level: number): Uint8Array =>
    concatBytes(Uint8Array.of(0x84, 0x82, level, 0x00, 0x10), cryptogram(counter, challenge, hostChallenge));
  return {
    answer: concatBytes(head, counter, challenge, cryptogram(hostChallenge, counter, challenge)),
    dek,
    externalAuthenticate: (level) => concatBytes(authenticated(level), retailMac(mac, zero, authenticated(level))),
    firstCommand: (header, data) => {
      const [cla = 0, ins = 0, p1 = 0, p2 = 0] = header;
      const chain = retailMac(mac, zero, authenticated(0x03));
      const iv = opensslDesCbc(mac.subarray(0, 8), zero, chain);
      const maced = concatBytes(Uint8Array.of(cla | 0x04, ins, p1, p2, data.length + 8), data);
      const body = opensslTdesCbc(enc, zero, padded(data));
      const sent = Uint8Array.of(cla | 0x04, ins, p1, p2, body.length + 8);
      return concatBytes(sent, body, retailMac(mac, iv, maced));
    },
  };
}
