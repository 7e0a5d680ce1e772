import { cbc, retailMac } from '../openssl.ts';
import { padded } from './secure-channel.ts';
import type { Handshake, KeySet, SecureChannel } from './secure-channel.ts';

const zero = Buffer.alloc(8);

/** One session key: the constant and the sequence counter enciphered. GPC_SPE_034 v2.3.1 §E.4.1. */
function derive(key: Buffer, constant: string, sequence: Buffer): Buffer {
  const data = Buffer.concat([Buffer.from(constant, 'hex'), sequence], 16);
  return cbc('encrypt', 'tdes', key, zero, data);
}

/** The last block of a chain under the session encryption key. GPC_SPE_034 v2.3.1 §E.4.2. */
function cryptogram(key: Buffer, ...parts: readonly Buffer[]): Buffer {
  return cbc('encrypt', 'tdes', key, zero, padded(Buffer.concat(parts), 8)).subarray(-8);
}

/** SCP02 with explicit initiation and MACs over the modified command, its initial value enciphered: "i" of 15 and 55. GPC_SPE_034 v2.3.1 annex E. */
export function openScp02(
  keys: KeySet,
  { hostChallenge, answer }: Handshake,
  aid: Buffer,
  level: number,
): SecureChannel {
  if (answer.length !== 28) throw new Error(`INITIALIZE UPDATE gives ${answer.length} bytes instead of 28`);
  const [sequence, cardChallenge, cardCryptogram] = [
    answer.subarray(12, 14),
    answer.subarray(14, 20),
    answer.subarray(20),
  ];
  const enc = derive(keys.enc, '0182', sequence);
  const mac = derive(keys.mac, '0101', sequence);
  const dek = derive(keys.dek, '0181', sequence);
  const expected = cryptogram(enc, hostChallenge, sequence, cardChallenge);
  if (!expected.equals(cardCryptogram)) throw new Error('the card cryptogram is wrong');
  const challenge = retailMac(mac, zero, padded(aid, 8)).subarray(0, 6);
  let before: Buffer | null = null;
  const sign = (head: Buffer, data: Buffer): Buffer => {
    const single = Buffer.concat([mac.subarray(0, 8), mac.subarray(0, 8)]);
    const initial = before === null ? zero : cbc('encrypt', 'tdes', single, zero, before);
    before = retailMac(mac, initial, padded(Buffer.concat([head, data]), 8));
    return before;
  };
  const hostCryptogram = cryptogram(enc, sequence, cardChallenge, hostChallenge);
  const head = Buffer.from([0x84, 0x82, level, 0x00, 0x10]);
  return {
    externalAuthenticate: Buffer.concat([head, hostCryptogram, sign(head, hostCryptogram)]),
    pseudoRandomChallenge: challenge,
    wrap: (header, data) => {
      const modified = [Buffer.of((header[0] ?? 0) | 0x04), header.subarray(1, 4)];
      const signature = sign(Buffer.concat([...modified, Buffer.of(data.length + 8)]), data);
      const body = (level & 0x02) !== 0 && data.length > 0 ? cbc('encrypt', 'tdes', enc, zero, padded(data, 8)) : data;
      return Buffer.concat([...modified, Buffer.of(body.length + 8), body, signature, Buffer.of(0)]);
    },
    unwrap: ({ data }) => data,
    encipherKey: (key) =>
      Buffer.concat([0, 8].map((at) => cbc('encrypt', 'tdes', dek, zero, key.subarray(at, at + 8)))),
    checkValue: (key) => cbc('encrypt', 'tdes', key, zero, zero).subarray(0, 3),
    keyType: 0x80,
  };
}
