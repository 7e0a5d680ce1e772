import { expect, test } from 'vitest';
import { lotId } from '#shared/domain/identifiers.ts';
import { openJournal } from '../journal/journal.fixture.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { StockService } from './stock-service.ts';

const actor = { kind: 'person', person: 'olga' } as const;
const lot = lotId.parse('lot-7');
const blanks = { lot, blankType: 'northbank-emv-contact', count: 50, environment: 'test' } as const;

function open(busy: readonly string[] = []) {
  const journal = openJournal();
  journal.append({
    kind: 'line.configured',
    actor: { kind: 'station' },
    issuer: null,
    subjects: { line: 'line-1' },
    payload: { line: 'line-1', printer: 'printer-1', reader: null, title: 'Line 1' },
  });
  const { stock, lines } = journal.projections;
  const service = new StockService({
    journal,
    stock,
    lines,
    holdsCard: (line) => (busy.includes(line) ? 'yes' : 'no'),
    randomness: systemRandomness,
    environment: 'test',
  });
  return { journal, service };
}

test('books a lot in and to a line, each an event with the person', () => {
  const { journal, service } = open();
  expect(service.receive(blanks, actor)).toBe('lot-7');
  expect(service.load('lot-7', 'line-1', actor)).toEqual({
    lot: 'lot-7',
    blankType: 'northbank-emv-contact',
    environment: 'test',
    received: 50,
    used: 0,
    left: 50,
    line: 'line-1',
  });
  expect(service.lots()).toHaveLength(1);
  expect(journal.projections.lines.findLine('line-1')?.lot).toBe('lot-7');
  expect(journal.read(2, 10).map(({ header }) => [header.kind, header.actor, header.subjects])).toEqual([
    ['lot.received', actor, { lot: 'lot-7' }],
    ['lot.loaded', actor, { lot: 'lot-7', line: 'line-1' }],
  ]);
});

test('refuses in words and changes nothing', () => {
  const { journal, service } = open(['line-1']);
  service.receive(blanks, actor);
  const before = journal.head();
  const refused: readonly (readonly [string, () => unknown])[] = [
    ['STOCK-LOT-KNOWN', () => service.receive(blanks, actor)],
    ['STOCK-COUNT', () => service.receive({ ...blanks, lot: lotId.parse('lot-8'), count: 0 }, actor)],
    ['STOCK-COUNT', () => service.receive({ ...blanks, lot: lotId.parse('lot-8'), count: 1.5 }, actor)],
    ['STOCK-ENVIRONMENT', () => service.receive({ ...blanks, lot: lotId.parse('lot-8'), environment: 'live' }, actor)],
    ['STOCK-NO-LOT', () => service.load('lot-9', 'line-1', actor)],
    ['STOCK-NO-LINE', () => service.load('lot-7', 'line-9', actor)],
    ['STOCK-LINE-BUSY', () => service.load('lot-7', 'line-1', actor)],
  ];
  for (const [code, act] of refused) expect(act).toThrow(expect.objectContaining({ code }));
  expect(journal.head()).toEqual(before);
});
