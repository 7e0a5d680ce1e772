import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Secret } from '#shared/bytes/secret.ts';
import { personId } from '#shared/domain/identifiers.ts';
import type { SealPerson } from './seal.ts';
import { createSeal, describeSeal, newSealedSecret, openSeal } from './seal.ts';
import { openTrainingSeal } from './training-seal.ts';

const who = (person: string, password = `${person} likes long passwords`): SealPerson => ({
  person: personId.parse(person),
  password: new Secret(password),
});
const anna = who('anna');
const bruno = who('bruno');
const clara = who('clara');
const secret = newSealedSecret();

let folder: string;
let file: string;
let original: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cardwright-seal-'));
  file = join(folder, 'seal.json');
  await createSeal(file, secret, [anna, bruno, clara], 'live');
  original = readFileSync(file, 'utf8');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('any two of three people open the seal', async () => {
  for (const pair of [
    [anna, bruno],
    [clara, anna],
    [bruno, clara],
  ] as const) {
    expect((await openSeal(file, pair, 'live')).reveal()).toEqual(secret.reveal());
  }
});

test('the file is for this user only, names its people and shows neither secret nor password', () => {
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(describeSeal(file)).toEqual({ environment: 'live', people: ['anna', 'bruno', 'clara'] });
  expect(original).not.toContain(secret.reveal().hsmPin);
  expect(inspect(secret)).toBe('[secret]');
});

test('a wrong password is refused by the name of its person, an unknown person alike', async () => {
  const refused = (person: string): unknown =>
    expect.objectContaining({ code: 'KEYS-UNSEAL-REFUSED', details: { person } });
  await expect(openSeal(file, [anna, who('bruno', 'wrong')], 'live')).rejects.toEqual(refused('bruno'));
  await expect(openSeal(file, [who('dora'), anna], 'live')).rejects.toEqual(refused('dora'));
});

test('one person twice, and a seal of the other environment, open nothing', async () => {
  await expect(openSeal(file, [anna, anna], 'live')).rejects.toMatchObject({ code: 'KEYS-UNSEAL-SAME-PERSON' });
  await expect(openSeal(file, [anna, bruno], 'test')).rejects.toMatchObject({ code: 'KEYS-ENVIRONMENT' });
});

test('a missing and a damaged file are named, with unknown keys counted as damage', async () => {
  const missing = join(folder, 'none.json');
  await expect(openSeal(missing, [anna, bruno], 'live')).rejects.toMatchObject({ code: 'KEYS-SEAL-MISSING' });
  const damaged = join(folder, 'damaged.json');
  const variants = [
    '',
    original.slice(0, -20),
    original.replace('"threshold": 2', '"threshold": 1'),
    original.replace('"version": 1', '"version": 1, "note": "x"'),
    original.replace('"anna"', '"anno"'),
    original.replace(/"ciphertext": "../, '"ciphertext": "zz'),
  ];
  for (const variant of variants) {
    writeFileSync(damaged, variant);
    const fault: unknown = expect.objectContaining({ code: 'KEYS-SEAL-DAMAGED' });
    await expect(openSeal(damaged, [anna, bruno], 'live'), variant.slice(0, 40)).rejects.toEqual(fault);
  }
});

test('a seal needs two different people', async () => {
  const other = join(folder, 'other.json');
  for (const people of [[anna], [anna, anna]]) {
    await expect(createSeal(other, secret, people, 'test')).rejects.toMatchObject({ code: 'KEYS-SEAL-PEOPLE' });
  }
});

test('training makes its test seal once, opens it by the same code, and live refuses it', async () => {
  const training = join(folder, 'training.json');
  const made = await openTrainingSeal(training);
  const found = await openTrainingSeal(training);
  expect([made.made, found.made]).toEqual(['made', 'found']);
  expect(found.secret.reveal()).toEqual(made.secret.reveal());
  await expect(openSeal(training, [anna, bruno], 'live')).rejects.toMatchObject({ code: 'KEYS-ENVIRONMENT' });
});
