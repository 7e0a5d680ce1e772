import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BootLog } from './boot-log.ts';

let folder: string;
let file: string;
let log: BootLog;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardwright-boot-'));
  file = join(folder, 'boot.log');
  log = new BootLog(file, () => new Date('2026-01-02T03:04:05Z'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('entries are chained, kept for this user only, and read back as they were written', () => {
  const first = log.append('started', { version: '0.1.0' });
  const second = log.append('unseal-refused', { person: 'anna' });
  expect(log.read()).toEqual([first, second]);
  expect(second.previous).toBe(first.hash);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('any altered byte of a line is found and its line named', () => {
  for (let at = 0; at < 3; at++) log.append('unseal-tried', { person: `p${at}` });
  const text = readFileSync(file);
  const lineStart = text.indexOf('\n') + 1;
  const lineEnd = text.indexOf('\n', lineStart);
  for (let at = lineStart; at < lineEnd; at++) {
    const altered = Buffer.from(text);
    altered[at] = (altered[at] ?? 0) ^ 0x01;
    writeFileSync(file, altered);
    expect(() => log.read(), `byte ${at}`).toThrow(expect.objectContaining({ code: 'KEYS-BOOT-LOG-DAMAGED' }));
  }
});

test('a missing line and a missing beginning are found', () => {
  for (let at = 0; at < 3; at++) log.append('started', {});
  const lines = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, [lines[0], lines[2], ''].join('\n'));
  expect(() => log.read()).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ line: 2 }) as object }),
  );
  writeFileSync(file, lines.slice(1).join('\n'));
  expect(() => log.append('started', {})).toThrow(expect.objectContaining({ code: 'KEYS-BOOT-LOG-DAMAGED' }));
});

test('a line torn by a power cut is taken out and said', () => {
  log.append('started', {});
  appendFileSync(file, '{"version":1,"seq');
  log.append('started', {});
  expect(log.read().map(({ kind }) => kind)).toEqual(['started', 'torn-line', 'started']);
});

test('draining hands every entry over once, keeps the chain going, and loses nothing when the taker fails', async () => {
  log.append('started', {});
  log.append('unsealed', {});
  await expect(log.drain(() => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
  const taken: string[] = [];
  await log.drain((entries) => {
    taken.push(...entries.map(({ kind }) => kind));
    if (taken.length === 2) log.append('stopped', {});
  });
  log.append('started', {});
  await log.drain((entries) => void taken.push(...entries.map(({ kind }) => kind)));
  await log.drain(() => void taken.push('again'));
  expect(taken).toEqual(['started', 'unsealed', 'stopped', 'started']);
  expect(log.read().map(({ kind, sequence }) => [kind, sequence])).toEqual([['drained', 6]]);
});
