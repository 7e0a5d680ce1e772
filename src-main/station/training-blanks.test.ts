import { expect, test } from 'vitest';
import { blankKindOf } from './training-blanks.ts';

test.each([
  ['northbank-emv-contact', 'ready'],
  ['northbank-emv-scp02', 'scp02'],
  ['northbank-emv-factory', 'factory'],
  ['northbank-emv-factory-scp02', 'factory-scp02'],
  ['northbank-emv-dual', 'dual'],
  ['mercato-white', 'ready'],
])('a lot of %s makes the virtual card %s', (blankType, kind) => {
  expect(blankKindOf(blankType)).toBe(kind);
});
