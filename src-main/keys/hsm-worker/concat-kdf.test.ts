import { diffieHellman, createPrivateKey, createPublicKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { utf8 } from '#shared/bytes/bytes.ts';
import { concatKdf } from './concat-kdf.ts';

test('the published key agreement of Alice and Bob, RFC 7518 appendix C', () => {
  const alice = createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: 'gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0',
      y: 'SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps',
      d: '0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo',
    },
  });
  const bob = createPublicKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: 'weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ',
      y: 'e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck',
    },
  });
  const shared = diffieHellman({ privateKey: alice, publicKey: bob });
  const key = concatKdf(shared, 'A128GCM', utf8('Alice'), utf8('Bob'), 16);
  expect(Buffer.from(key).toString('base64url')).toBe('VqqN6vgjbSBcIijNcacQGg');
});
