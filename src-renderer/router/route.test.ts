import { describe, expect, it } from 'vitest';
import { addressOf, readRoute } from './route.ts';
import type { Route } from './route.ts';

const routes: readonly Route[] = [
  { kind: 'home' },
  { kind: 'batches' },
  { kind: 'batch', batch: 'NB-2026-0001', tab: 'records' },
  { kind: 'batch', batch: 'NB 1/2', tab: 'balance' },
  { kind: 'approvals' },
  { kind: 'approval', approval: 'ap-1' },
  { kind: 'run' },
  { kind: 'looks', batch: null },
  { kind: 'looks', batch: 'NB-1' },
  { kind: 'journal', text: '' },
  { kind: 'journal', text: 'at-7 & more' },
  { kind: 'stock', tab: 'places' },
  { kind: 'stock', tab: 'destruction' },
  { kind: 'count', count: 'co-1/2' },
  { kind: 'day', day: null },
  { kind: 'day', day: '2026-11-22' },
  { kind: 'keys', tab: 'list', key: null },
  { kind: 'keys', tab: 'list', key: 'imk-ac/northbank/1' },
  { kind: 'keys', tab: 'ceremonies', key: null },
  { kind: 'keys', tab: 'module', key: null },
  { kind: 'ceremony', ceremony: 'ce-1/2' },
  { kind: 'products' },
  { kind: 'product', product: 'emv-debit@1', tab: 'overview' },
  { kind: 'product', product: 'emv-debit@1', tab: 'keys' },
  { kind: 'profile', profile: 'contact-online-pin-dda@1' },
  { kind: 'comparison', of: 'product', before: 'emv-debit@1', after: 'gift-print@1' },
  { kind: 'comparison', of: 'profile', before: null, after: null },
  { kind: 'script', batch: 'NB 1/2', order: 'nb-7/1' },
  { kind: 'devices' },
  { kind: 'inspector', line: 'line-1' },
  { kind: 'backup' },
  { kind: 'about' },
];

describe('routes', () => {
  it('reads back every address that it writes', () => {
    expect(routes.map((route) => readRoute(addressOf(route)))).toEqual(routes);
  });

  it('takes the routes that the station sends, with or without the mark', () => {
    expect(['/batches/B-1', '#/batches/B-1', 'batches/B-1'].map(readRoute)).toEqual(
      Array.from({ length: 3 }, () => ({ kind: 'batch', batch: 'B-1', tab: 'records' })),
    );
    expect(readRoute('')).toEqual({ kind: 'home' });
  });

  it('knows what leads nowhere', () => {
    expect([
      readRoute('#/nowhere'),
      readRoute('#/batches/B-1/nowhere'),
      readRoute('#/stock/nowhere'),
      readRoute('#/keys/nowhere'),
      readRoute('#/products/x@1/nowhere'),
    ]).toEqual(Array.from({ length: 5 }, () => ({ kind: 'unknown' })));
  });
});
