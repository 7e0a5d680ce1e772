import { describe, expect, it } from 'vitest';
import { formatAge, formatDate, formatDateTime, formatDuration, formatSpan } from './dates.ts';
import { formatBytes, formatPercent, groupedDigest, shortDigest } from './numbers.ts';
import { initials } from './person.ts';

describe('dates', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  it('says how far a time lies from now', () => {
    const ages = [0, -4, -5, -59, -60, -3_599, -7_200, -172_800, 3_600].map((seconds) =>
      formatAge(new Date(now + seconds * 1000).toISOString(), now),
    );
    expect(ages).toEqual([
      'now',
      'now',
      '5 sec. ago',
      '59 sec. ago',
      '1 min. ago',
      '60 min. ago',
      '2 hr. ago',
      '2 days ago',
      'in 1 hr.',
    ]);
  });

  it('writes durations', () => {
    expect([0, 999, 59_400, 60_000, 185_000, 3_600_000, 4_320_000, -5].map(formatDuration)).toEqual([
      '0 s',
      '1 s',
      '59 s',
      '1 min 00 s',
      '3 min 05 s',
      '1 h 00 min',
      '1 h 12 min',
      '0 s',
    ]);
  });

  it('writes spans in their largest unit', () => {
    expect([-1, 0, 59.9, 60, 3_599, 3_600, 172_799, 172_800].map(formatSpan)).toEqual([
      '1 s',
      '1 s',
      '59 s',
      '1 min',
      '59 min',
      '1 h',
      '47 h',
      '2 days',
    ]);
  });

  it('shows a text that is no time as it is', () => {
    expect(formatDate('2026-11-22')).toMatch(/22/);
    expect([formatDateTime('soon'), formatAge('soon', now)]).toEqual(['soon', 'soon']);
  });
});

describe('numbers', () => {
  it('never says 100 % before all is done', () => {
    expect([0, 0.005, 0.9999, 1, 1.2, -1].map(formatPercent)).toEqual(['0 %', '0 %', '99 %', '100 %', '100 %', '0 %']);
  });

  it('writes sizes in their largest unit', () => {
    expect([0, 999, 1000, 12_345, 123_456_789, 5e12].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1.0 KB',
      '12.3 KB',
      '123 MB',
      '5000 GB',
    ]);
  });

  it('shortens and groups digests', () => {
    expect(shortDigest('0123456789abcdef0123456789abcdef')).toBe('01234567…89abcdef');
    expect(groupedDigest('0123456789ab')).toBe('0123 4567 89ab');
  });
});

describe('initials', () => {
  it('takes the first letters of the first and the last word', () => {
    expect(['Olivia Okafor', 'Ana María del Río', 'Kim', ''].map(initials)).toEqual(['OO', 'AR', 'K', '?']);
  });
});
