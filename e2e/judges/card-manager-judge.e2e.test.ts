import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lockPatience } from '../stations/lock-patience.ts';
import { acquirePcscd, pcscdInstalled } from '../stations/pcscd.ts';
import type { HeldPcscd } from '../stations/pcscd.ts';
import { judgeCardManager } from './global-platform/judge-card-manager.ts';
import type { KeySet } from './global-platform/secure-channel.ts';
import { cardInReader } from '../flows/judged-card.ts';
import { cardManagerErrors, planted, protectedErrors } from './planted-errors.ts';

const possible = pcscdInstalled();
if (!possible) process.stdout.write('skipped: the second GlobalPlatform host (missing: pcscd)\n');

const stack = new AsyncDisposableStack();
let held: HeldPcscd;

beforeAll(async () => {
  if (!possible) return;
  held = await acquirePcscd();
  stack.defer(() => held.release());
}, lockPatience);

afterAll(async () => {
  await stack.disposeAsync();
});

/** The published GlobalPlatform test key, and one of the judge's own. */
function keySet(version: number, digits: string): KeySet {
  const key = Buffer.from(digits, 'hex');
  return { version, enc: key, mac: key, dek: key };
}

const published = '404142434445464748494A4B4C4D4E4F';
const own = 'A1B2C3D4E5F60718293A4B5C6D7E8F90';

describe.skipIf(!possible).each([
  ['factory', 0x33, [...cardManagerErrors, ...protectedErrors]],
  ['factory-scp02', 0x03, cardManagerErrors],
] as const)('a second GlobalPlatform host and a blank of the kind %s', (blank, level, errors) => {
  test(`gets on with it, and objects to each of ${errors.length} planted errors`, async () => {
    const [reader] = held.readers;
    if (reader === undefined) throw new Error('a virtual reader is needed');
    await using card = await cardInReader(reader, 'EV1-000001', ['--blank', blank]);
    const setup = {
      level,
      packageAid: Buffer.from('F0435752494A01', 'hex'),
      appletAid: Buffer.from('F0435752494A0101', 'hex'),
      instanceAid: Buffer.from('F0435752494A010101', 'hex'),
    };
    const [factory, issuer, last] = [keySet(0xff, published), keySet(0x31, own), keySet(0x30, published)];
    const { exchange } = card.connected;
    expect(await judgeCardManager(exchange, { ...setup, factory, own: issuer })).toEqual([]);
    // And once more, from a set in use to the next.
    expect(await judgeCardManager(exchange, { ...setup, factory: issuer, own: last })).toEqual([]);
    const unseen: string[] = [];
    for (const [at, error] of errors.entries()) {
      const fresh = await card.changeFor(`EV2-${at}`);
      const findings = await judgeCardManager(planted(fresh.exchange, error), { ...setup, factory, own: issuer });
      if (findings.length === 0) unseen.push(error.name);
    }
    expect(unseen).toEqual([]);
  });
});
