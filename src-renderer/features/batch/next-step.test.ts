import { describe, expect, it } from 'vitest';
import type { BatchView } from '#shared/contract/views/batch-views.ts';
import { nextStep } from './next-step.ts';

const counts = { total: 5, ready: 5, held: 0, made: 0, inMachine: 0, rejected: 0, looksOutstanding: 0 };
const batch: BatchView = {
  batch: 'NB-1',
  issuer: 'northbank',
  issuerTitle: 'Northbank',
  product: 'emv-debit@1',
  productTitle: 'Debit',
  state: 'ready',
  priority: 'normal',
  due: '2026-11-22T12:00:00Z',
  environment: 'test',
  counts,
  approval: null,
  commands: [],
  trouble: null,
  grant: null,
  updated: '2026-11-22T12:00:00Z',
};
const anything = () => true;
const nothing = () => false;

describe('nextStep', () => {
  it('offers only commands that the station allows', () => {
    expect(nextStep({ ...batch, commands: ['request-release'] }, anything)).toEqual({
      kind: 'command',
      command: 'request-release',
    });
    expect(nextStep(batch, anything)).toEqual({ kind: 'wait', word: 'other-person' });
  });

  it('leads to the signature that is waited for', () => {
    expect(nextStep({ ...batch, state: 'release-requested', approval: 'ap-1' }, nothing)).toEqual({
      kind: 'open',
      word: 'sign',
      route: { kind: 'approval', approval: 'ap-1' },
    });
  });

  it('puts the looks before the close', () => {
    const made: BatchView = { ...batch, state: 'made', counts: { ...counts, looksOutstanding: 2 } };
    const look = { kind: 'open', word: 'look', route: { kind: 'looks', batch: 'NB-1' } };
    expect(nextStep({ ...made, commands: ['request-close'] }, anything)).toEqual(look);
    expect(nextStep({ ...made, commands: ['request-close'] }, nothing)).toEqual({
      kind: 'command',
      command: 'request-close',
    });
  });

  it('says what is waited for where nothing can be done', () => {
    expect(
      (['receiving', 'refused', 'closed'] as const).map((state) => nextStep({ ...batch, state }, anything)),
    ).toEqual([
      { kind: 'wait', word: 'receiving' },
      { kind: 'wait', word: 'refused' },
      { kind: 'wait', word: 'done' },
    ]);
  });
});
