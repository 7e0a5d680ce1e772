import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pkcs11js from 'pkcs11js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromHex, toHex, utf8 } from '#shared/bytes/bytes.ts';
import { Secret } from '#shared/bytes/secret.ts';
import { batchId, issuerId } from '#shared/domain/identifiers.ts';
import type { KeyUsage } from '#shared/domain/key-usage.ts';
import { keyUsages } from '#shared/domain/key-usage.ts';
import { openKeyPort } from '../../open-key-port.ts';
import type { KeyIdentity } from '../../port.ts';
import { prepareTokenStore } from '../../token-store.ts';
import type { KeyProvider, NewKey } from '../key-provider.ts';
import { proveMechanisms } from '../known-answers.ts';
import { NodeCryptoProvider } from '../node-crypto/node-crypto-provider.ts';
import { Pkcs11Provider } from './pkcs11-provider.ts';
import { findObjects } from './token-objects.ts';

const modulePath = '/usr/lib/softhsm/libsofthsm2.so';
const tokenLabel = 'cardwright training';
const pin = new Secret('0123456789abcdef0123456789abcdef');
const logger = { info: (): void => {}, warn: (): void => {} };
const { signal } = new AbortController();
const installed = existsSync(modulePath);
if (!installed) process.stderr.write(`SoftHSM2 not tested: ${modulePath} is not installed\n`);

function newKey(usage: KeyIdentity['usage'], algorithm: KeyIdentity['algorithm']): NewKey {
  return { name: `known/${usage}`, usage, algorithm, environment: 'test', issuer: null, version: 1 };
}

