import { constants, generateKeyPairSync, privateEncrypt, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { aesCmac, cbc, retailMac, rsaRecover, sha1 } from './openssl.ts';

const bytes = (digits: string): Buffer => Buffer.from(digits, 'hex');
const hex = (value: Buffer): string => value.toString('hex');

test('hashes, MACs and ciphers of the command line are those of the published vectors', () => {
  // FIPS 180-4 example; NIST SP 800-38B D.1 example 2; NIST SP 800-38A F.2.1; ICAO Doc 9303 part 11 D.3.
  expect(hex(sha1(Buffer.from('a'), Buffer.from('bc')))).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
  const key = bytes('2b7e151628aed2a6abf7158809cf4f3c');
  const block = bytes('6bc1bee22e409f96e93d7e117393172a');
  expect(hex(aesCmac(key, block))).toBe('070a16b46b4d4144f79bdd9dd04a287c');
  const enciphered = cbc('encrypt', 'aes', key, bytes('000102030405060708090a0b0c0d0e0f'), block);
  expect(hex(enciphered)).toBe('7649abac8119b246cee98e9b12e9197d');
  const data = '72c29c2371cc9bdb65b779b8e8d37b29ecc154aa56a8799fae2f498f76ed92f28000000000000000';
  expect(hex(retailMac(bytes('7962d9ece03d1acd4c76089dce131543'), Buffer.alloc(8), bytes(data)))).toBe(
    '5f1448eea8ad90a7',
  );
});

test.each([3, 65537])('what a key with the exponent %i has signed comes out', (publicExponent) => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024, publicExponent });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const block = Buffer.concat([bytes('6a'), randomBytes(126), bytes('bc')]);
  const signature = privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, block);
  expect(rsaRecover(Buffer.from(n, 'base64url'), Buffer.from(e, 'base64url'), signature)).toEqual(block);
});
