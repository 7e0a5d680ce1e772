import { describe, expect, it } from 'vitest';
import { syncFreshness } from './sync-freshness.ts';

const sync = { state: 'in-step', secondsSinceContact: 4, contactEvery: 30 } as const;

describe('syncFreshness', () => {
  it('grows old by itself, without news from the station', () => {
    expect([0, 56, 57, 596, 597].map((age) => syncFreshness(sync, age, 'open'))).toEqual([
      { kind: 'fresh', seconds: 4 },
      { kind: 'fresh', seconds: 60 },
      { kind: 'late', seconds: 61 },
      { kind: 'late', seconds: 600 },
      { kind: 'silent', seconds: 601 },
    ]);
  });

  it('is unknown as soon as the window has lost its station, however good the last news was', () => {
    for (const link of ['lost', 'connecting', 'taken-over'] as const)
      expect(syncFreshness(sync, 0, link)).toEqual({ kind: 'unknown' });
  });

  it('says never where no answer came since the start, and not enrolled where none can come', () => {
    expect(syncFreshness({ ...sync, secondsSinceContact: null }, 0, 'open')).toEqual({ kind: 'never' });
    expect(syncFreshness({ ...sync, state: 'not-enrolled' }, 0, 'open')).toEqual({ kind: 'not-enrolled' });
  });

  it('never gets younger by a clock that was set back', () => {
    expect(syncFreshness(sync, -3600, 'open')).toEqual({ kind: 'fresh', seconds: 4 });
  });
});
