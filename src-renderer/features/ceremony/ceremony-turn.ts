import type { CeremonyView } from '#shared/contract/views/key-views.ts';

type Custodian = CeremonyView['custodians'][number];

/** Who has to do something now: the first who has not entered, or the first who has not confirmed; undefined where nobody has. */
export function custodianAtTurn(ceremony: CeremonyView): Custodian | undefined {
  switch (ceremony.state) {
    case 'entering':
      return ceremony.custodians.find(({ state }) => state !== 'entered');
    case 'confirming':
      return ceremony.custodians.find(({ confirmed }) => confirmed === 'no');
    case 'waiting-for-approval':
    case 'kept':
    case 'left-as-block':
    case 'given-up':
    case 'lost':
      return undefined;
  }
}

/** The one thing that the person at this window does now. */
export type CeremonyStep =
  | { readonly kind: 'wait-for-approval' }
  /** Types the component, the first or the second time. */
  | { readonly kind: 'enter'; readonly custodian: Custodian; readonly round: 'first' | 'second' }
  /** Has entered; compares the component's check value and leaves the place. */
  | { readonly kind: 'entered'; readonly custodian: Custodian; readonly next: Custodian }
  | { readonly kind: 'confirm'; readonly custodian: Custodian; readonly kcv: string }
  /** It is another custodian's turn; `person` is a custodian who waits, or a colleague who only sees. */
  | { readonly kind: 'others'; readonly next: Custodian; readonly who: 'custodian' | 'watcher' }
  | { readonly kind: 'ended'; readonly state: 'kept' | 'left-as-block' | 'given-up' | 'lost' }
  /** The station makes the key; nobody has anything to do. */
  | { readonly kind: 'working' };

/** What a person does now in a ceremony: one step at a time, told from the station's view alone. */
export function ceremonyStep(ceremony: CeremonyView, person: string): CeremonyStep {
  const next = custodianAtTurn(ceremony);
  const mine = ceremony.custodians.find((one) => one.person === person);
  switch (ceremony.state) {
    case 'waiting-for-approval':
      return { kind: 'wait-for-approval' };
    case 'entering':
      if (next === undefined) return { kind: 'working' };
      if (mine === undefined) return { kind: 'others', next, who: 'watcher' };
      if (next.person === person)
        return { kind: 'enter', custodian: next, round: next.state === 'second-entry' ? 'second' : 'first' };
      return mine.state === 'entered'
        ? { kind: 'entered', custodian: mine, next }
        : { kind: 'others', next, who: 'custodian' };
    case 'confirming':
      if (next === undefined || ceremony.kcv === null) return { kind: 'working' };
      if (mine?.confirmed === 'no') return { kind: 'confirm', custodian: mine, kcv: ceremony.kcv };
      return { kind: 'others', next, who: mine === undefined ? 'watcher' : 'custodian' };
    case 'kept':
    case 'left-as-block':
    case 'given-up':
    case 'lost':
      return { kind: 'ended', state: ceremony.state };
  }
}
