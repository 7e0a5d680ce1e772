import { createCipheriv, generateKeyPairSync, randomBytes } from 'node:crypto';
import { compactDecrypt } from 'jose';
import { describe, expect, it } from 'vitest';
import { contentKey as contentKeySchema } from '#shared/contract/cms/manifest.ts';
import { wrapContentKey } from './content-key.ts';
import { recordDigest, sealRecord } from './record-sealer.ts';

describe('content key', () => {
  it('is wrapped as RFC 7518 §4.6 says: jose, given it as the encrypted key of a JWE, recovers it', async () => {
    const station = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = station.publicKey.export({ format: 'jwk' });
    const contentKey = randomBytes(32);
    const wrapped = contentKeySchema.parse(
      wrapContentKey(contentKey, { kty: 'EC', crv: 'P-256', x, y }, { apu: 'nb-debit-0001', apv: 'cw-01/l-1' }),
    );
    const { encryptedKey, alg, epk, apu, apv } = wrapped;
    const header = Buffer.from(JSON.stringify({ alg, enc: 'A256GCM', epk, apu, apv })).toString('base64url');
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', contentKey, nonce).setAAD(Buffer.from(header));
    const ciphertext = Buffer.concat([cipher.update('opened'), cipher.final()]);
    const parts = [nonce, ciphertext, cipher.getAuthTag()].map((part) => part.toString('base64url'));
    const { plaintext } = await compactDecrypt([header, encryptedKey, ...parts].join('.'), station.privateKey);
    expect(Buffer.from(plaintext).toString()).toBe('opened');
  });
});

describe('records', () => {
  const key = { contentKey: Buffer.alloc(32, 7), nonceField: Buffer.from('01020304', 'hex') };

  it('give the same text for the same index and another for each other index, opened by jose', async () => {
    const sealed = sealRecord(key, 'b-1', 3, Buffer.from('{"a":1}'));
    expect(sealRecord(key, 'b-1', 3, Buffer.from('{"a":1}'))).toBe(sealed);
    const nonces = [0, 1, 255, 65_536].map((index) => sealRecord(key, 'b-1', index, Buffer.alloc(1)).split('.')[2]);
    expect(new Set(nonces).size).toBe(4);
    const opened = await compactDecrypt(sealed, key.contentKey);
    expect([Buffer.from(opened.plaintext).toString(), opened.protectedHeader]).toEqual([
      '{"a":1}',
      { alg: 'dir', enc: 'A256GCM', typ: 'cardwright-record', batch: 'b-1', index: 3 },
    ]);
    expect(recordDigest(sealed)).toMatch(/^[0-9a-f]{64}$/);
  });
});
