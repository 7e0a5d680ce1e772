import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pkcs11js from 'pkcs11js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concatBytes, utf8 } from '#shared/bytes/bytes.ts';
import { Secret } from '#shared/bytes/secret.ts';
import { prepareTokenStore } from '../../token-store.ts';
import { Pkcs11Session } from './pkcs11-session.ts';
import { readTokenKeys, writeIdentity } from './token-keys.ts';
import { createData, findData } from './token-objects.ts';
import { TokenRegisters } from './token-registers.ts';

const modulePath = '/usr/lib/softhsm/libsofthsm2.so';
const pin = new Secret('crash-test-pin');
const application = 'cardwright/crash';
const installed = existsSync(modulePath);
if (!installed) process.stderr.write(`token crashes not tested: ${modulePath} is not installed\n`);

describe.skipIf(!installed)('what a crash leaves in the token', () => {
  let folder: string;
  let session: Pkcs11Session;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cardwright-crash-'));
    const request = { folder, modulePath, tokenLabel: 'crash', pin };
    const logger = { info: (): void => {}, warn: (): void => {} };
    const { moduleEnvironment } = await prepareTokenStore(request, { logger, signal: new AbortController().signal });
    Object.assign(process.env, moduleEnvironment);
    session = Pkcs11Session.open(modulePath, 'crash', pin);
  });
  afterAll(() => {
    session.close();
    rmSync(folder, { recursive: true });
  });

  const count = (label: string): number =>
    session.run((module, handle) => findData(module, handle, application, label).length);

  test('two values of a register: the newer one stands, and the next write clears both away', () => {
    const counted = (counter: number, text: string): Uint8Array =>
      concatBytes(new Uint8Array(7), Uint8Array.of(counter), utf8(text));
    session.run((module, handle) => {
      createData(module, handle, application, 'register:head', counted(8, 'new'));
      createData(module, handle, application, 'register:head', counted(7, 'old'));
    });
    const registers = new TokenRegisters(session, application);
    expect(registers.read('head')).toEqual(utf8('new'));
    registers.write('head', utf8('newest'));
    expect([registers.read('head'), count('register:head')]).toEqual([utf8('newest'), 1]);
  });

  test('a name whose key is gone is no key, and is cleared away', () => {
    const identity = {
      name: 'batch-wrapping/gone',
      usage: 'batch-wrapping',
      algorithm: 'AES-256',
      environment: 'test',
      issuer: null,
      version: 1,
      kcv: '000000',
      kcvMethod: 'aes-cmac-zeros',
    } as const;
    writeIdentity(session, application, identity, Buffer.alloc(16, 7));
    expect(count('identity:batch-wrapping/gone')).toBe(1);
    expect(readTokenKeys(session, application).size).toBe(0);
    expect(count('identity:batch-wrapping/gone')).toBe(0);
  });

  test('a session goes on after a failed operation', () => {
    const fail = (): void => session.run((module, handle) => module.C_DigestInit(handle, { mechanism: 0x7fffffff }));
    expect(fail).toThrow(expect.objectContaining({ code: 'KEYS-HSM-FAULT' }));
    const digest = session.run((module, handle) => {
      module.C_DigestInit(handle, { mechanism: pkcs11js.CKM_SHA256 });
      return module.C_Digest(handle, Buffer.from('abc'), Buffer.alloc(32));
    });
    // FIPS 180-2 appendix B.1.
    expect(digest.toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
