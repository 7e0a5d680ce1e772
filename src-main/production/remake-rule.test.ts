import { expect, test } from 'vitest';
import { remakeRule, type LostCard } from './remake-rule.ts';

const card = (disposition: LostCard['disposition']): LostCard => ({
  attempt: 'at-1',
  chipSerial: null,
  disposition,
  reason: 'PRODUCTION-CHIP-DIFFERS',
});
const rejected = card('rejected');
const spoiled = card('spoiled');

test.each([
  ['two machine rejects', [rejected, rejected], { spoiled: 0, total: 25 }, null],
  ['the third lost blank', [rejected, rejected, rejected], { spoiled: 0, total: 25 }, 'PRODUCTION-TOO-MANY-ATTEMPTS'],
  ['the tenth card taken out of a batch', [spoiled], { spoiled: 10, total: 25 }, null],
  ['the eleventh card taken out of a batch', [spoiled], { spoiled: 11, total: 25 }, 'REMAKE-SPOILED-LIMIT'],
  ['one in a hundred of a large batch', [spoiled], { spoiled: 50, total: 5000 }, null],
  ['more than one in a hundred of it', [spoiled], { spoiled: 51, total: 5000 }, 'REMAKE-SPOILED-LIMIT'],
  ['a machine reject beyond that limit', [rejected], { spoiled: 11, total: 25 }, null],
  ['a missing card', [card('missing')], { spoiled: 0, total: 25 }, 'REMAKE-CARD-MISSING'],
  ['a reject after a missing card', [card('missing'), rejected], { spoiled: 0, total: 25 }, 'REMAKE-CARD-MISSING'],
])('%s', (_, lost, batch, held) => {
  expect(remakeRule(lost, batch)).toBe(held);
});
