import { describe, expect, it } from 'vitest';
import type { KeyUsageView } from '#shared/contract/views/key-views.ts';
import { dayOf, endIsToCome, isWhole, nothingWanted, wantedInput, withUsage } from './wanted-key.ts';

const usage = (members: Partial<KeyUsageView>): KeyUsageView => ({
  usage: 'imk-ac',
  title: 'Issuer master key, application cryptograms',
  algorithms: ['TDES-2', 'AES-128'],
  owner: 'issuer',
  waysIn: ['generated'],
  unavailable: null,
  ...members,
});
const today = '2026-11-29';

describe('what a key is to be', () => {
  it('chooses the only algorithm by itself, keeps one that fits, and drops one that does not', () => {
    const only = usage({ usage: 'cvk', algorithms: ['TDES-2'] });
    expect(withUsage(nothingWanted, only).algorithm).toBe('TDES-2');
    expect(withUsage({ ...nothingWanted, algorithm: 'AES-128' }, usage({})).algorithm).toBe('AES-128');
    expect(withUsage({ ...nothingWanted, algorithm: 'RSA' }, usage({})).algorithm).toBe('');
  });

  it('has no issuer where the station owns the key', () => {
    const wanted = withUsage({ ...nothingWanted, issuer: 'northbank' }, usage({ owner: 'station' }));
    expect(wantedInput(wanted)).toEqual({ usage: 'imk-ac', algorithm: '', issuer: null, validUntil: null });
  });

  it('is whole once usage, algorithm and issuer are chosen and the end is to come', () => {
    const wanted = { usage: 'imk-ac', algorithm: 'TDES-2', issuer: 'northbank', validUntil: '' };
    expect([
      isWhole(wanted, usage({}), today),
      isWhole(wanted, undefined, today),
      isWhole(wanted, usage({ unavailable: 'This module has no AES.' }), today),
      isWhole({ ...wanted, issuer: ' ' }, usage({}), today),
      isWhole({ ...wanted, algorithm: 'RSA' }, usage({}), today),
      isWhole({ ...wanted, validUntil: today }, usage({}), today),
    ]).toEqual([true, false, false, false, false, false]);
  });

  it('ends after today or never', () => {
    expect(['', '2026-11-30', '2026-11-29', '2025-01-01', '30.11.2026'].map((day) => endIsToCome(day, today))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(dayOf(new Date(2026, 0, 5))).toBe('2026-01-05');
  });
});
