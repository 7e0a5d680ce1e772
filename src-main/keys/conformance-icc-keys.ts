import { createDecipheriv } from 'node:crypto';
import { expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import { answerInitializeUpdate, publishedKey, selectedApplication } from './conformance-card.ts';
import { faultOf as fault } from './conformance-ceremony.ts';
import type { ChannelHandle, KeyPort, SealedIccKey } from './port.ts';

const { signal } = new AbortController();

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

/** What the card makes of a grouping: AES-CBC under its DEK, initial value zero, then 80 and zeros taken off. */
function decipher(value: Uint8Array): Uint8Array {
  const cipher = createDecipheriv('aes-128-cbc', publishedKey, new Uint8Array(16)).setAutoPadding(false);
  const clear = new Uint8Array(cipher.update(value));
  const end = clear.lastIndexOf(0x80);
  expect(clear.subarray(end + 1).every((byte) => byte === 0)).toBe(true);
  return clear.subarray(0, end);
}

/** Card key pairs, sealed and enciphered for a card; the store is prepared and holds the published card key set 48. */
export function describeIccKeys(keysOf: () => KeyPort): void {
  const hostChallenge = fromHex('0102030405060708');
  const openChannel = async (): Promise<ChannelHandle> => {
    const cardChallenge = fromHex('a1a2a3a4a5a6a7a8');
    const { answer } = answerInitializeUpdate({ keyVersion: 48, i: 0x70, hostChallenge, cardChallenge });
    const keySet = { name: 'scp03/training/48', version: 48 };
    const what = { securityLevel: 0x33, parameter: 0x70, application: selectedApplication };
    const request = { keySet, hostChallenge, initializeUpdateResponse: answer, ...what };
    return (await keysOf().openChannel(request, signal)).channel;
  };
  const make = (size: number, exponent: 3 | 65537): Promise<SealedIccKey> =>
    keysOf().makeIccKey({ size, exponent, environment: 'test' }, signal);

  test('the parts of a card key decipher to the numbers of its public key', async () => {
    const keys = keysOf();
    const channel = await openChannel();
    for (const [size, exponent] of [
      [1152, 3],
      [1160, 65537],
      [1984, 3],
    ] as const) {
      const made = await make(size, exponent);
      const { modulus } = made.publicKey;
      expect([made.size, made.exponent, modulus.length * 8, toHex(made.publicKey.exponent)]).toEqual([
        size,
        exponent,
        size,
        exponent === 3 ? '03' : '010001',
      ]);
      const groupings = await keys.iccKeyGroupings({ channel, ...made }, signal);
      expect(groupings.map(({ dgi }) => dgi)).toEqual(['8201', '8202', '8203', '8204', '8205']);
      const parts = groupings.map(({ value }) => decipher(value));
      expect(parts.map(({ length }) => length)).toEqual(Array(5).fill(Math.ceil(size / 16)));
      const [qInverse = 0n, dq = 0n, dp = 0n, q = 0n, p = 0n] = parts.map(numberOf);
      const e = BigInt(exponent);
      expect([p * q, (q * qInverse) % p, (e * dp) % (p - 1n), (e * dq) % (q - 1n), qInverse < p]).toEqual([
        numberOf(modulus),
        1n,
        1n,
        1n,
        true,
      ]);
    }
    await keys.closeChannel(channel, signal);
  });

  test('a sealed key that was altered in any byte, cut, lengthened or named by another public key is refused', async () => {
    const keys = keysOf();
    const channel = await openChannel();
    const [made, other] = [await make(1024, 65537), await make(1024, 65537)];
    const open = (sealed: Uint8Array, publicKey = made.publicKey): Promise<unknown> =>
      keys.iccKeyGroupings({ channel, sealed, publicKey }, signal);
    for (const at of made.sealed.keys()) {
      const altered = made.sealed.map((byte, index) => (index === at ? byte ^ 0x01 : byte));
      await expect(open(altered)).rejects.toEqual(fault('KEYS-UNWRAP'));
    }
    const wrongLength = [
      new Uint8Array(0),
      made.sealed.subarray(8),
      made.sealed.subarray(0, -1),
      made.sealed.subarray(0, -8),
      concatBytes(made.sealed, new Uint8Array(8)),
    ];
    for (const sealed of wrongLength) await expect(open(sealed)).rejects.toEqual(fault('KEYS-UNWRAP'));
    const { modulus, exponent } = made.publicKey;
    const strange = [
      other.publicKey,
      { modulus, exponent: Uint8Array.of(3) },
      { modulus: modulus.subarray(1), exponent },
      { modulus: new Uint8Array(0), exponent },
    ];
    for (const publicKey of strange) {
      await expect(open(made.sealed, publicKey)).rejects.toEqual(fault('KEYS-REFUSED'));
    }
    await expect(open(other.sealed)).rejects.toEqual(fault('KEYS-REFUSED'));
    expect(await open(made.sealed)).toHaveLength(5);
    await keys.closeChannel(channel, signal);
    await expect(open(made.sealed)).rejects.toEqual(fault('KEYS-CHANNEL-LOST'));
  });

  test('card keys are made of agreed sizes only, for this environment, and beside other acts', async () => {
    const keys = keysOf();
    for (const size of [1016, 1992, 1028, 1152.5, Number.NaN]) {
      await expect(make(size, 3)).rejects.toEqual(fault('KEYS-REFUSED'));
    }
    await expect(make(1152, 17 as 3)).rejects.toEqual(fault('KEYS-REFUSED'));
    const live = keys.makeIccKey({ size: 1152, exponent: 3, environment: 'live' }, signal);
    await expect(live).rejects.toEqual(fault('KEYS-ENVIRONMENT'));
    const ended: string[] = [];
    const note = (what: string) => (): void => void ended.push(what);
    const making = Promise.all([make(1984, 3), make(1984, 3)]).then(note('pairs'));
    await keys.describe(signal).then(note('other act'));
    await making;
    expect(ended).toEqual(['other act', 'pairs']);
  });
}
