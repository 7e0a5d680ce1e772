import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { batchAtCms } from './flows/made-batch.ts';
import { BatchPage } from './pages/batch-page.ts';
import { chromiumInstalled, type ChromiumWindow } from './pages/chromium-window.ts';
import { Frame } from './pages/frame.ts';
import { LoginPage } from './pages/login-page.ts';
import { StockPage } from './pages/stock-page.ts';
import { runProgram, stationCommand } from './stations/command-line.ts';
import { ownFolder } from './stations/own-folder.ts';
import { openPrintWindow } from './stations/print-window.ts';
import { programs } from './stations/programs.ts';
import type { RunningStation } from './stations/training-station.ts';

interface Pass {
  readonly attempt: string;
  readonly signed: { readonly certificate: string; readonly signature: string };
  readonly signingKey: { readonly x: string; readonly y: string };
}

const possible = chromiumInstalled();
const stack = new AsyncDisposableStack();
let window: ChromiumWindow;
let station: RunningStation;
let folder: string;
let batch: string;
let passes: readonly Pass[];

beforeAll(async () => {
  if (!possible) return;
  folder = stack.use(ownFolder('passes-files')).path;
  ({ window, station } = await openPrintWindow(stack, { folder: 'passes', pictures: 'cardwright-pass-screens' }));
}, 120_000);

afterAll(async () => {
  await stack.disposeAsync();
});

/** SubjectPublicKeyInfo of a P-256 point (RFC 5480), as openssl reads it. */
function keyFile({ x, y }: Pass['signingKey']): string {
  const start = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex');
  const der = Buffer.concat([start, Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const file = path.join(folder, 'key.pem');
  writeFileSync(file, `-----BEGIN PUBLIC KEY-----\n${der.toString('base64')}\n-----END PUBLIC KEY-----\n`);
  return file;
}

/** SEQUENCE of two INTEGERs (RFC 3279) from r and s. */
function derOf(signature: string): Buffer {
  const raw = Buffer.from(signature, 'base64url');
  const integer = (bytes: Buffer): Buffer => {
    const first = bytes.findIndex((byte) => byte !== 0);
    const value = bytes.subarray(first);
    const padded = (value[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), value]) : value;
    return Buffer.concat([Buffer.of(0x02, padded.length), padded]);
  };
  const both = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
  return Buffer.concat([Buffer.of(0x30, both.length), both]);
}

function opensslSays(text: string, signature: string, key: string): string {
  const [certificate, signed] = [path.join(folder, 'certificate'), path.join(folder, 'signature')];
  writeFileSync(certificate, text);
  writeFileSync(signed, derOf(signature));
  const words = ['dgst', '-sha256', '-verify', key, '-signature', signed, certificate];
  return spawnSync('openssl', words, { encoding: 'utf8' }).stdout.trim();
}

test.skipIf(!possible)(
  'every card of a batch has a certificate that openssl verifies with the public key alone',
  async () => {
    batch = await batchAtCms(station, 'gift-print@1', 2);
    const done = async (...words: readonly string[]): Promise<Readonly<Record<string, unknown>>> => {
      const ended = await stationCommand(station.data, 'olivia', [...words, '--json']);
      if (ended.code !== 0) throw new Error(`${words.join(' ')}: ${ended.out}${ended.errors}`);
      return ended.json();
    };
    await done('pull', batch);
    await done('release', batch, '--approver', 'sofia', '--yes');
    for (const at of ['1', '2']) await done('stock', 'load', `LOT-mercato-plain-white-${at}`, `line-${at}`);
    await done('run', batch);
    // First and last: of two cards a person looks at both.
    const { looks } = (await done('looks', batch)) as { looks: readonly { attempt: string }[] };
    expect(looks).toHaveLength(2);
    const found: Pass[] = [];
    for (const { attempt } of looks) found.push((await done('pass', 'show', attempt)) as unknown as Pass);
    passes = found;
    for (const { attempt, signed, signingKey } of passes) {
      const key = keyFile(signingKey);
      expect(opensslSays(signed.certificate, signed.signature, key)).toBe('Verified OK');
      const changed = signed.certificate.replace('"number":1', '"number":2');
      expect(opensslSays(changed, signed.signature, key)).toBe('Verification failure');
      expect(JSON.parse(signed.certificate)).toMatchObject({ attempt, batch, product: 'gift-print@1' });
    }
  },
  240_000,
);

test.skipIf(!possible)(
  'the command line shows it, saves it, and checks it without any station',
  async () => {
    const [saved, key, changed] = ['card.pass', 'station.pem', 'changed.pass'].map((name) => path.join(folder, name));
    const [first] = passes;
    if (saved === undefined || key === undefined || changed === undefined || first === undefined)
      throw new Error('none');
    const words = ['pass', 'show', first.attempt, '--save', saved, '--save-key', key];
    const shown = await stationCommand(station.data, 'samuel', words);
    expect([shown.code, shown.out]).toEqual([0, expect.stringContaining('Signature: right')]);
    const verified = await runProgram(programs.commandLine, ['pass', 'verify', saved, '--key', key]);
    expect([verified.code, verified.out]).toEqual([0, expect.stringContaining('Signature: right')]);
    writeFileSync(changed, readFileSync(saved, 'utf8').replace(String.raw`\"number\":1`, String.raw`\"number\":2`));
    const refused = await runProgram(programs.commandLine, ['pass', 'verify', changed, '--key', key]);
    expect([refused.code, refused.out]).toEqual([5, expect.stringContaining('Signature: WRONG')]);
    expect((await stationCommand(station.data, 'samuel', ['quarantine'])).out).toContain(
      'No chip card is in quarantine.',
    );
  },
  180_000,
);

test.skipIf(!possible)(
  'the window tells it in words, and where rejected chips would be',
  async () => {
    const { page } = window;
    const login = new LoginPage(page);
    await login.shown();
    await login.logIn('sofia');
    await page.goto(page.url().replace(/#.*$|$/, `#/batches/${batch}/cards`));
    await new BatchPage(page, batch).tab('Cards');
    await page
      .getByRole('button', { name: /^Pass certificate of order/ })
      .first()
      .click();
    const dialog = page.getByRole('dialog', { name: 'Pass certificate' });
    await dialog.getByText('The signature is right').waitFor();
    await dialog.getByText('Every text was found at its place, letter by letter').waitFor();
    const seen = [...(await window.inspectOpen('pass'))];
    await dialog.getByRole('button', { name: 'Check the signature again' }).click();
    await dialog.getByText('The signature is right').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await new Frame(page).goTo('Stock');
    await new StockPage(page).tab('Quarantine');
    await page.getByText('No chip card is in quarantine').waitFor();
    seen.push(...(await window.inspect('quarantine')));
    expect(seen).toEqual([]);
  },
  120_000,
);
