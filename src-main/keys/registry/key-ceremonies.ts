import { createHash } from 'node:crypto';
import type { ApprovalId, PersonId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { NewEvent } from '../../journal/port.ts';
import type { CeremonyEnd, CeremonyRow } from '../../journal/projections/ceremonies.ts';
import type { KeyRequestRow } from '../../journal/projections/key-acts.ts';
import type { PersonRow } from '../../journal/projections/people.ts';
import { systemTimers, type Timers } from '../../platform/timers.ts';
import { admitKey, portKey, type KeyWish } from './admit-key.ts';
import { endedEvent } from './key-events.ts';
import type { KeyRegistry } from './key-registry.ts';
import { keyOf, KeyRequests, type RequestOf } from './key-requests.ts';
import { LiveCeremony } from './live-ceremony.ts';
import type { RegistryPorts } from './registry-ports.ts';

/** From the last signature until the last custodian has confirmed. */
const deadline = 30 * 60_000;
/** A key block that left is shown to its people for so long. */
const blockShown = 60 * 60_000;

/** Faults after which a custodian begins the component again; the ceremony goes on. */
const beginsAgain: ReadonlySet<string> = new Set(['KEYS-COMPONENT-DIFFERS', 'KEYS-PARITY', 'KEYS-WEAK']);
/** Faults that change nothing. */
const changesNothing: ReadonlySet<string> = new Set(['KEYS-COMPONENT-LENGTH', 'KEYS-CEREMONY-ORDER', 'KEYS-REFUSED']);

/** What kind of installation this is: in live mode components are entered in a key room alone. */
export interface Installation {
  readonly mode: 'training' | 'live';
  readonly keyRoom: 'no' | 'yes';
}

export interface CeremonyPorts extends RegistryPorts {
  readonly registry: KeyRegistry;
  readonly installation: Installation;
  readonly timers?: Timers;
  /** Calls back when something changed that is in no entry: the count of an entry under way. */
  readonly changed: () => void;
  /** Calls back when an intent stands without its outcome: `KeyRegistry.settle` is due. */
  readonly unsettled: () => void;
}

/** A ceremony as it stands: what the journal knows, and what is in memory alone. */
export interface CeremonyState {
  readonly row: CeremonyRow;
  readonly live: LiveCeremony | null;
  readonly block: string | null;
}

/**
 * Key ceremonies: two or three custodians, each alone at an own login, enter a component twice; all confirm the key's check value; then the
 * key is kept, or leaves as a key block.
 *
 * The digits are in the key process alone. An end of any kind (given up, a log-out within an entry, the deadline, a lost key process, the
 * station's end) wipes them there and is an entry of the journal.
 */
export class KeyCeremonies {
  readonly #ports: CeremonyPorts;
  readonly #requests: KeyRequests;
  readonly #timers: Timers;
  readonly #stop = new AbortController();
  readonly #live = new Map<string, { readonly state: LiveCeremony; readonly callOff: () => void }>();
  readonly #blocks = new Map<string, { readonly block: string; readonly callOff: () => void }>();
  readonly #unsubscribe: () => void;

  constructor(ports: CeremonyPorts) {
    this.#ports = ports;
    this.#requests = new KeyRequests(ports.journal, ports.approvals);
    this.#timers = ports.timers ?? systemTimers;
    this.#unsubscribe = ports.journal.subscribe((entries) => {
      for (const { header } of entries) {
        if (header.kind === 'session.closed') this.#loggedOut(header.subjects['person'] ?? '');
      }
    });
  }

  /**
   * Asks for a ceremony of named custodians, who become component 1, 2 (and 3).
   *
   * KEYS-CUSTODIAN (the same one twice, no custodian, not of this issuer), KEYS-KEY-ROOM, of the protection key the faults of `requireKey`, and
   * those of `admitKey` and of approvals.
   */
  async request(
    wish: KeyWish & { readonly custodians: readonly string[]; readonly leavesUnder: string | null },
    asker: PersonId,
    signal: AbortSignal,
  ): Promise<ApprovalId> {
    const key = await admitKey(wish, 'components', this.#ports, signal);
    const request: RequestOf<'ceremony'> = {
      kind: 'ceremony',
      ceremony: this.#ports.randomness.id('kc'),
      key,
      validUntil: wish.validUntil,
      custodians: [...wish.custodians],
      leavesUnder: wish.leavesUnder,
    };
    this.#requirePossible(request);
    return this.#requests.ask(request, asker);
  }

  /** Opens a ceremony that was signed. */
  async carryOut(approval: ApprovalId, signal: AbortSignal): Promise<void> {
    const row = this.#requests.find(approval);
    const { request } = row;
    if (request.kind !== 'ceremony') throw new StationFault('APPROVAL-UNKNOWN');
    const { keys, journal } = this.#ports;
    const { key, custodians, ceremony } = request;
    const listed = await keys.list(signal);
    this.#requests.stillPossible(row, () => {
      this.#requirePossible(request);
      if (listed.some(({ name }) => name === key.name) || journal.projections.keys.find(key.name) !== null)
        throw new StationFault('KEYS-REQUEST-REFUSED', { reason: `there is a key ${key.name} already` });
    });
    const components = custodians.length === 2 ? 2 : 3;
    const handle = await keys.openCeremony({ key: portKey(key), components }, signal);
    try {
      journal.append(
        this.#requests.use(row),
        this.#event(row, { kind: 'key.ceremony-opened', payload: { ceremony, approval } }),
      );
    } catch (fault) {
      await keys.abortCeremony(handle, signal);
      throw fault;
    }
    const state = new LiveCeremony({ row, request, handle });
    const callOff = this.#timers.after(deadline, () => this.#endInTurn(state, 'the time was over'));
    this.#live.set(ceremony, { state, callOff });
    this.#ports.changed();
  }

  /** Takes one digit of the person whose turn it is. KEYS-CEREMONY-OVER, KEYS-CUSTODIAN, KEYS-COMPONENT-LENGTH. */
  async enterDigit(ceremony: string, person: PersonId, digit: number): Promise<{ readonly count: number }> {
    return this.#inTurn(ceremony, async (state) => {
      const mine = state.requireTurn(person);
      const pass = state.passOf(mine);
      const { count } = await this.#worker(state, mine.component, () =>
        this.#ports.keys.enterDigit(state.handle, { component: mine.component, pass, digit }, this.#stop.signal),
      );
      mine.count = count;
      this.#ports.changed();
      return { count };
    });
  }

  /** Forgets the entry under way of the person whose turn it is. */
  async clearEntry(ceremony: string, person: PersonId): Promise<void> {
    await this.#inTurn(ceremony, async (state) => {
      const mine = state.requireTurn(person);
      const pass = state.passOf(mine);
      await this.#worker(state, mine.component, () =>
        this.#ports.keys.clearEntry(state.handle, { component: mine.component, pass }, this.#stop.signal),
      );
      mine.count = 0;
      this.#ports.changed();
    });
  }

  /**
   * Ends an entry; the last component of all is followed by the sum and its check value.
   *
   * KEYS-COMPONENT-LENGTH (the entry stays); KEYS-COMPONENT-DIFFERS, KEYS-PARITY, KEYS-WEAK (the component begins again; a weak sum ends the
   * ceremony).
   */
  async endEntry(ceremony: string, person: PersonId): Promise<void> {
    await this.#inTurn(ceremony, async (state) => {
      const mine = state.requireTurn(person);
      const { component } = mine;
      const pass = state.passOf(mine);
      const { kcv } = await this.#worker(state, component, () =>
        this.#ports.keys.endEntry(state.handle, { component, pass }, this.#stop.signal),
      );
      mine.count = 0;
      if (kcv === null) {
        mine.state = 'second-entry';
        this.#ports.changed();
        return;
      }
      const about = { ceremony, component, kcv };
      this.#ports.journal.append(this.#event(state.row, { kind: 'key.component-entered', payload: about }, person));
      mine.state = 'entered';
      if (state.turn() === null) await this.#combine(state);
    });
  }

  /** A custodian has compared the key's check value; the last one completes the ceremony. KEYS-WRONG-KCV, KEYS-CEREMONY-ORDER, KEYS-CUSTODIAN. */
  async confirm(ceremony: string, person: PersonId, kcv: string): Promise<void> {
    await this.#inTurn(ceremony, async (state) => {
      const mine = state.requireCustodian(person);
      const found = state.kcv;
      if (found === null) throw new StationFault('KEYS-CEREMONY-ORDER', { reason: 'not every component was entered' });
      if (mine.confirmed === 'yes')
        throw new StationFault('KEYS-CEREMONY-ORDER', { reason: 'you have confirmed already' });
      const said = kcv.toLowerCase();
      const { name } = state.request.key;
      if (said !== found) throw new StationFault('KEYS-WRONG-KCV', { name, found, expected: said });
      const payload = { ceremony, kcv: found };
      this.#ports.journal.append(this.#event(state.row, { kind: 'key.value-confirmed', payload }, person));
      mine.confirmed = 'yes';
      if (state.allConfirmed()) await this.#complete(state);
    });
  }

  /**
   * A custodian of the ceremony, or who asked for it, gives it up: nothing is left. Comes after the act that is under way: a key that the key
   * store is just putting away is not given up any more. KEYS-CUSTODIAN, KEYS-CEREMONY-OVER.
   */
  async giveUp(ceremony: string, person: PersonId, reason: string): Promise<void> {
    await this.#inTurn(ceremony, async (state) => {
      if (person !== state.row.asker) state.requireCustodian(person);
      await this.#end(state, 'given-up', reason, person);
    });
  }

  /** How a ceremony stands; null when there never was one of that name. */
  find(ceremony: string): CeremonyState | null {
    const row = this.#ports.journal.projections.ceremonies.find(ceremony);
    return row === null ? null : this.#state(row);
  }

  newest(count: number): readonly CeremonyState[] {
    return this.#ports.journal.projections.ceremonies.newest(count).map((row) => this.#state(row));
  }

  /** Ends, in the journal, the ceremonies that an earlier run of the station left: their digits went with it. */
  settle(): void {
    const { journal } = this.#ports;
    const { ceremonies, keyActs } = journal.projections;
    for (const { ceremony, approval } of ceremonies.inState('open')) {
      // What the key store was about to keep is settled by the registry.
      if (this.#live.has(ceremony) || keyActs.findIntent(approval)?.outcome === null) continue;
      journal.append(endedEvent(this.#requests.find(approval as ApprovalId), 'lost', 'the station ended'));
    }
  }

  /** Gives up whatever is under way. */
  async close(): Promise<void> {
    this.#unsubscribe();
    for (const { state } of this.#live.values()) {
      await state.inTurn(() => this.#end(state, 'given-up', 'the station ends'));
    }
    this.#stop.abort();
    for (const { callOff } of this.#blocks.values()) callOff();
    this.#blocks.clear();
  }

  async #combine(state: LiveCeremony): Promise<void> {
    const { journal, keys } = this.#ports;
    const { ceremony } = state.request;
    try {
      const { kcv } = await keys.combine(state.handle, this.#stop.signal);
      journal.append(this.#event(state.row, { kind: 'key.combined', payload: { ceremony, kcv } }));
      state.kcv = kcv;
    } catch (fault) {
      const code = fault instanceof StationFault ? fault.code : 'STATION-UNEXPECTED';
      await this.#end(state, code === 'KEYS-WEAK' ? 'given-up' : 'lost', code);
      throw fault;
    }
  }

  async #complete(state: LiveCeremony): Promise<void> {
    const { journal, keys, registry } = this.#ports;
    const { leavesUnder, ceremony, key } = state.request;
    const { row, handle } = state;
    if (leavesUnder === null) {
      try {
        await registry.keep(row.approval as ApprovalId, () => keys.keepCeremonyKey(handle, this.#stop.signal));
      } catch (fault) {
        // The intent stands in the journal: what the key store lists says whether the key is there.
        await this.#forget(state);
        this.#ports.unsettled();
        throw fault;
      }
      await this.#forget(state);
      return;
    }
    let block: string;
    try {
      registry.requireProtection(leavesUnder, key.issuer);
      block = await keys.leaveAsKeyBlock(handle, leavesUnder, this.#stop.signal);
    } catch (fault) {
      await this.#end(state, 'lost', fault instanceof StationFault ? fault.code : 'STATION-UNEXPECTED');
      throw fault;
    }
    const { name, usage, algorithm } = key;
    const blockDigest = createHash('sha256').update(block, 'ascii').digest('hex');
    const payload = { ceremony, name, usage, algorithm, kcv: state.kcv ?? '', protectionKey: leavesUnder, blockDigest };
    journal.append(this.#event(row, { kind: 'key.left', payload }), endedEvent(row, 'left-as-block', ''));
    const callOff = this.#timers.after(blockShown, () => this.#blocks.delete(ceremony));
    this.#blocks.set(ceremony, { block, callOff });
    await this.#forget(state);
  }

  /** Runs one act of the key process; a fault that leaves the entries uncertain ends the ceremony. */
  async #worker<T>(state: LiveCeremony, component: number, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (fault) {
      const code = fault instanceof StationFault ? fault.code : 'STATION-UNEXPECTED';
      if (beginsAgain.has(code)) {
        state.beginAgain(component);
        const payload = { ceremony: state.request.ceremony, component, code };
        this.#ports.journal.append(this.#event(state.row, { kind: 'key.component-refused', payload }));
      } else if (!changesNothing.has(code)) {
        await this.#end(state, 'lost', code);
      }
      throw fault;
    }
  }

  /** Wipes what was entered and writes the end; once. */
  async #end(state: LiveCeremony, result: CeremonyEnd, reason: string, person?: string): Promise<void> {
    if (!this.#live.has(state.request.ceremony)) return;
    const wiped = this.#forget(state);
    this.#ports.journal.append(endedEvent(state.row, result, reason, person));
    await wiped;
  }

  async #forget(state: LiveCeremony): Promise<void> {
    const { ceremony } = state.request;
    this.#live.get(ceremony)?.callOff();
    this.#live.delete(ceremony);
    this.#ports.changed();
    try {
      await this.#ports.keys.abortCeremony(state.handle, this.#stop.signal);
    } catch (fault) {
      // Without the key process there is nothing to be wiped: its memory went with it.
      if (!(fault instanceof StationFault)) throw fault;
    }
  }

  /** Who leaves within an entry leaves half a component behind: the ceremony ends. Between entries people come and go. */
  #loggedOut(person: string): void {
    for (const { state } of this.#live.values()) {
      this.#endInTurn(state, 'the custodian logged out within an entry', person);
    }
  }

  /** Ends a ceremony after the act under way, for a person only one who is within an entry then; the journal itself tells of its faults. */
  #endInTurn(state: LiveCeremony, reason: string, person?: string): void {
    const end = async (): Promise<void> => {
      if (person === undefined || state.isEntering(person)) await this.#end(state, 'given-up', reason, person);
    };
    state.inTurn(end).catch(() => undefined);
  }

  /** One act on a ceremony that is still under way when its turn comes; KEYS-CEREMONY-OVER. */
  #inTurn<T>(ceremony: string, act: (state: LiveCeremony) => Promise<T>): Promise<T> {
    const state = this.#open(ceremony);
    return state.inTurn(() => act(this.#open(ceremony)));
  }

  #open(ceremony: string): LiveCeremony {
    const live = this.#live.get(ceremony);
    if (live !== undefined) return live.state;
    const row = this.#ports.journal.projections.ceremonies.find(ceremony);
    throw new StationFault('KEYS-CEREMONY-OVER', { state: row?.state ?? 'unknown' });
  }

  #state(row: CeremonyRow): CeremonyState {
    return {
      row,
      live: this.#live.get(row.ceremony)?.state ?? null,
      block: this.#blocks.get(row.ceremony)?.block ?? null,
    };
  }

  #requirePossible({ custodians, key, leavesUnder }: RequestOf<'ceremony'>): void {
    const { mode, keyRoom } = this.#ports.installation;
    const live = mode === 'live';
    if (live && keyRoom === 'no') throw new StationFault('KEYS-KEY-ROOM', { reason: 'this is no key room' });
    // The protection key itself must be there before anything can leave under it.
    if (live && leavesUnder === null && key.usage !== 'key-block-protection')
      throw new StationFault('KEYS-KEY-ROOM', { reason: 'a live key leaves the key room as a key block' });
    if (leavesUnder !== null) this.#ports.registry.requireProtection(leavesUnder, key.issuer);
    const seen = new Set<string>();
    for (const person of custodians) {
      const refuse = (reason: string): StationFault => new StationFault('KEYS-CUSTODIAN', { person, reason });
      if (seen.has(person)) throw refuse('one person cannot have two components');
      seen.add(person);
      if (!isCustodian(this.#ports.journal.projections.people.find(person), key.issuer))
        throw refuse('only a key custodian of this issuer takes part');
    }
  }

  #event({ approval, request }: KeyRequestRow, what: Pick<NewEvent, 'kind' | 'payload'>, person?: string): NewEvent {
    const { name, issuer } = keyOf(request);
    const ceremony = request.kind === 'ceremony' ? request.ceremony : '';
    return {
      ...what,
      actor: person === undefined ? { kind: 'station' } : { kind: 'person', person },
      issuer,
      subjects: { ceremony, key: name, approval },
    } as NewEvent;
  }
}

function isCustodian(person: PersonRow | null, issuer: string | null): boolean {
  if (person === null || person.disabledAt !== null || !person.roles.includes('custodian')) return false;
  return issuer === null || person.issuers === 'all' || person.issuers.includes(issuer);
}
