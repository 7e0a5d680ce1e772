import { constants, createPublicKey, publicDecrypt } from 'node:crypto';
import { concatBytes, equalBytes, fromHex, utf8 } from '#shared/bytes/bytes.ts';
import type { RsaPublicKey } from '../port.ts';
import type { KnownAnswer } from './known-answers.ts';
import { trial, withPair, withSecret } from './trial-keys.ts';

/** NIST SP 800-67 appendix B.1; each block is enciphered by itself there, so each is a CBC of its own here. */
const tdesKey = fromHex('0123456789abcdef23456789abcdef01456789abcdef0123');
const tdesClear = utf8('The qufck brown fox jump');
const tdesEnciphered = fromHex('a826fd8ce53b855fcce21c8112256fe668d5c05dd9b6b900');

function blockwise(data: Uint8Array, act: (block: Uint8Array) => Uint8Array): Uint8Array {
  return concatBytes(...[0, 8, 16].map((at) => act(data.slice(at, at + 8))));
}

/** The signed block as the public key recovers it, by node:crypto. */
function recover({ modulus, exponent }: RsaPublicKey, signature: Uint8Array): Uint8Array {
  const [n, e] = [modulus, exponent].map((part) => Buffer.from(part).toString('base64url'));
  const key = createPublicKey({ key: { kty: 'RSA', n: n ?? '', e: e ?? '' }, format: 'jwk' });
  return new Uint8Array(publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature));
}

/** Mechanisms of payment keys: a store that misses one of them still serves products that need none of it. */
export const paymentAnswers: readonly KnownAnswer[] = [
  {
    mechanism: 'TDES-CBC encryption',
    fatal: false,
    source: 'NIST SP 800-67 rev. 1 appendix B.1',
    proves: (provider) =>
      withSecret(provider, trial('imk-ac', 'TDES-3'), tdesKey, (name) =>
        equalBytes(
          blockwise(tdesClear, (block) => provider.encryptBlocks(name, block)),
          tdesEnciphered,
        ),
      ),
  },
  {
    mechanism: 'TDES-CBC decryption',
    fatal: false,
    source: 'NIST SP 800-67 rev. 1 appendix B.1',
    proves: (provider) =>
      withSecret(provider, trial('kek', 'TDES-3'), tdesKey, (name) =>
        equalBytes(
          blockwise(tdesEnciphered, (block) => provider.decryptBlocks(name, block)),
          tdesClear,
        ),
      ),
  },
  {
    mechanism: 'TDES-CMAC',
    fatal: false,
    source: 'NIST SP 800-38B appendix D.4, examples 13 and 14',
    proves: (provider) => {
      const key = fromHex('8aa83bf8cbda10620bc1bf19fbb6cd58bc313d4a371ca8b5');
      return withSecret(
        provider,
        trial('key-block-protection', 'TDES-3'),
        key,
        (name) =>
          equalBytes(provider.cmac(name, new Uint8Array(0)), fromHex('b7a688e122ffaf95')) &&
          equalBytes(provider.cmac(name, fromHex('6bc1bee22e409f96')), fromHex('8e8f293136283797')),
      );
    },
  },
  {
    mechanism: 'retail MAC',
    fatal: false,
    source: 'ICAO Doc 9303 part 11 appendix D.3, M_IFD',
    proves: (provider) => {
      const key = fromHex('7962d9ece03d1acd4c76089dce131543');
      const data = fromHex('72c29c2371cc9bdb65b779b8e8d37b29ecc154aa56a8799fae2f498f76ed92f28000000000000000');
      const answer = fromHex('5f1448eea8ad90a7');
      // Two at once: what goes through the cipher together must not run into each other.
      return withSecret(provider, trial('cvk', 'TDES-2'), key, (name) =>
        provider.retailMacs(name, [data, data]).every((mac) => equalBytes(mac, answer)),
      );
    },
  },
  {
    mechanism: 'RSA raw signature',
    fatal: false,
    source: 'round trip: signed by the store, recovered by node:crypto',
    proves: (provider) =>
      withPair(provider, { ...trial('issuer-rsa', 'RSA'), size: 1024, exponent: 3 }, (name) => {
        const block = Uint8Array.from({ length: 128 }, (_, at) => (at === 0 ? 0x6a : at));
        return equalBytes(recover(provider.publicRsa(name), provider.rawSign(name, block)), block);
      }),
  },
];
