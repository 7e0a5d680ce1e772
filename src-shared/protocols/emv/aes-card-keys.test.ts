import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex } from '../../bytes/bytes.ts';
import { aesOfTests, opensslCmac, opensslEcb } from '../aes-of-tests.fixture.ts';
import { aesApplicationCryptogram, aesIccMasterKey, aesSessionKey } from './aes-card-keys.ts';

const master = fromHex('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4');
const refused = expect.objectContaining({ code: 'EMV-VALUE-FORM' }) as unknown as Error;

describe.each([16, 24, 32])('AES keys of a card with %i bytes', (length) => {
  const key = master.slice(0, length);

  it('by option C (no published vector: checked by a second computation with the openssl command line)', () => {
    const blocks = fromHex('00000000000004532000000000001801 fffffffffffffbacdfffffffffffe7fe');
    const expected = opensslEcb(key, blocks).slice(0, length * 2);
    expect(toHex(aesIccMasterKey(aesOfTests, key, '45320000000000018', '01'))).toBe(expected);
  });

  it('of one transaction (no published vector: checked by a second computation with the openssl command line)', () => {
    const cryptogram = '1122334455667788';
    const inputs =
      length === 16
        ? ['001c'.padEnd(32, '0'), cryptogram.padEnd(32, '0')]
        : [
            `${'001cf0'.padEnd(32, '0')}${'001c0f'.padEnd(32, '0')}`,
            `${'1122f04455667788'.padEnd(32, '0')}${'11220f4455667788'.padEnd(32, '0')}`,
          ];
    expect([
      toHex(aesSessionKey(aesOfTests, key, fromHex('001c'))),
      toHex(aesSessionKey(aesOfTests, key, fromHex(cryptogram))),
    ]).toEqual(inputs.map((input) => opensslEcb(key, fromHex(input)).slice(0, length * 2)));
  });
});

describe('the application cryptogram by AES', () => {
  // Vector of the MAC: NIST SP 800-38B appendix D.1, example 3 (40 bytes), left half.
  it('is the left half of the published CMAC', () => {
    const key = fromHex('2b7e151628aed2a6abf7158809cf4f3c');
    const data = fromHex('6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411');
    expect(toHex(aesApplicationCryptogram(aesOfTests, key, data))).toBe('dfa66747de9ae630');
  });

  it('of a transaction (no published vector: checked by a second computation with the openssl command line)', () => {
    const data = fromHex('0000000020000000000000000124000000800001241103090038 04823E 5800 0001');
    const icc = aesIccMasterKey(aesOfTests, master, '4532000000000018', '01');
    const session = aesSessionKey(aesOfTests, icc, fromHex('0001'));
    expect(toHex(aesApplicationCryptogram(aesOfTests, session, data))).toBe(opensslCmac(session, data).slice(0, 16));
  });
});

it('refuses keys, diversifiers and card numbers of another form', () => {
  expect(() => aesIccMasterKey(aesOfTests, master.slice(1), '4532000000000018', '01')).toThrow(refused);
  expect(() => aesIccMasterKey(aesOfTests, master, '4532', '01')).toThrow(refused);
  expect(() => aesIccMasterKey(aesOfTests, master, '4532000000000018', '1')).toThrow(refused);
  expect(() => aesSessionKey(aesOfTests, concatBytes(master), fromHex('01'))).toThrow(refused);
});
