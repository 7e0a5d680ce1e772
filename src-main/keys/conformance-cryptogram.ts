import { createCipheriv } from 'node:crypto';
import { expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import { bringKey, faultOf as fault } from './conformance-ceremony.ts';
import { requested } from './conformance-registry.ts';
import { setOddParity } from './hsm-worker/tdes-parity.ts';
import type { KeyPort } from './port.ts';

const { signal } = new AbortController();

/** Blocks each by itself under a two-key TDES key, straight from OpenSSL. */
function tdes(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  return new Uint8Array(createCipheriv('des-ede', key, null).setAutoPadding(false).update(blocks));
}

/** EMV 4.4 Book 2 annex A1.4.1 and A1.3.1 by hand: card key and session key. */
function sessionByHand(master: Uint8Array, y: string, diversifier: string): Uint8Array {
  const complement = fromHex(y).map((byte) => 255 - byte);
  const card = tdes(master, concatBytes(fromHex(y), complement));
  setOddParity(card);
  const [left, right] = [fromHex(diversifier), fromHex(diversifier)];
  left[2] = 0xf0;
  right[2] = 0x0f;
  const session = tdes(card, concatBytes(left, right));
  setOddParity(session);
  return session;
}

/** The MAC block by block. EMV 4.4 Book 2 annex A1.2.1. */
function macByHand(master: Uint8Array, y: string, diversifier: string, data: Uint8Array): Uint8Array {
  const session = sessionByHand(master, y, diversifier);
  const single = concatBytes(session.subarray(0, 8), session.subarray(0, 8));
  const padded = concatBytes(data, Uint8Array.of(0x80), new Uint8Array(7 - (data.length % 8)));
  let chain: Uint8Array = new Uint8Array(8);
  for (let at = 0; at < padded.length; at += 8) {
    const block = padded.slice(at, at + 8).map((byte, place) => byte ^ (chain[place] ?? 0));
    chain = tdes(at + 8 < padded.length ? single : session, block);
  }
  return chain;
}

/** Cryptograms, answers and scripts of an issuer's host; the store is prepared. */
export function describeCryptograms(keysOf: () => KeyPort): void {
  const master = fromHex('0123456789abcdeffedcba9876543219');
  const integrity = fromHex('0123456789abcdeffedcba983776549b');
  const names = { imkAc: 'imk-ac/cryptograms', imkSmi: 'imk-smi/cryptograms', imkSmc: 'imk-smc/cryptograms' };
  const card = { pan: '4532000000000018', panSequence: '01', option: 'A' } as const;
  const y = '3200000000001801';
  const atc = fromHex('001c');
  const data = fromHex('000000001000000000000000084000000000000978260302001122334458000001c0');
  const first = { ...card, imkAc: names.imkAc, atc, data };

  test('a cryptogram is right in one card, transaction and text only, and never given out', async () => {
    const keys = keysOf();
    await bringKey(keys, requested('imk-ac', 'TDES-2', names.imkAc), master);
    const cryptogram = macByHand(master, y, '001c000000000000', data);
    expect(await keys.verifyCryptogram({ ...first, cryptogram }, signal)).toBe('right');
    for (let bit = 0; bit < 64; bit++) {
      const altered = cryptogram.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(await keys.verifyCryptogram({ ...first, cryptogram: altered }, signal)).toBe('wrong');
    }
    for (const other of [
      { pan: '4532000000000026' },
      { panSequence: '02' },
      { atc: fromHex('001d') },
      { data: data.subarray(1) },
      { data: concatBytes(data, Uint8Array.of(0x80)) },
      { data: new Uint8Array(0) },
    ]) {
      expect(await keys.verifyCryptogram({ ...first, cryptogram, ...other }, signal)).toBe('wrong');
    }
    // Whole blocks are padded by a whole block more.
    const whole = data.subarray(0, 32);
    const second = macByHand(master, y, '001c000000000000', whole);
    expect(await keys.verifyCryptogram({ ...first, data: whole, cryptogram: second }, signal)).toBe('right');
  });

  test('what has not the form of a cryptogram, a counter or a card is refused before a key is derived', async () => {
    const keys = keysOf();
    const cryptogram = new Uint8Array(8);
    for (const bad of [
      { cryptogram: new Uint8Array(7) },
      { atc: new Uint8Array(1) },
      { pan: '45' },
      { panSequence: '1' },
    ]) {
      const verdict = keys.verifyCryptogram({ ...first, cryptogram, ...bad }, signal);
      await expect(verdict).rejects.toEqual(fault('EMV-VALUE-FORM'));
    }
    for (const bad of [{ data: new Uint8Array(513) }, { imkAc: 'pan-digest/northbank/1' }]) {
      const verdict = keys.verifyCryptogram({ ...first, cryptogram, ...bad }, signal);
      await expect(verdict).rejects.toEqual(fault('KEYS-REFUSED'));
    }
    await expect(keys.verifyCryptogram({ ...first, cryptogram, imkAc: 'none' }, signal)).rejects.toEqual(
      fault('KEYS-NOT-FOUND'),
    );
    await keys.generateKey(requested('imk-ac', 'AES-128', 'imk-ac/aes'), signal);
    await expect(keys.verifyCryptogram({ ...first, cryptogram, imkAc: 'imk-ac/aes' }, signal)).rejects.toEqual(
      fault('KEYS-REFUSED'),
    );
  });

  test('an issuer’s answer and script of a test card are those computed by hand', async () => {
    const keys = keysOf();
    await bringKey(keys, requested('imk-smi', 'TDES-2', names.imkSmi), integrity);
    const cryptogram = fromHex('a1b2c3d4e5f60718');
    const cardStatusUpdate = fromHex('03820000');
    const answer = await keys.responseCryptogram(
      { ...card, imkAc: names.imkAc, atc, cryptogram, cardStatusUpdate },
      signal,
    );
    const expected = macByHand(master, y, '001c000000000000', concatBytes(cryptogram, cardStatusUpdate));
    expect(toHex(answer)).toBe(toHex(expected.slice(0, 4)));
    const command = fromHex('8424000008001ca1b2c3d4e5f60718');
    const mac = await keys.scriptMac({ ...card, imkSmi: names.imkSmi, cryptogram, data: command }, signal);
    expect(toHex(mac)).toBe(toHex(macByHand(integrity, y, toHex(cryptogram), command)));
    const secrecy = fromHex('0123456789abcdeffedcba9837765431');
    await bringKey(keys, requested('imk-smc', 'TDES-2', names.imkSmc), secrecy);
    const pin = fromHex('241234ffffffffff');
    const enciphered = await keys.scriptEncipher({ ...card, imkSmc: names.imkSmc, cryptogram, data: pin }, signal);
    const session = sessionByHand(secrecy, y, toHex(cryptogram));
    const first8 = tdes(session, pin);
    const padding = Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0).map((byte, at) => byte ^ (first8[at] ?? 0));
    expect(toHex(enciphered)).toBe(toHex(concatBytes(first8, tdes(session, padding))));
    const swapped = { ...card, cryptogram, data: command, imkSmi: names.imkAc };
    await expect(keys.scriptMac(swapped, signal)).rejects.toEqual(fault('KEYS-REFUSED'));
  });
}
