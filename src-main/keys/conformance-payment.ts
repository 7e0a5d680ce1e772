import { constants, createCipheriv, createHash, createPublicKey, publicDecrypt } from 'node:crypto';
import { expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import { answerInitializeUpdate, publishedKey, selectedApplication } from './conformance-card.ts';
import { bringKey, faultOf as fault } from './conformance-ceremony.ts';
import { requested } from './conformance-registry.ts';
import { nodeCiphers } from './hsm-worker/node-ciphers.ts';
import { setOddParity } from './hsm-worker/tdes-parity.ts';
import type { KeyPort } from './port.ts';

const { signal } = new AbortController();

/** One block by two-key TDES, straight from OpenSSL. */
function tdesBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv('des-ede', key, null).setAutoPadding(false);
  return new Uint8Array(cipher.update(block));
}

/** EMV 4.3 Book 2 annex A1.4 written apart from the worker's own code. */
function iccMasterKey(master: Uint8Array, y: string): Uint8Array {
  const block = fromHex(y);
  const key = concatBytes(
    tdesBlock(master, block),
    tdesBlock(
      master,
      fromHex(y).map((byte) => 255 - byte),
    ),
  );
  setOddParity(key);
  return key;
}

/** Values, card keys and certificates of payment cards; the store is prepared and holds the published card key set 48. */
export function describePayment(keysOf: () => KeyPort): void {
  const master = (last: number): Uint8Array => fromHex(`0123456789abcdeffedcba98765432${last.toString(16)}`);
  const [ac, smi, smc] = [master(0x10), master(0x13), master(0x15)];
  const names = { imkAc: 'imk-ac/payment', imkSmi: 'imk-smi/payment', imkSmc: 'imk-smc/payment' };

  test('card verification values are those of openssl on the command line', async () => {
    const keys = keysOf();
    const key = requested('cvk', 'TDES-2', 'cvk/payment');
    await bringKey(keys, key, fromHex('0123456789abcdeffedcba9876543210'));
    const expiry = '8701';
    const [cvv, cvv2, icvv] = [
      { kind: 'cvv', expiry },
      { kind: 'cvv2', expiry },
      { kind: 'icvv', expiry },
    ] as const;
    const card = { cvk: key.name, pan: '4123456789012345', serviceCode: '101', wanted: [cvv] };
    const values = await keys.cardVerificationValues({ ...card, wanted: [cvv, cvv2, icvv] }, signal);
    // Recomputed with `openssl enc -des-ede`, block by block: MACs 5b614982e03c97dd, 6c3e6395546c275a and 6f5153e1cb2978d0.
    expect(values).toEqual(['561', '636', '651']);
    const generated = requested('cvk', 'TDES-3', 'cvk/three');
    await expect(keys.generateKey(generated, signal)).rejects.toEqual(fault('KEYS-REFUSED'));
    expect(await keys.cardVerificationValues({ ...card, wanted: [icvv, cvv] }, signal)).toEqual(['651', '561']);
    for (const wanted of [[], [cvv, { ...cvv, expiry: '8702' }]]) {
      await expect(keys.cardVerificationValues({ ...card, wanted }, signal)).rejects.toEqual(fault('KEYS-REFUSED'));
    }
    const wrong = { ...card, wanted: [icvv, { ...cvv, expiry: '870' }] };
    await expect(keys.cardVerificationValues(wrong, signal)).rejects.toEqual(fault('EMV-VALUE-FORM'));
    await expect(keys.cardVerificationValues({ ...card, cvk: 'none' }, signal)).rejects.toEqual(
      fault('KEYS-NOT-FOUND'),
    );
    const signing = { ...card, cvk: 'pan-digest/northbank/1' };
    await expect(keys.cardVerificationValues(signing, signal)).rejects.toEqual(fault('KEYS-REFUSED'));
  });

  test('card keys by option A and B reach the card enciphered under its DEK, with their check values', async () => {
    const keys = keysOf();
    await bringKey(keys, requested('imk-ac', 'TDES-2', names.imkAc), ac);
    await bringKey(keys, requested('imk-smi', 'TDES-2', names.imkSmi), smi);
    await bringKey(keys, requested('imk-smc', 'TDES-2', names.imkSmc), smc);
    const card = answerInitializeUpdate({
      keyVersion: 48,
      i: 0x70,
      hostChallenge: fromHex('0102030405060708'),
      cardChallenge: fromHex('a1a2a3a4a5a6a7a8'),
    });
    const { channel } = await keys.openChannel(
      {
        keySet: { name: 'scp03/training/48', version: 48 },
        hostChallenge: fromHex('0102030405060708'),
        initializeUpdateResponse: card.answer,
        securityLevel: 0x33,
        parameter: 0x70,
        application: selectedApplication,
      },
      signal,
    );
    const short = { channel, ...names, pan: '4532000000000018', panSequence: '01', option: 'A' } as const;
    const long = { ...short, pan: '4532000000000000018', option: 'B' } as const;
    // SHA-1 of 0453200000000000001801 (21 digits made even), decimalised by hand below.
    const digest = createHash('sha1').update(fromHex('0453200000000000001801')).digest('hex');
    const digits = digest.split('').filter((half) => half <= '9');
    const letters = digest
      .split('')
      .filter((half) => half > '9')
      .map((half) => String('abcdef'.indexOf(half)));
    for (const [request, y] of [
      [short, '3200000000001801'],
      [{ ...short, option: 'B' }, '3200000000001801'],
      [{ ...long, option: 'A' }, '0000000000001801'],
      [long, [...digits, ...letters].slice(0, 16).join('')],
    ] as const) {
      const derived = [ac, smi, smc].map((key) => iccMasterKey(key, y));
      const clear = concatBytes(...derived, fromHex('80'), new Uint8Array(15));
      const checks = derived.map((key) => tdesBlock(key, new Uint8Array(8)).subarray(0, 3));
      expect(await keys.cardKeysGrouping(request, signal)).toEqual({
        value: nodeCiphers.aesCbcEncrypt(publishedKey, new Uint8Array(16), clear),
        checkValues: concatBytes(...checks),
      });
    }
    await expect(keys.cardKeysGrouping({ ...short, imkSmi: names.imkAc }, signal)).rejects.toEqual(
      fault('KEYS-REFUSED'),
    );
    await expect(keys.cardKeysGrouping({ ...short, panSequence: 'x' }, signal)).rejects.toEqual(
      fault('EMV-VALUE-FORM'),
    );
    await keys.closeChannel(channel, signal);
    await expect(keys.cardKeysGrouping(short, signal)).rejects.toEqual(fault('KEYS-CHANNEL-LOST'));
  });

  test('an issuer key signs certificate blocks of its own length and nothing else', async () => {
    const keys = keysOf();
    const issuerKey = 'issuer-rsa/payment';
    await keys.generateKey({ ...requested('issuer-rsa', 'RSA', issuerKey), size: 1152, exponent: 3 }, signal);
    const { modulus, exponent } = await keys.publicRsaKey(issuerKey, signal);
    const block = new Uint8Array(144).fill(0x5a);
    block.set([0x6a, 0x04]);
    block[143] = 0xbc;
    const signature = await keys.certifyIcc({ issuerKey, block }, signal);
    const [n, e] = [modulus, exponent].map((part) => Buffer.from(part).toString('base64url'));
    const key = createPublicKey({ key: { kty: 'RSA', n: n ?? '', e: e ?? '' }, format: 'jwk' });
    const recovered = publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
    expect(toHex(new Uint8Array(recovered))).toBe(toHex(block));
    const altered = (at: number, byte: number): Uint8Array => block.map((was, index) => (index === at ? byte : was));
    for (const bad of [altered(0, 0x00), altered(1, 0x02), altered(143, 0xbb), block.subarray(1), new Uint8Array(0)]) {
      await expect(keys.certifyIcc({ issuerKey, block: bad }, signal)).rejects.toEqual(fault('KEYS-REFUSED'));
    }
    for (const format of [0x03, 0x21]) {
      expect(await keys.certifyIcc({ issuerKey, block: altered(1, format) }, signal)).toHaveLength(144);
    }
  });
}
