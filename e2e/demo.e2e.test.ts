import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram, stationCommand } from './stations/command-line.ts';
import { lockPatience } from './stations/lock-patience.ts';
import { ownFolder } from './stations/own-folder.ts';
import { acquirePcscd, pcscdInstalled } from './stations/pcscd.ts';
import { programs } from './stations/programs.ts';
import type { FinishedCard } from './stations/virtual-machines.ts';

const stack = new AsyncDisposableStack();
let data = '';

beforeAll(async () => {
  if (!pcscdInstalled()) return;
  const held = await acquirePcscd();
  stack.defer(() => held.release());
  data = path.join(stack.use(ownFolder('demo')).path, 'station');
}, lockPatience);

afterAll(async () => {
  await stack.disposeAsync();
});

/** The pictures of one printer: what it drew, and what became of each card. */
function picturesOf(printer: string): { good: readonly FinishedCard[]; files: readonly string[] } {
  const folder = path.join(data, 'devices', printer, 'pictures');
  const files = readdirSync(folder);
  const cards = files
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as FinishedCard);
  return { good: cards.filter(({ disposition }) => disposition === 'good'), files };
}

test.skipIf(!pcscdInstalled())(
  'one command makes five cards on two lines and leaves pictures and a report',
  async () => {
    const demo = await runProgram(programs.launch, ['--demo', '--no-window', '--data', data]);
    expect(demo.code, demo.out + demo.errors).toBe(0);

    const printers = ['printer-1', 'printer-2'].map(picturesOf);
    expect(printers.every(({ good }) => good.length > 0)).toBe(true);
    expect(printers.flatMap(({ good }) => good)).toHaveLength(5);
    for (const { good, files } of printers) {
      for (const { card, panels } of good) {
        expect(files).toEqual(expect.arrayContaining([`${card}-front.png`, `${card}-back.png`]));
        expect(panels.front).toContain('ymc');
      }
    }
    const report = path.join(data, 'reports', 'nb-debit-0001.pdf');
    expect(demo.out).toContain(report);
    expect(readFileSync(report).subarray(0, 5).toString()).toBe('%PDF-');
  },
);

const pdftotext = existsSync('/usr/bin/pdftotext');
if (!pdftotext) process.stdout.write('skipped: the words of the batch report (missing: pdftotext of poppler-utils)\n');

/** The cardholders' names as the virtual cards bear them on track 1 (ISO/IEC 7813: between the carets), in parts of four letters or more. */
function namesOnCards(): readonly string[] {
  const stripes = ['printer-1', 'printer-2']
    .flatMap(picturesOf)
    .flatMap(({ good }) => good.map((card) => JSON.stringify(card)));
  return stripes.flatMap(
    (stripe) =>
      /\^([^^]+)\^/
        .exec(stripe)?.[1]
        ?.match(/[A-Z]{4,}/g)
        ?.slice(0, 1) ?? [],
  );
}

test.skipIf(!pcscdInstalled() || !pdftotext)('the report that outlives the batch names no cardholder', () => {
  const text = execFileSync('pdftotext', ['-layout', path.join(data, 'reports', 'nb-debit-0001.pdf'), '-']).toString();
  expect(text).toContain('nb-debit-0001');
  // The words can be read, and the people who worked are named: a cardholder would be seen too.
  expect(text).toContain('Olivia Okafor');
  const names = namesOnCards();
  expect(names).toHaveLength(5);
  expect(names.filter((name) => text.toUpperCase().includes(name))).toEqual([]);
  expect(text).not.toMatch(/\b\d{12,19}\b/);
});

test.skipIf(!pcscdInstalled())('afterwards the journal is whole and the batch is closed', async () => {
  const verify = await stationCommand(data, 'sofia', ['journal', 'verify', '--json']);
  expect(verify.code, verify.errors).toBe(0);
  expect(verify.json()).toMatchObject({ result: 'whole', findings: [] });
  const batches = await stationCommand(data, 'olivia', ['batches', '--state', 'closed', '--json']);
  expect(batches.json()).toMatchObject({ batches: [{ batch: 'nb-debit-0001', state: 'closed' }] });
});
