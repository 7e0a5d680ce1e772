import { describe, expect, it } from 'vitest';
import { followRevision, isNewer } from './follow-revision.ts';

describe('followRevision', () => {
  it('asks for everything at the start of a subscription', () => {
    expect(followRevision(null, { revision: 7, topics: [] })).toEqual({ revision: 7, ask: { kind: 'everything' } });
  });

  it('asks for the topics of the next revision', () => {
    expect(followRevision(7, { revision: 8, topics: ['batches'] })).toEqual({
      revision: 8,
      ask: { kind: 'topics', topics: ['batches'] },
    });
    expect(followRevision(7, { revision: 8, topics: [] })).toEqual({ revision: 8, ask: { kind: 'nothing' } });
  });

  it('asks for everything over a gap', () => {
    expect(followRevision(7, { revision: 9, topics: ['sync'] })).toEqual({ revision: 9, ask: { kind: 'everything' } });
  });

  it('does nothing for a revision that came late or twice, and stays where it was', () => {
    expect(followRevision(7, { revision: 7, topics: ['sync'] })).toEqual({ revision: 7, ask: { kind: 'nothing' } });
    expect(followRevision(7, { revision: 3, topics: ['sync'] })).toEqual({ revision: 7, ask: { kind: 'nothing' } });
  });
});

describe('isNewer', () => {
  it('goes by revision, not by arrival', () => {
    expect([isNewer(null, 1), isNewer(4, 5), isNewer(4, 9), isNewer(5, 5), isNewer(5, 4)]).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
