import type { NewEvent } from './port.ts';

const digest = 'd'.repeat(64);
const person = (name: string) => ({ kind: 'person', person: name }) as const;
const by = (name: string, subjects: Readonly<Record<string, string>> = {}) =>
  ({ actor: name === 'station' ? ({ kind: 'station' } as const) : person(name), issuer: null, subjects }) as const;

/** A day of stock after `twoBatches`: a delivery, a move, a ribbon, a test, two counts, a destruction, and the close with a reason. */
export function stockHistory(): readonly NewEvent[] {
  const content = {
    method: 'shredded',
    attempts: ['at-b1-o0-1', 'at-b1-o1-1'],
    testCards: 1,
    lots: [{ lot: 'lot-2', place: 'vault', count: 5 }],
    ribbons: ['rb-1'],
  } as const;
  const asked = { ...content, attempts: [...content.attempts], lots: [...content.lots], ribbons: [...content.ribbons] };
  const received = { kind: 'blank', blankType: 'emv', count: 100, environment: 'test' } as const;
  return [
    { ...by('olga', { day: '2026-03-02' }), kind: 'day.opened', payload: { places: [], printers: [] } },
    {
      ...by('olga', { approval: 'ap-r' }),
      kind: 'stock.requested',
      payload: {
        approval: 'ap-r',
        request: {
          kind: 'receipt',
          supplier: 'Blanks Ltd',
          supplierReference: 'DN 1',
          lots: [{ lot: 'lot-2', ...received }],
        },
      },
    },
    {
      ...by('station', { lot: 'lot-2' }),
      kind: 'lot.received',
      payload: { ...received, supplier: 'Blanks Ltd', supplierReference: 'DN 1', approval: 'ap-r' },
    },
    {
      ...by('station', { lot: 'rib-1' }),
      kind: 'lot.received',
      payload: { ...received, kind: 'ribbon', blankType: 'ymcko', count: 3, approval: 'ap-r' },
    },
    {
      ...by('station', { lot: 'lot-2', line: 'line-1' }),
      kind: 'lot.moved',
      payload: { from: 'vault', to: 'line/line-1', count: 40, reason: '', approval: 'ap-m' },
    },
    {
      ...by('station', { lot: 'rib-1', line: 'line-1' }),
      kind: 'lot.moved',
      payload: { from: 'vault', to: 'line/line-1', count: 2, reason: '', approval: 'ap-m' },
    },
    {
      ...by('olga', { ribbon: 'rb-1', line: 'line-1' }),
      kind: 'ribbon.fitted',
      payload: { ribbonType: 'ymcko', lot: 'rib-1', remaining: 300, foundBy: 'operator' },
    },
    {
      ...by('station', {
        batch: 'b2',
        order: 'b2-o1',
        attempt: 'at-b2-o1-1',
        line: 'line-1',
      }),
      issuer: 'southbank',
      kind: 'attempt.settled',
      payload: { step: 'personalise', by: 'operator', found: 'happened', evidence: 'seen' },
    },
    ...(['eject', 'print'] as const).flatMap((step): NewEvent[] => {
      const about = {
        ...by('station', { batch: 'b2', order: 'b2-o1', attempt: 'at-b2-o1-1', line: 'line-1' }),
        issuer: 'southbank',
      };
      const counters = step === 'eject' ? { cards: 107, panels: 12 } : null;
      return [
        { ...about, kind: 'attempt.intent', payload: { step, effect: 'irreversible', counters } },
        { ...about, kind: 'attempt.outcome', payload: { step, outcome: { kind: 'done' } } },
      ];
    }),
    {
      ...by('station', { batch: 'b2', order: 'b2-o1', attempt: 'at-b2-o1-1', line: 'line-1' }),
      issuer: 'southbank',
      kind: 'attempt.intent',
      payload: { step: 'feed', effect: 'repeatable', counters: null },
    },
    {
      ...by('station', { batch: 'b2', order: 'b2-o1', attempt: 'at-b2-o1-1', line: 'line-1' }),
      issuer: 'southbank',
      kind: 'attempt.outcome',
      payload: { step: 'feed', outcome: { kind: 'done' } },
    },
    {
      ...by('station', { ribbon: 'rb-1', line: 'line-1', lot: 'rib-1' }),
      kind: 'ribbon.recognised',
      payload: { ribbonType: 'ymcko', lot: 'rib-1', instead: 'rib-1', remaining: 300, foundBy: 'printer' },
    },
    {
      ...by('olga', { ribbon: 'rb-1', line: 'line-1' }),
      kind: 'ribbon.taken-out',
      payload: { remaining: 299, foundBy: 'operator' },
    },
    {
      ...by('olga', { lot: 'lot-2', line: 'line-1' }),
      kind: 'blank.used-for-test',
      payload: { count: 2, purpose: 'pairing', fedBy: 'printer', remark: '', approval: null },
    },
    { ...by('olga', { count: 'cn-1' }), kind: 'count.opened', payload: { place: 'vault', item: 'lot-2' } },
    { ...by('olga', { count: 'cn-1' }), kind: 'count.figure', payload: { round: 'first', figure: 60 } },
    {
      ...by('olga', { count: 'cn-1' }),
      kind: 'count.settled',
      payload: { result: 'same', difference: 0, reason: '', approval: null },
    },
    { ...by('olga', { count: 'cn-2' }), kind: 'count.opened', payload: { place: 'line/line-1', item: 'lot-2' } },
    { ...by('olga', { count: 'cn-2' }), kind: 'count.figure', payload: { round: 'first', figure: 37 } },
    { ...by('oscar', { count: 'cn-2' }), kind: 'count.figure', payload: { round: 'second', figure: 37 } },
    {
      ...by('station', { count: 'cn-2' }),
      kind: 'count.settled',
      payload: { result: 'booked', difference: -1, reason: 'bent and thrown away', approval: 'ap-c' },
    },
    {
      ...by('olga', { destruction: 'ds-1', approval: 'ap-d' }),
      kind: 'stock.requested',
      payload: { approval: 'ap-d', request: { kind: 'destruction', destruction: 'ds-1', content: asked } },
    },
    {
      ...by('station', { destruction: 'ds-1' }),
      kind: 'destruction.done',
      payload: {
        number: 'D-0001',
        content: asked,
        approval: 'ap-d',
        statementDigest: digest,
        witnesses: ['sara', 'simon'],
        certificateDigest: digest,
      },
    },
    {
      ...by('station', { day: '2026-03-02' }),
      kind: 'day.closed',
      payload: {
        places: [],
        printers: [{ line: 'line-1', printer: 'printer-1', cards: 110 }],
        figuresDigest: digest,
        reason: 'bent blank',
        approval: 'ap-e',
      },
    },
  ];
}
