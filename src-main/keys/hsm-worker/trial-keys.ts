import type { KeyAlgorithm, KeyUsage } from '#shared/domain/key-usage.ts';
import type { KeyProvider, NewKey } from './key-provider.ts';

/** What a key of a known-answer test is called. */
export function trial(usage: KeyUsage, algorithm: KeyAlgorithm): NewKey {
  return { name: `self-test/${usage}`, usage, algorithm, environment: 'test', issuer: null, version: 0 };
}

/** Puts a key into the store for one test only and takes it out again, whether the test ran or not. */
export function withSecret(
  provider: KeyProvider,
  key: NewKey,
  value: Uint8Array,
  test: (name: string) => boolean,
): boolean {
  provider.importSecret(key, 'session', value);
  return thenDestroyed(provider, key, test);
}

/** Makes a pair for one test only. */
export function withPair(provider: KeyProvider, key: NewKey, test: (name: string) => boolean): boolean {
  provider.generate(key, 'session');
  return thenDestroyed(provider, key, test);
}

function thenDestroyed(provider: KeyProvider, key: NewKey, test: (name: string) => boolean): boolean {
  try {
    return test(key.name);
  } finally {
    provider.destroy(key.name);
  }
}
