import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { requested } from './conformance-registry.ts';
import { secretCheckValue } from './hsm-worker/check-value.ts';
import { setOddParity } from './hsm-worker/tdes-parity.ts';
import type { CeremonyHandle, KeyPort, KeyRequest } from './port.ts';

const { signal } = new AbortController();

/** A fault of this code and, at least, these details. */
export function faultOf(code: string, details: Readonly<Record<string, unknown>> = {}): unknown {
  return expect.objectContaining({ code, details: expect.objectContaining(details) as object });
}

async function typeIn(
  keys: KeyPort,
  ceremony: CeremonyHandle,
  entry: { readonly component: number; readonly pass: 'first' | 'second' },
  digits: string,
): Promise<void> {
  for (const digit of digits) {
    await keys.enterDigit(ceremony, { ...entry, digit: Number.parseInt(digit, 16) }, signal);
  }
}

/** Enters one component twice and gives its check value. */
export async function enterTwice(
  keys: KeyPort,
  ceremony: CeremonyHandle,
  component: number,
  digits: string,
): Promise<string | null> {
  await typeIn(keys, ceremony, { component, pass: 'first' }, digits);
  const first = await keys.endEntry(ceremony, { component, pass: 'first' }, signal);
  expect(first).toEqual({ count: digits.length, kcv: null });
  await typeIn(keys, ceremony, { component, pass: 'second' }, digits);
  return (await keys.endEntry(ceremony, { component, pass: 'second' }, signal)).kcv;
}

/** Brings a key of known material into a new ceremony, as two components, and combines them. */
export async function combineKey(keys: KeyPort, key: KeyRequest, value: Uint8Array): Promise<CeremonyHandle> {
  const adjust = (part: Uint8Array): void => (key.algorithm.startsWith('TDES') ? setOddParity(part) : undefined);
  const one = new Uint8Array(randomBytes(value.length));
  adjust(one);
  const two = value.map((byte, at) => byte ^ (one[at] ?? 0));
  adjust(two);
  const ceremony = await keys.openCeremony({ key, components: 2 }, signal);
  await enterTwice(keys, ceremony, 1, toHex(one));
  await enterTwice(keys, ceremony, 2, toHex(two));
  await keys.combine(ceremony, signal);
  return ceremony;
}

/** The same, and kept in the store. */
export async function bringKey(keys: KeyPort, key: KeyRequest, value: Uint8Array): Promise<void> {
  await keys.keepCeremonyKey(await combineKey(keys, key, value), signal);
}

/** The sum of the components, written apart from the store's own sum; parity of TDES set odd bit by bit. */
function sumOf(components: readonly string[], tdes: boolean): Uint8Array {
  const sum = components.map(fromHex).reduce((left, right) => left.map((byte, at) => byte ^ (right[at] ?? 0)));
  if (!tdes) return sum;
  return sum.map((byte) => (byte & 0xfe) | (([1, 2, 3, 4, 5, 6, 7].filter((bit) => (byte >> bit) & 1).length % 2) ^ 1));
}

