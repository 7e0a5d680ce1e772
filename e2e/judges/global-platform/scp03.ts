import type { Answer } from '../card-answer.ts';
import { aesCmac, cbc } from '../openssl.ts';
import { padded } from './secure-channel.ts';
import type { Handshake, KeySet, SecureChannel } from './secure-channel.ts';

const zero = Buffer.alloc(16);

/** Key derivation in counter mode with CMAC; length in bits. GPC_SPE_014 v1.1.2 §4.1.5. */
function derive(key: Buffer, constant: number, bits: number, context: Buffer): Buffer {
  const blocks = [];
  for (let counter = 1; counter <= Math.ceil(bits / 128); counter += 1) {
    const label = Buffer.concat([Buffer.alloc(11), Buffer.of(constant, 0, bits >> 8, bits & 255, counter)]);
    blocks.push(aesCmac(key, Buffer.concat([label, context])));
  }
  return Buffer.concat(blocks).subarray(0, bits / 8);
}

/** SCP03 with challenges and MACs of eight bytes. Throws where the card does not prove itself. GPC_SPE_014 v1.1.2 §6.2, §7.1. */
export function openScp03(
  keys: KeySet,
  { hostChallenge, answer }: Handshake,
  aid: Buffer,
  level: number,
): SecureChannel {
  const option = answer[12] ?? 0;
  const expected = (option & 0x10) !== 0 ? 32 : 29;
  if (answer.length !== expected)
    throw new Error(`INITIALIZE UPDATE gives ${answer.length} bytes instead of ${expected}`);
  const [cardChallenge, cardCryptogram] = [answer.subarray(13, 21), answer.subarray(21, 29)];
  if (expected === 32) {
    const challenge = derive(keys.enc, 0x02, 64, Buffer.concat([answer.subarray(29, 32), aid]));
    if (!challenge.equals(cardChallenge)) throw new Error('the pseudo-random card challenge is another one');
  }
  const context = Buffer.concat([hostChallenge, cardChallenge]);
  const bits = keys.enc.length * 8;
  const enc = derive(keys.enc, 0x04, bits, context);
  const mac = derive(keys.mac, 0x06, bits, context);
  const rmac = derive(keys.mac, 0x07, bits, context);
  if (!derive(mac, 0x00, 64, context).equals(cardCryptogram)) throw new Error('the card cryptogram is wrong');
  let chain: Buffer = zero;
  let counter = 0;
  const sign = (head: Buffer, data: Buffer): Buffer => {
    chain = aesCmac(mac, Buffer.concat([chain, head, data]));
    return Buffer.concat([head, data, chain.subarray(0, 8)]);
  };
  const hostCryptogram = derive(mac, 0x01, 64, context);
  const externalAuthenticate = sign(Buffer.from([0x84, 0x82, level, 0x00, 0x10]), hostCryptogram);
  const initial = (top: number): Buffer => {
    const block = Buffer.alloc(16);
    block.writeUInt32BE(counter, 12);
    block[0] = top;
    return cbc('encrypt', 'aes', enc, zero, block);
  };
  return {
    externalAuthenticate,
    pseudoRandomChallenge: null,
    wrap: (header, data) => {
      counter += 1;
      const body =
        (level & 0x02) !== 0 && data.length > 0 ? cbc('encrypt', 'aes', enc, initial(0), padded(data, 16)) : data;
      const head = Buffer.concat([
        Buffer.of((header[0] ?? 0) | 0x04),
        header.subarray(1, 4),
        Buffer.of(body.length + 8),
      ]);
      return Buffer.concat([sign(head, body), Buffer.of(0)]);
    },
    unwrap: ({ data, status }: Answer) => {
      if ((level & 0x10) === 0 || !/^(90|62|63)/.test(status)) return data;
      if (data.length < 8) throw new Error('the answer bears no R-MAC');
      const [body, given] = [data.subarray(0, -8), data.subarray(-8)];
      const signed = aesCmac(rmac, Buffer.concat([chain, body, Buffer.from(status, 'hex')]));
      if (!signed.subarray(0, 8).equals(given)) throw new Error('the R-MAC of the answer is wrong');
      if ((level & 0x20) === 0 || body.length === 0) return body;
      if (body.length % 16 !== 0) throw new Error('the enciphered answer is no whole blocks');
      const clear = cbc('decrypt', 'aes', enc, initial(0x80), body);
      const end = clear.lastIndexOf(0x80);
      if (end < 0 || clear.subarray(end + 1).some((byte) => byte !== 0))
        throw new Error('the deciphered answer is not padded');
      return clear.subarray(0, end);
    },
    encipherKey: (key) => cbc('encrypt', 'aes', keys.dek, zero, key),
    checkValue: (key) => cbc('encrypt', 'aes', key, zero, Buffer.alloc(16, 1)).subarray(0, 3),
    keyType: 0x88,
  };
}
