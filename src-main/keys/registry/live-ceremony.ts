import { StationFault } from '#shared/faults/station-fault.ts';
import type { KeyRequestRow } from '../../journal/projections/key-acts.ts';
import type { CeremonyHandle } from '../port.ts';
import type { RequestOf } from './key-requests.ts';

/** One custodian's part, without a digit of it. */
export interface Part {
  readonly component: number;
  readonly person: string;
  state: 'waiting' | 'first-entry' | 'second-entry' | 'entered';
  /** Digits of the entry under way. */
  count: number;
  confirmed: 'yes' | 'no';
}

/** A ceremony that is under way: whose turn it is and how far each one is. What was entered is in the key process. */
export class LiveCeremony {
  readonly row: KeyRequestRow;
  readonly request: RequestOf<'ceremony'>;
  readonly handle: CeremonyHandle;
  readonly parts: readonly Part[];
  /** Check value of the key, once it was combined. */
  kcv: string | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: {
    readonly row: KeyRequestRow;
    readonly request: RequestOf<'ceremony'>;
    readonly handle: CeremonyHandle;
  }) {
    this.row = options.row;
    this.request = options.request;
    this.handle = options.handle;
    this.parts = options.request.custodians.map((person, at) => ({
      component: at + 1,
      person,
      state: at === 0 ? 'first-entry' : 'waiting',
      count: 0,
      confirmed: 'no',
    }));
  }

  /** One act at a time, in the order in which they came: a digit never overtakes another. */
  inTurn<T>(act: () => Promise<T>): Promise<T> {
    const next = this.#last.then(act, act);
    this.#last = next.catch(() => undefined);
    return next;
  }

  /** The part that is entered now: one after the other. Null when all stand. */
  turn(): Part | null {
    const part = this.parts.find(({ state }) => state !== 'entered') ?? null;
    if (part?.state === 'waiting') part.state = 'first-entry';
    return part;
  }

  /** KEYS-CUSTODIAN for whoever has no part in it. */
  requireCustodian(person: string): Part {
    const part = this.parts.find((candidate) => candidate.person === person);
    if (part !== undefined) return part;
    throw new StationFault('KEYS-CUSTODIAN', { person, reason: 'only its custodians take part in a ceremony' });
  }

  /** The part of the person whose turn it is: KEYS-CUSTODIAN, KEYS-CEREMONY-ORDER. */
  requireTurn(person: string): Part {
    const mine = this.requireCustodian(person);
    const turn = this.turn();
    if (turn === null) throw new StationFault('KEYS-CEREMONY-ORDER', { reason: 'every component was entered' });
    if (turn !== mine) {
      const reason = mine.state === 'entered' ? 'your component stands' : `component ${turn.component} comes first`;
      throw new StationFault('KEYS-CEREMONY-ORDER', { reason });
    }
    return mine;
  }

  passOf(part: Part): 'first' | 'second' {
    return part.state === 'second-entry' ? 'second' : 'first';
  }

  /** Both entries of a component were wiped. */
  beginAgain(component: number): void {
    const part = this.parts[component - 1];
    if (part === undefined) return;
    part.state = 'first-entry';
    part.count = 0;
  }

  /** Whether a person has begun a component that does not stand yet. */
  isEntering(person: string): boolean {
    return this.parts.some(
      (part) =>
        part.person === person && (part.state === 'second-entry' || (part.state === 'first-entry' && part.count > 0)),
    );
  }

  allConfirmed(): boolean {
    return this.parts.every(({ confirmed }) => confirmed === 'yes');
  }
}
