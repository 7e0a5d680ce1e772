import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openedStation } from './secret-scan/opened-station.ts';
import { TokenTool, tokenToolInstalled, type ListedKey } from './secret-scan/token-tool.ts';
import { stationCommand } from './stations/command-line.ts';
import { lockPatience } from './stations/lock-patience.ts';
import { ownFolder } from './stations/own-folder.ts';
import { acquirePcscd, pcscdInstalled } from './stations/pcscd.ts';

const possible = pcscdInstalled() && tokenToolInstalled();
if (!possible)
  process.stdout.write('skipped: the objects of the token (missing: pcscd with vpcd, softhsm2 or opensc)\n');
const stack = new AsyncDisposableStack();

/** Sensitive and not extractable; one that the token made itself has never been anything else. PKCS#11 v2.40 §4.7.2. */
function isGuarded({ access }: ListedKey): boolean {
  const since =
    !access.includes('local') || ['always sensitive', 'never extractable'].every((mark) => access.includes(mark));
  return access.includes('sensitive') && !access.includes('extractable') && since;
}

describe.skipIf(!possible)('the token of a training station, seen by pkcs11-tool with its PIN', () => {
  let token: TokenTool;

  beforeAll(async () => {
    const held = await acquirePcscd();
    stack.defer(() => held.release());
    const data = path.join(stack.use(ownFolder('key-objects')).path, 'station');
    const demo = await stationCommand(data, 'olivia', ['demo', '--json']);
    expect(demo.code, demo.out + demo.errors).toBe(0);
    const { pin } = await openedStation<{ pin: string }>('pin', data);
    token = new TokenTool(path.join(data, 'token'), pin);
  }, lockPatience);
  afterAll(() => stack.disposeAsync());

  test('every secret and private key is sensitive and not extractable, and gives nothing when it is read', async () => {
    const keys = await token.keys();
    const labels = keys.map(({ label }) => label);
    expect(labels).toEqual(
      expect.arrayContaining([
        'station-signing/1',
        'record-decryption/1',
        'dgi-transport/northbank/1',
        'northbank/scp03/enc',
      ]),
    );
    // The batch is closed.
    expect(labels.filter((label) => label.startsWith('batch-wrapping/'))).toEqual([]);
    expect(keys.filter((key) => !isGuarded(key))).toEqual([]);
    for (const key of keys) expect(await token.read(key), key.label).toBe(0);
  });

  test('a key that is neither is found by the same look and read by the same hand', async () => {
    const words = ['--keygen', '--key-type', 'AES:16', '--extractable', '--label', 'planted', '--id', '77'];
    expect((await token.run(...words)).code).toBe(0);
    const open = (await token.keys()).filter((key) => !isGuarded(key));
    expect(open.map(({ label }) => label)).toEqual(['planted']);
    expect(await token.read({ type: 'secrkey', id: '77' })).toBe(16);
  });
});
