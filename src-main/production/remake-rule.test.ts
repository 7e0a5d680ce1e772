import { expect, test } from 'vitest';
import { remakeRule, type LostAt, type LostCard } from './remake-rule.ts';

const card = (disposition: LostCard['disposition']): LostCard => ({
  attempt: 'at-1',
  chipSerial: null,
  disposition,
  reason: 'PRODUCTION-CHIP-DIFFERS',
});
const rejected = card('rejected');
const spoiled = card('spoiled');
const missing = card('missing');

type Case = readonly [string, readonly LostCard[], LostAt, number, string | null];

test.each<Case>([
  ['two machine rejects', [rejected, rejected], 'unfinished', 0, null],
  ['a finished card that the machine rejected', [rejected], 'finished', 0, null],
  ['the third lost blank', [rejected, rejected, rejected], 'unfinished', 0, 'PRODUCTION-TOO-MANY-ATTEMPTS'],
  ['the fifth unfinished card taken out of a batch', [spoiled], 'unfinished', 5, null],
  ['the sixth unfinished card taken out of a batch', [spoiled], 'unfinished', 6, 'REMAKE-SPOILED-LIMIT'],
  ['the first finished card taken out of a batch', [spoiled], 'finished', 1, 'REMAKE-FINISHED-CARD'],
  ['a machine reject beyond the limit', [rejected], 'unfinished', 6, null],
  ['a missing card', [missing], 'unfinished', 0, 'REMAKE-CARD-MISSING'],
  ['a reject after a missing card', [missing, rejected], 'unfinished', 0, 'REMAKE-CARD-MISSING'],
])('%s', (_, lost, last, spoiledOfBatch, held) => {
  expect(remakeRule(lost, last, spoiledOfBatch)).toBe(held);
});