describe.skipIf(!installed)('SoftHSM2 2.6.1', () => {
  let folder: string;
  let moduleEnvironment: Readonly<Record<string, string>>;
  const optionsOf = (stationName: string) =>
    ({ kind: 'pkcs11', modulePath, tokenLabel, pin, stationName, moduleEnvironment }) as const;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cardwright-token-'));
    const request = { folder: join(folder, 'hsm'), modulePath, tokenLabel, pin };
    const made = await prepareTokenStore(request, { logger, signal });
    moduleEnvironment = made.moduleEnvironment;
    Object.assign(process.env, moduleEnvironment);
    expect([made.made, (await prepareTokenStore(request, { logger, signal })).made]).toEqual(['made', 'found']);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('the token store is for this user only', async () => {
    const keys = await openKeyPort(optionsOf('modes'), { logger });
    await keys.prepareStation([], 'test', signal);
    await keys.close();
    const modes = readdirSync(join(folder, 'hsm'), { recursive: true, withFileTypes: true }).map(
      (entry) => statSync(join(entry.parentPath, entry.name)).mode & 0o077,
    );
    expect([modes.length > 5, ...new Set(modes)]).toEqual([true, 0]);
  });

  test('no key of any usage can be read out of the token, made extractable or used for another purpose', async () => {
    const keys = await openKeyPort(optionsOf('reader'), { logger });
    await keys.prepareStation([issuerId.parse('northbank')], 'test', signal);
    await keys.importTestCardKeys({ name: 'scp03/training/48', version: 48 }, 'scp03', signal);
    await keys.close();
    const provider = new Pkcs11Provider(optionsOf('reader'));
    provider.generate(newKey('batch-wrapping', 'AES-256'), 'token');
    provider.importSecret(newKey('dgi-transport', 'AES-256'), 'token', new Uint8Array(32).fill(1));
    for (const usage of Object.keys(keyUsages) as KeyUsage[]) {
      if (usage === 'scheme-ca') continue;
      for (const algorithm of keyUsages[usage].algorithms) {
        const key = { ...newKey(usage, algorithm), name: `every/${usage}/${algorithm}` };
        provider.generate(algorithm === 'RSA' ? { ...key, size: 1024, exponent: 3 } : key, 'token');
      }
    }
    const usages = new Set(provider.list().map(({ usage }) => usage));
    provider.close();
    // All but the public key of a scheme.
    expect(usages.size).toBe(Object.keys(keyUsages).length - 1);

    const module = new pkcs11js.PKCS11();
    module.load(modulePath);
    module.C_Initialize();
    const slot = module.C_GetSlotList(true).find((at) => module.C_GetTokenInfo(at).label.trim() === tokenLabel);
    if (slot === undefined) throw new Error('no token');
    const open = (): pkcs11js.Handle =>
      module.C_OpenSession(slot, pkcs11js.CKF_RW_SESSION | pkcs11js.CKF_SERIAL_SESSION);
    const session = open();
    module.C_Login(session, pkcs11js.CKU_USER, pin.reveal());
    const objects = [pkcs11js.CKO_SECRET_KEY, pkcs11js.CKO_PRIVATE_KEY].flatMap((value) =>
      findObjects(module, session, [{ type: pkcs11js.CKA_CLASS, value }]),
    );
    expect(objects.length).toBeGreaterThanOrEqual(50);
    const isTrue = (object: pkcs11js.Handle, type: number): boolean =>
      module.C_GetAttributeValue(session, object, [{ type }])[0]?.value[0] === 1;
    const keyType = (object: pkcs11js.Handle): number | undefined =>
      module.C_GetAttributeValue(session, object, [{ type: pkcs11js.CKA_KEY_TYPE }])[0]?.value[0];
    const rsaParts = [pkcs11js.CKA_PRIVATE_EXPONENT, pkcs11js.CKA_PRIME_1, pkcs11js.CKA_EXPONENT_1];
    for (const object of objects) {
      for (const type of keyType(object) === pkcs11js.CKK_RSA ? rsaParts : [pkcs11js.CKA_VALUE]) {
        const read = (): unknown => module.C_GetAttributeValue(session, object, [{ type }]);
        expect(read).toThrow('CKR_ATTRIBUTE_SENSITIVE');
      }
      const marks = [pkcs11js.CKA_SENSITIVE, pkcs11js.CKA_EXTRACTABLE, pkcs11js.CKA_PRIVATE].map((type) =>
        isTrue(object, type),
      );
      expect(marks).toEqual([true, false, true]);
      const loosen = (type: number, value: boolean) => () =>
        module.C_SetAttributeValue(session, object, [{ type, value }]);
      expect(loosen(pkcs11js.CKA_EXTRACTABLE, true)).toThrow('CKR_ATTRIBUTE_READ_ONLY');
      expect(loosen(pkcs11js.CKA_SENSITIVE, false)).toThrow('CKR_ATTRIBUTE_READ_ONLY');
    }
    const [wrapping] = findObjects(module, session, [
      { type: pkcs11js.CKA_LABEL, value: 'known/batch-wrapping' },
    ]).filter(
      (object) =>
        module.C_GetAttributeValue(session, object, [{ type: pkcs11js.CKA_CLASS }])[0]?.value[0] ===
        pkcs11js.CKO_SECRET_KEY,
    );
    if (wrapping === undefined) throw new Error('no wrapping key');
    for (const mechanism of [pkcs11js.CKM_AES_CMAC, pkcs11js.CKM_SHA256_HMAC]) {
      expect(() => module.C_SignInit(session, { mechanism }, wrapping)).toThrow(/^CKR_KEY_/);
    }
    const parameter = Buffer.alloc(16);
    expect(() => module.C_DecryptInit(session, { mechanism: pkcs11js.CKM_AES_CBC, parameter }, wrapping)).toThrow(
      /^CKR_KEY_/,
    );
    module.C_Finalize();
    module.close();
  });

  test('a wrong PIN is asked for once, and a missing token and module are named', async () => {
    const wrong = { ...optionsOf('x'), pin: new Secret('not the pin') };
    await expect(openKeyPort(wrong, { logger })).rejects.toMatchObject({
      code: 'KEYS-PIN',
      details: { token: tokenLabel, result: 'CKR_PIN_INCORRECT', tries: 'at least one try was used up' },
    });
    const noToken = { ...optionsOf('x'), tokenLabel: 'another' };
    await expect(openKeyPort(noToken, { logger })).rejects.toMatchObject({ code: 'KEYS-TOKEN' });
    const noModule = { ...optionsOf('x'), modulePath: '/nowhere/none.so' };
    await expect(openKeyPort(noModule, { logger })).rejects.toMatchObject({ code: 'KEYS-MODULE' });
    const notAModule = { ...optionsOf('x'), modulePath: process.execPath };
    await expect(openKeyPort(notAModule, { logger })).rejects.toMatchObject({ code: 'KEYS-MODULE' });
  });

  test('stations on one token do not see one another, and a live one takes no test keys', async () => {
    const one = await openKeyPort(optionsOf('one'), { logger });
    const live = await openKeyPort(optionsOf('live-one'), { logger });
    await one.prepareStation([], 'test', signal);
    expect(await live.list(signal)).toEqual([]);
    await live.prepareStation([], 'live', signal);
    const set = { name: 'scp03/training/48', version: 48 };
    await expect(live.importTestCardKeys(set, 'scp03', signal)).rejects.toMatchObject({ code: 'KEYS-REFUSED' });
    const epk = await one.publicKey('record-decryption', signal);
    await expect(
      live.openIntake(batchId.parse('b'), 'test', { encryptedKey: 'A'.repeat(54), epk }, signal),
    ).rejects.toMatchObject({ code: 'KEYS-ENVIRONMENT' });
    expect(await live.publicKey('record-decryption', signal)).not.toEqual(epk);
    await Promise.all([one.close(), live.close()]);
  });

  describe('beside node:crypto', () => {
    let both: readonly [KeyProvider, KeyProvider];
    beforeAll(() => {
      both = [new Pkcs11Provider(optionsOf('both')), new NodeCryptoProvider({ folder: join(folder, 'file'), pin })];
    });
    afterAll(() => both.forEach((provider) => provider.close()));

    test('both prove their mechanisms, and leave nothing of the proof behind', () => {
      for (const provider of both) {
        proveMechanisms(provider);
        expect(provider.list()).toEqual([]);
      }
    });

    test('the same keys give the same bytes', () => {
      const value = fromHex('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4');
      const bytes = both.map((provider) => {
        const identities = [
          provider.importSecret(newKey('pan-digest', 'HMAC-SHA-256'), 'token', value),
          provider.importSecret(newKey('scp03-mac', 'AES-256'), 'token', value),
          provider.importSecret(newKey('scp03-dek', 'AES-192'), 'token', value.subarray(0, 24)),
          provider.importSecret(newKey('dgi-transport', 'AES-256'), 'token', value),
          provider.importSecret(newKey('batch-wrapping', 'AES-256'), 'token', value),
        ];
        const wrapped = provider.wrap('known/batch-wrapping', value);
        return [
          identities.map(({ kcv }) => kcv).join(' '),
          toHex(provider.hmac('known/pan-digest', utf8('4532015112830366|01|2812'))),
          toHex(provider.hmac('known/pan-digest', new Uint8Array(0))),
          toHex(provider.cmac('known/scp03-mac', utf8('seventeen bytes..'))),
          toHex(provider.encryptBlocks('known/scp03-dek', value)),
          toHex(provider.decryptBlocks('known/dgi-transport', value)),
          toHex(wrapped),
          toHex(provider.unwrap('known/batch-wrapping', wrapped)),
        ];
      });
      expect(bytes[0]).toEqual(bytes[1]);
      expect(bytes[0]?.[0]?.split(' ')[0]).toBe(bytes[0]?.[2]?.slice(0, 6));
    });

    test('a key does nothing but its purpose, and no name is given twice', () => {
      for (const provider of both) {
        expect(() => provider.cmac('known/scp03-dek', new Uint8Array(16))).toThrow(/KEYS-REFUSED/);
        expect(() => provider.decryptBlocks('known/scp03-dek', new Uint8Array(16))).toThrow(/KEYS-REFUSED/);
        expect(() => provider.hmac('known/none', new Uint8Array(1))).toThrow(/KEYS-NOT-FOUND/);
        expect(() => provider.generate(newKey('scp03-mac', 'AES-128'), 'token')).toThrow(/KEYS-REFUSED/);
      }
    });

    test('a failed operation does not spoil the next', () => {
      const [provider] = both;
      expect(() => provider.encryptBlocks('known/scp03-dek', new Uint8Array(15))).toThrow(/KEYS-HSM-FAULT/);
      expect(provider.encryptBlocks('known/scp03-dek', new Uint8Array(16))).toHaveLength(16);
    });

    test('a mechanism that answers wrongly is named', () => {
      const [, provider] = both;
      const planted: KeyProvider = Object.create(provider, {
        cmac: { value: (name: string, data: Uint8Array) => provider.cmac(name, data).map((byte) => byte ^ 1) },
        list: { value: () => provider.list() },
        importSecret: { value: provider.importSecret.bind(provider) },
        destroy: { value: provider.destroy.bind(provider) },
      }) as KeyProvider;
      expect(() => proveMechanisms(planted)).toThrow(
        expect.objectContaining({
          code: 'KEYS-MECHANISM',
          details: expect.objectContaining({ mechanism: 'AES-CMAC' }) as object,
        }),
      );
    });
  });
});
