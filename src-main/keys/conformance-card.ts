import { concatBytes, fromHex } from '#shared/bytes/bytes.ts';
import { nodeCiphers } from './hsm-worker/node-ciphers.ts';

/** AID of what the cards of these tests have selected when a channel is begun: the issuer security domain. GPC_SPE_034 v2.3.1 Annex H.1. */
export const selectedApplication = fromHex('a000000151000000');

/** GlobalPlatform's published test key. */
export const publishedKey = fromHex('404142434445464748494a4b4c4d4e4f');

/** The card's side of one S8 channel with AES-128, written from the clauses: what the port is measured against. */
export interface CardSide {
  /** Answer to INITIALIZE UPDATE without status word. */
  readonly answer: Uint8Array;
  readonly enc: Uint8Array;
  readonly mac: Uint8Array;
  readonly rmac: Uint8Array;
  readonly externalAuthenticate: (level: number) => Uint8Array;
}

/** GPC_SPE_014 v1.1.2 §4.1.5: label of 12 bytes, 00, L in bits, counter 1, context. */
function derive(key: Uint8Array, constant: number, bits: number, context: Uint8Array): Uint8Array {
  const label = concatBytes(new Uint8Array(11), Uint8Array.of(constant));
  const data = concatBytes(label, Uint8Array.of(0x00, bits >> 8, bits & 255, 0x01), context);
  return nodeCiphers.aesCmac(key, data).subarray(0, bits / 8);
}

/** The static keys of a card and the 10 bytes from which they were derived. */
export interface CardKeys {
  readonly enc: Uint8Array;
  readonly mac: Uint8Array;
  readonly dek: Uint8Array;
  readonly diversificationData: Uint8Array;
}

/**
 * The keys of a card under a manufacturer key of 16 bytes: counter 1, 000000 and the key's number, 00, the card's bytes. KDF3 as written down
 * in github.com/martinpaljak/GlobalPlatformPro, PlaintextKeys.java.
 */
export function keysUnder(kmc: Uint8Array, diversificationData: Uint8Array): CardKeys {
  const one = (number: number): Uint8Array =>
    nodeCiphers.aesCmac(kmc, concatBytes(Uint8Array.of(1, 0, 0, 0, number, 0), diversificationData));
  return { enc: one(1), mac: one(2), dek: one(3), diversificationData };
}

const publishedKeys: CardKeys = {
  enc: publishedKey,
  mac: publishedKey,
  dek: publishedKey,
  diversificationData: new Uint8Array(10),
};

/**
 * A card, with the published keys unless others are given, that was asked to open a channel. Its challenge is the one given, or where i asks for it
 * the one that follows from counter and application. §6.2.1, §6.2.2, §6.2.2.1, §7.1.1.6.
 */
export function answerInitializeUpdate(asked: {
  readonly keyVersion: number;
  readonly i: number;
  readonly hostChallenge: Uint8Array;
  readonly cardChallenge: Uint8Array;
  readonly keys?: CardKeys;
}): CardSide {
  const own = asked.keys ?? publishedKeys;
  const pseudoRandom = (asked.i & 0x10) !== 0;
  const counter = Uint8Array.of(0, 0, 1);
  const challenge = pseudoRandom
    ? derive(own.enc, 0x02, 64, concatBytes(counter, selectedApplication))
    : asked.cardChallenge;
  const context = concatBytes(asked.hostChallenge, challenge);
  const enc = derive(own.enc, 0x04, 128, context);
  const mac = derive(own.mac, 0x06, 128, context);
  const rmac = derive(own.mac, 0x07, 128, context);
  const answer = concatBytes(
    own.diversificationData,
    Uint8Array.of(asked.keyVersion, 0x03, asked.i),
    challenge,
    derive(mac, 0x00, 64, context),
    pseudoRandom ? counter : new Uint8Array(0),
  );
  const externalAuthenticate = (level: number): Uint8Array => {
    const head = concatBytes(Uint8Array.of(0x84, 0x82, level, 0x00, 0x10), derive(mac, 0x01, 64, context));
    return concatBytes(head, nodeCiphers.aesCmac(mac, concatBytes(new Uint8Array(16), head)).subarray(0, 8));
  };
  return { answer, enc, mac, rmac, externalAuthenticate };
}

/** Answers the first command of a channel at level 33 with enciphered data and R-MAC. §6.2.5, §6.2.7. */
export function protectAnswer(card: CardSide, wrapped: Uint8Array, data: Uint8Array): Uint8Array {
  const authentication = card.externalAuthenticate(0x33).subarray(0, 13);
  const chain = nodeCiphers.aesCmac(card.mac, concatBytes(new Uint8Array(16), authentication));
  const commandEnd = 5 + (wrapped[4] ?? 0) - 8;
  const next = nodeCiphers.aesCmac(card.mac, concatBytes(chain, wrapped.subarray(0, commandEnd)));
  const counter = concatBytes(Uint8Array.of(0x80), new Uint8Array(14), Uint8Array.of(0x01));
  const padded = concatBytes(data, Uint8Array.of(0x80), new Uint8Array(15 - (data.length % 16)));
  const body = nodeCiphers.aesCbcEncrypt(card.enc, nodeCiphers.aesEcbEncryptBlock(card.enc, counter), padded);
  const status = Uint8Array.of(0x90, 0x00);
  const tag = nodeCiphers.aesCmac(card.rmac, concatBytes(next, body, status)).subarray(0, 8);
  return concatBytes(body, tag, status);
}