/** Keys brought in as components by custodians; the store is prepared as a test station already. */
export function describeCeremonies(keysOf: () => KeyPort): void {
  // 7962... and the others are of odd parity; the sums are recomputed above.
  const tdes = [
    '7962d9ece03d1acd4c76089dce131543',
    '0123456789abcdeffedcba9876543210',
    '8aa83bf8cbda10620bc1bf19fbb6cd58',
  ];

  test('two components of a TDES key sum up to it, and its check value is that of the material', async () => {
    const keys = keysOf();
    const key = requested('imk-ac', 'TDES-2', 'imk-ac/northbank/ceremony');
    const ceremony = await keys.openCeremony({ key, components: 2 }, signal);
    const [one = '', two = ''] = tdes;
    expect(await enterTwice(keys, ceremony, 1, one)).toBe(secretCheckValue('TDES-2', fromHex(one)));
    await expect(keys.combine(ceremony, signal)).rejects.toEqual(faultOf('KEYS-CEREMONY-ORDER'));
    await expect(keys.keepCeremonyKey(ceremony, signal)).rejects.toEqual(faultOf('KEYS-CEREMONY-ORDER'));
    expect(await enterTwice(keys, ceremony, 2, two)).toBe(secretCheckValue('TDES-2', fromHex(two)));
    const kcv = secretCheckValue('TDES-2', sumOf([one, two], true));
    expect(await keys.combine(ceremony, signal)).toEqual({ kcv });
    expect(await keys.keepCeremonyKey(ceremony, signal)).toEqual({ ...key, kcv, kcvMethod: 'tdes-zeros' });
    await expect(keys.combine(ceremony, signal)).rejects.toEqual(faultOf('KEYS-CHANNEL-LOST'));
    await keys.destroyKey(key.name, signal);
  });

  test('three components of an AES key sum up to it, without any parity', async () => {
    const keys = keysOf();
    const key = requested('key-block-protection', 'AES-128', 'key-block-protection/northbank/ceremony');
    const components = ['000102030405060708090a0b0c0d0e0f', 'ffeeddccbbaa99887766554433221100', tdes[0] ?? ''];
    const ceremony = await keys.openCeremony({ key, components: 3 }, signal);
    for (const [at, digits] of components.entries()) {
      expect(await enterTwice(keys, ceremony, at + 1, digits)).toBe(secretCheckValue('AES-128', fromHex(digits)));
    }
    const kcv = secretCheckValue('AES-128', sumOf(components, false));
    expect(await keys.combine(ceremony, signal)).toEqual({ kcv });
    await keys.keepCeremonyKey(ceremony, signal);
    expect((await keys.list(signal)).find(({ name }) => name === key.name)?.kcv).toBe(kcv);
    await keys.destroyKey(key.name, signal);
  });

  test('each slip of a custodian has its own name, and leaves no half of a key', async () => {
    const keys = keysOf();
    const before = await keys.list(signal);
    const key = requested('cvk', 'TDES-2', 'cvk/northbank/ceremony');
    const ceremony = await keys.openCeremony({ key, components: 2 }, signal);
    const [one = '', two = ''] = tdes;
    const first = { component: 1, pass: 'first' } as const;
    const second = { component: 1, pass: 'second' } as const;

    await expect(typeIn(keys, ceremony, second, '0')).rejects.toEqual(faultOf('KEYS-CEREMONY-ORDER'));
    await expect(typeIn(keys, ceremony, { component: 3, pass: 'first' }, '0')).rejects.toEqual(
      faultOf('KEYS-CEREMONY-ORDER'),
    );
    await expect(keys.enterDigit(ceremony, { ...first, digit: 16 }, signal)).rejects.toEqual(faultOf('KEYS-REFUSED'));
    await typeIn(keys, ceremony, first, one.slice(1));
    const short = { component: 1, found: '31', expected: 32 };
    await expect(keys.endEntry(ceremony, first, signal)).rejects.toEqual(faultOf('KEYS-COMPONENT-LENGTH', short));
    await expect(typeIn(keys, ceremony, first, '00')).rejects.toEqual(
      faultOf('KEYS-COMPONENT-LENGTH', { found: 'more' }),
    );
    await keys.clearEntry(ceremony, first, signal);
    expect(await keys.enterDigit(ceremony, { ...first, digit: 7 }, signal)).toEqual({ count: 1 });
    await keys.clearEntry(ceremony, first, signal);

    await typeIn(keys, ceremony, first, one.replace('79', '78'));
    await expect(keys.endEntry(ceremony, first, signal)).rejects.toEqual(
      faultOf('KEYS-PARITY', { what: 'component 1' }),
    );
    await typeIn(keys, ceremony, first, '01'.repeat(16));
    await expect(keys.endEntry(ceremony, first, signal)).rejects.toEqual(faultOf('KEYS-WEAK', { what: 'component 1' }));
    await typeIn(keys, ceremony, first, one);
    await keys.endEntry(ceremony, first, signal);
    await typeIn(keys, ceremony, second, two);
    await expect(keys.endEntry(ceremony, second, signal)).rejects.toEqual(faultOf('KEYS-COMPONENT-DIFFERS'));
    // Both entries were forgotten: the first comes again.
    await expect(typeIn(keys, ceremony, second, one)).rejects.toEqual(faultOf('KEYS-CEREMONY-ORDER'));
    await enterTwice(keys, ceremony, 1, one);
    await expect(typeIn(keys, ceremony, first, '0')).rejects.toEqual(faultOf('KEYS-CEREMONY-ORDER'));

    // The same component twice sums up to nothing.
    await enterTwice(keys, ceremony, 2, one);
    await expect(keys.combine(ceremony, signal)).rejects.toEqual(faultOf('KEYS-WEAK', { what: key.name }));
    await expect(keys.combine(ceremony, signal)).rejects.toEqual(faultOf('KEYS-CEREMONY-ORDER'));
    await keys.abortCeremony(ceremony, signal);
    await keys.abortCeremony(ceremony, signal);
    await expect(keys.combine(ceremony, signal)).rejects.toEqual(
      faultOf('KEYS-CHANNEL-LOST', { what: 'key ceremony' }),
    );
    expect(await keys.list(signal)).toEqual(before);
    const pair = { key: { ...requested('issuer-rsa', 'RSA'), name: 'issuer-rsa/x' }, components: 2 } as const;
    await expect(keys.openCeremony(pair, signal)).rejects.toEqual(faultOf('KEYS-REFUSED'));
  });
}
