import { describe, expect, it } from 'vitest';
import type { CeremonyView } from '#shared/contract/views/key-views.ts';
import { ceremonyStep } from './ceremony-turn.ts';

type Custodian = CeremonyView['custodians'][number];

const custodian = (component: number, person: string, members: Partial<Custodian> = {}): Custodian => ({
  component,
  person,
  displayName: person,
  state: 'waiting',
  kcv: null,
  confirmed: 'no',
  ...members,
});

const ceremony = (state: CeremonyView['state'], custodians: readonly Custodian[]): CeremonyView => ({
  ceremony: 'ce-1',
  key: {
    name: 'kek/northbank/1',
    usage: 'kek',
    usageTitle: 'Key encryption key',
    algorithm: 'TDES-2',
    issuer: 'northbank',
    version: 1,
  },
  characters: 32,
  custodians: [...custodians],
  state,
  kcv: state === 'confirming' ? '08D7B4' : null,
  mine: null,
  count: 0,
  leavesUnder: null,
  block: null,
});

const entered = { state: 'entered', kcv: 'A1B2C3' } as const;
const steps = (view: CeremonyView) => ['kim', 'kay', 'olivia'].map((person) => ceremonyStep(view, person).kind);

describe('the step of a ceremony', () => {
  it('is one person’s alone while components are entered', () => {
    const first = ceremony('entering', [custodian(1, 'kim', { state: 'first-entry' }), custodian(2, 'kay')]);
    expect(steps(first)).toEqual(['enter', 'others', 'others']);
    const second = ceremony('entering', [custodian(1, 'kim', entered), custodian(2, 'kay', { state: 'second-entry' })]);
    expect(steps(second)).toEqual(['entered', 'enter', 'others']);
    expect(ceremonyStep(second, 'kay')).toMatchObject({ round: 'second' });
    expect(ceremonyStep(second, 'olivia')).toMatchObject({ who: 'watcher', next: { person: 'kay' } });
  });

  it('is each custodian’s own while the check value is confirmed, and nobody else’s', () => {
    const view = ceremony('confirming', [
      custodian(1, 'kim', { ...entered, confirmed: 'yes' }),
      custodian(2, 'kay', entered),
    ]);
    expect(steps(view)).toEqual(['others', 'confirm', 'others']);
  });

  it('is nobody’s before the signature, while the station works, and at the end', () => {
    const both = [custodian(1, 'kim', entered), custodian(2, 'kay', entered)];
    expect(steps(ceremony('waiting-for-approval', both))).toEqual(Array(3).fill('wait-for-approval'));
    expect(steps(ceremony('entering', both))).toEqual(Array(3).fill('working'));
    for (const state of ['kept', 'left-as-block', 'given-up', 'lost'] as const)
      expect(ceremonyStep(ceremony(state, both), 'kim')).toEqual({ kind: 'ended', state });
  });
});
