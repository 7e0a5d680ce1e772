import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pcscTrouble, pcscTroubles } from './pcsc-trouble.ts';

const source = new URL('../../../../node_modules/smartcard/src/pcsc_errors.h', import.meta.url);

test.skipIf(!existsSync(source))('every error text of the installed package is in the table', () => {
  const texts = [...readFileSync(source, 'utf8').matchAll(/return "([^"]+)"/g)].map(([, text]) => text ?? '');
  expect(texts.length).toBeGreaterThan(30);
  expect(texts.filter((text) => !Object.hasOwn(pcscTroubles, text))).toEqual([]);
});

test('a text that nobody knows is a refusal', () => {
  expect(pcscTrouble('something new')).toBe('refused');
});
