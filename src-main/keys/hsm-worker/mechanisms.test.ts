import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Secret } from '#shared/bytes/secret.ts';
import { keyIdentityForm } from './identity-form.ts';
import type { KeyProvider } from './key-provider.ts';
import { proveMechanisms } from './known-answers.ts';
import { Mechanisms } from './mechanisms.ts';
import { NodeCryptoProvider } from './node-crypto/node-crypto-provider.ts';

let folder: string;
let provider: KeyProvider;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardwright-mechanisms-'));
  provider = new NodeCryptoProvider({ folder, pin: new Secret('0123456789abcdef') });
});
afterAll(() => {
  provider.close();
  rmSync(folder, { recursive: true });
});

function spoil(answer: Uint8Array | readonly Uint8Array[]): Uint8Array | readonly Uint8Array[] {
  return answer instanceof Uint8Array
    ? answer.map((byte) => byte ^ 1)
    : answer.map((one) => one.map((byte) => byte ^ 1));
}

/** The same store with one operation that answers wrongly. */
function spoilt(operation: 'retailMacs' | 'rawSign' | 'encryptBlocks'): KeyProvider {
  return new Proxy(provider, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      const act = (member as (...input: readonly unknown[]) => unknown).bind(target);
      return name === operation
        ? (...input: readonly unknown[]) => spoil(act(...input) as Uint8Array | readonly Uint8Array[])
        : act;
    },
  });
}

test('a missing mechanism of payment keys stops only the usages that need it, by name', () => {
  const mechanisms = new Mechanisms(proveMechanisms(spoilt('retailMacs')));
  expect(mechanisms.states.filter(({ state }) => state === 'missing')).toEqual([
    {
      mechanism: 'retail MAC',
      state: 'missing',
      reason: 'wrong answer for ICAO Doc 9303 part 11 appendix D.3, M_IFD',
      source: 'ICAO Doc 9303 part 11 appendix D.3, M_IFD',
      usages: ['cvk'],
    },
  ]);
  expect(() => mechanisms.require('cvk', 'TDES-2')).toThrow(
    expect.objectContaining({ code: 'KEYS-UNAVAILABLE', details: { usage: 'cvk', mechanism: 'retail MAC' } }),
  );
  expect(() => mechanisms.require('imk-ac', 'TDES-2')).not.toThrow();
});

test('a key without its check value is none: no TDES key where TDES fails, every AES-CMAC key still', () => {
  const mechanisms = new Mechanisms(proveMechanisms(spoilt('encryptBlocks')));
  expect(() => mechanisms.require('key-block-protection', 'TDES-2')).toThrow(/KEYS-UNAVAILABLE/);
  expect(() => mechanisms.require('imk-ac', 'AES-128')).toThrow(/KEYS-UNAVAILABLE/);
  expect(() => mechanisms.require('key-block-protection', 'AES-256')).not.toThrow();
  expect(() => mechanisms.require('issuer-rsa', 'RSA')).not.toThrow();
});

test('an identity stored before methods were named gets that of its algorithm', () => {
  const stored = {
    name: 'scp03/training/48/enc',
    usage: 'scp03-enc',
    algorithm: 'AES-128',
    environment: 'test',
    issuer: null,
    version: 48,
    kcv: '504a77',
  };
  expect(keyIdentityForm.parse(stored)).toEqual({ ...stored, kcvMethod: 'aes-cmac-zeros' });
  expect(keyIdentityForm.safeParse({ ...stored, exponent: 17 }).success).toBe(false);
});
