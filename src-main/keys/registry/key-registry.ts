import { createHash } from 'node:crypto';
import type { ApprovalId, IssuerId, PersonId } from '#shared/domain/identifiers.ts';
import type { KeyChange } from '#shared/domain/key-state.ts';
import type { KeyUsage } from '#shared/domain/key-usage.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { KeyRequestSigned } from '#shared/journal-format/events/key-events.ts';
import type { NewEvent } from '../../journal/port.ts';
import type { KeyIntent, KeyRequestRow } from '../../journal/projections/key-acts.ts';
import type { KeyRow } from '../../journal/projections/keys.ts';
import { readKeyBlockHeader } from '../hsm-worker/key-block-header.ts';
import { requirePurpose } from '../hsm-worker/key-block-purpose.ts';
import type { KeyIdentity } from '../port.ts';
import { admitKey, portKey, type KeyWish } from './admit-key.ts';
import { changesFrom } from './key-changes.ts';
import { endedEvent, madeEvent, type MakingRequest } from './key-events.ts';
import { KeyRequests, type RequestOf } from './key-requests.ts';
import type { RegistryPorts } from './registry-ports.ts';
import { isExpired, RegisteredKeys } from './usable-keys.ts';

/** Faults after which the key store surely holds nothing of what was asked. */
const refusals: ReadonlySet<string> = new Set([
  'KEYS-REFUSED',
  'KEYS-ENVIRONMENT',
  'KEYS-UNAVAILABLE',
  'KEYS-NOT-FOUND',
  'KEYS-BLOCK',
  'KEYS-WEAK',
  'KEYS-PARITY',
  'KEYS-WRONG-KCV',
]);

/** A key block that waits for its signatures: in the station's memory alone, never in the journal. */
interface WaitingBlock {
  readonly block: string;
  readonly digest: string;
}

/** Why what was begun is not adopted from the key store. */
function settledFault(name: string, found: KeyIdentity | undefined): StationFault {
  if (found === undefined) return new StationFault('KEYS-INTERRUPTED', { name });
  return new StationFault('KEYS-REFUSED', {
    reason: `the key ${name} in the key store is not the one that was signed`,
  });
}

/**
 * The registry: keys come, change and end under dual control, each act in the journal with who asked and who signed.
 *
 * Before the key store is asked for anything an intent is in the journal, with the use of the signatures; what became of it follows. Intents
 * without an outcome are settled by what the key store lists (`settle`).
 */
export class KeyRegistry {
  readonly #ports: RegistryPorts;
  readonly #requests: KeyRequests;
  readonly #blocks = new Map<string, WaitingBlock>();
  /** Approvals whose act runs now. */
  readonly #underWay = new Set<string>();
  readonly usable: RegisteredKeys;

  constructor(ports: RegistryPorts) {
    this.#ports = ports;
    this.#requests = new KeyRequests(ports.journal, ports.approvals);
    this.usable = new RegisteredKeys(ports.journal.projections.keys);
  }

  /** Asks for a key made inside the key store. The faults of `admitKey` and of approvals. */
  async requestGeneration(wish: KeyWish, asker: PersonId, signal: AbortSignal): Promise<ApprovalId> {
    const key = await admitKey(wish, 'generated', this.#ports, signal);
    return this.#requests.ask({ kind: 'generation', key, validUntil: wish.validUntil }, asker);
  }

  /**
   * Asks for the import of a key block, whose header is read now and shown to who signs.
   *
   * KEYS-BLOCK where the header does not say what the key is asked to be; of the protection key the faults of `requireKey`; else as above.
   */
  async requestBlockImport(
    wish: KeyWish & { readonly block: string; readonly protectionKey: string; readonly expectedKcv: string | null },
    asker: PersonId,
    signal: AbortSignal,
  ): Promise<ApprovalId> {
    const key = await admitKey(wish, 'key-block', this.#ports, signal);
    const block = wish.block.trim();
    const header = readKeyBlockHeader(block);
    const { usage, algorithm } = portKey(key);
    requirePurpose(header, { usage, algorithm });
    this.requireProtection(wish.protectionKey, key.issuer);
    const digest = createHash('sha256').update(block, 'ascii').digest('hex');
    const approval = this.#requests.ask(
      {
        kind: 'key-block',
        key,
        validUntil: wish.validUntil,
        blockDigest: digest,
        header: {
          version: header.version,
          usage: header.usage,
          algorithm: header.algorithm,
          mode: header.mode,
          exportability: header.exportability,
        },
        protectionKey: wish.protectionKey,
        expectedKcv: wish.expectedKcv?.toLowerCase() ?? null,
      },
      asker,
    );
    this.#forgetSettledBlocks();
    this.#blocks.set(approval, { block, digest });
    return approval;
  }

  /** Asks for a change of a key's life. KEYS-NOT-FOUND, KEYS-CHANGE, KEYS-EXPIRED and the faults of approvals. */
  requestChange(name: string, change: KeyChange, reason: string, asker: PersonId): ApprovalId {
    const row = this.#changeable(name, change);
    const { usage, issuer, kcv, state } = row;
    const retires = change === 'activate' ? (this.#keys.activeBeside(row)?.name ?? null) : null;
    return this.#requests.ask({ kind: 'change', name, usage, issuer, kcv, state, change, retires, reason }, asker);
  }

  /** Carries out what was signed; harmless when repeated. What can no longer be done as it was signed is withdrawn. */
  async carryOut(approval: ApprovalId, signal: AbortSignal): Promise<void> {
    const row = this.#requests.find(approval);
    const { request } = row;
    switch (request.kind) {
      case 'generation': {
        await this.#requireFree(row, request.key.name, signal);
        return this.#make(row, 'generate', () => this.#ports.keys.generateKey(portKey(request.key), signal));
      }
      case 'key-block':
        return this.#import(row, request, signal);
      case 'change':
        return request.change === 'destroy' ? this.#destroy(row, request, signal) : this.#change(row, request);
      case 'ceremony':
      case 'authority-key':
      case 'issuer-certificate':
        throw new StationFault('APPROVAL-UNKNOWN');
    }
  }

  /**
   * Settles what was begun and not recorded: by a crash, or because the key store went away. What it lists is adopted, what it does not list
   * was not made; a destruction is done again.
   */
  async settle(signal: AbortSignal): Promise<void> {
    const { journal, keys } = this.#ports;
    const open = journal.projections.keyActs.openIntents().filter(({ approval }) => !this.#underWay.has(approval));
    if (open.length === 0) return;
    const listed = new Map((await keys.list(signal)).map((identity) => [identity.name, identity]));
    for (const intent of open) {
      const row = this.#requests.find(intent.approval as ApprovalId);
      const { request } = row;
      if (request.kind === 'change') {
        await this.#end(row, request, signal);
        continue;
      }
      // A certificate asks nothing of the key store: it is brought in and recorded in one.
      if (request.kind === 'authority-key' || request.kind === 'issuer-certificate') continue;
      const { name } = intent;
      const identity = listed.get(name);
      const outcome =
        identity !== undefined && this.#isAsSigned(identity, request)
          ? madeEvent(row, identity)
          : this.#notMade(row, name, settledFault(name, identity));
      const result = outcome.kind === 'key.made' ? 'kept' : 'lost';
      journal.append(outcome, ...(request.kind === 'ceremony' ? [endedEvent(row, result, '')] : []));
    }
  }

  /** Whether what the key store lists is what was signed, with the check value that its custodians confirmed or that was expected; and nobody else's. */
  #isAsSigned(identity: KeyIdentity, request: MakingRequest): boolean {
    const { name, usage, algorithm, issuer, environment, version } = request.key;
    const same =
      identity.usage === usage &&
      identity.algorithm === algorithm &&
      identity.issuer === issuer &&
      identity.environment === environment &&
      identity.version === version;
    const kcv = this.#expectedKcv(request);
    return same && (kcv === null || identity.kcv === kcv) && this.#keys.find(name) === null;
  }

  #expectedKcv(request: KeyRequestSigned): string | null {
    if (request.kind === 'key-block') return request.expectedKcv;
    if (request.kind !== 'ceremony') return null;
    return this.#ports.journal.projections.ceremonies.find(request.ceremony)?.kcv ?? null;
  }

  /** The key store puts the key of a ceremony away: intent before, outcome after. Ends the ceremony in the journal as well. */
  async keep(approval: ApprovalId, keep: () => Promise<KeyIdentity>): Promise<void> {
    await this.#run(this.#requests.find(approval), 'keep', [], keep);
  }

  get #keys() {
    return this.#ports.journal.projections.keys;
  }

  async #import(row: KeyRequestRow, request: RequestOf<'key-block'>, signal: AbortSignal): Promise<void> {
    const { key, protectionKey, expectedKcv, blockDigest } = request;
    const waiting = this.#blocks.get(row.approval);
    await this.#requireFree(row, key.name, signal, () => {
      if (waiting?.digest !== blockDigest) throw new StationFault('KEYS-BLOCK-GONE', { name: key.name });
      const { usage, algorithm } = portKey(key);
      requirePurpose(readKeyBlockHeader(waiting.block), { usage, algorithm });
      this.requireProtection(protectionKey, key.issuer);
    });
    const { block = '' } = waiting ?? {};
    this.#blocks.delete(row.approval);
    const wanted = { block, protectionKey, key: portKey(key), expectedKcv };
    await this.#make(row, 'import', () => this.#ports.keys.importKeyBlock(wanted, signal));
  }

  /** The name must still be free in key store and journal: what the key store lists after the intent is then what was made. */
  async #requireFree(
    row: KeyRequestRow,
    name: string,
    signal: AbortSignal,
    further: () => void = () => undefined,
  ): Promise<void> {
    const listed = await this.#ports.keys.list(signal);
    this.#requests.stillPossible(row, () => {
      if (listed.some((identity) => identity.name === name) || this.#keys.find(name) !== null) {
        throw new StationFault('KEYS-REQUEST-REFUSED', { reason: `there is a key ${name} already` });
      }
      further();
    });
  }

  async #make(row: KeyRequestRow, act: KeyIntent, make: () => Promise<KeyIdentity>): Promise<void> {
    await this.#run(row, act, [this.#requests.use(row)], make);
  }

  async #run(
    row: KeyRequestRow,
    act: KeyIntent,
    used: readonly NewEvent[],
    make: () => Promise<KeyIdentity>,
  ): Promise<void> {
    const { journal } = this.#ports;
    const { request } = row;
    if (!('key' in request)) throw new StationFault('APPROVAL-UNKNOWN');
    const { name } = request.key;
    this.#underWay.add(row.approval);
    try {
      journal.append(...used, this.#intended(row, name, act));
      const identity = await make();
      const ended = request.kind === 'ceremony' ? [endedEvent(row, 'kept', '')] : [];
      journal.append(madeEvent(row, identity), ...ended);
    } catch (fault) {
      if (fault instanceof StationFault && refusals.has(fault.code)) {
        const ended = request.kind === 'ceremony' ? [endedEvent(row, 'lost', fault.code)] : [];
        journal.append(this.#notMade(row, name, fault), ...ended);
      }
      throw fault;
    } finally {
      this.#underWay.delete(row.approval);
    }
  }

  #change(row: KeyRequestRow, request: RequestOf<'change'>): void {
    const { journal } = this.#ports;
    const { name, change, retires, issuer, reason } = request;
    if (change === 'destroy') return;
    this.#requests.stillPossible(row, () => this.#requireAsSigned(request));
    const event = (key: string, what: 'activate' | 'retire' | 'compromise'): NewEvent => ({
      kind: 'key.changed',
      actor: { kind: 'person', person: row.asker },
      issuer,
      subjects: { key, approval: row.approval },
      payload: { name: key, change: what, approval: row.approval, reason },
    });
    journal.append(
      this.#requests.use(row),
      ...(retires === null ? [] : [event(retires, 'retire')]),
      event(name, change),
    );
  }

  async #destroy(row: KeyRequestRow, request: RequestOf<'change'>, signal: AbortSignal): Promise<void> {
    this.#requests.stillPossible(row, () => this.#requireAsSigned(request));
    this.#ports.journal.append(this.#requests.use(row), this.#intended(row, request.name, 'destroy'));
    this.#underWay.add(row.approval);
    try {
      await this.#end(row, request, signal);
    } finally {
      this.#underWay.delete(row.approval);
    }
  }

  async #end(
    row: KeyRequestRow,
    { name, usage, kcv, issuer }: RequestOf<'change'>,
    signal: AbortSignal,
  ): Promise<void> {
    const { journal, keys } = this.#ports;
    try {
      await keys.destroyKey(name, signal);
    } catch (fault) {
      // Gone long ago, or never there: that is what was wanted.
      if (!(fault instanceof StationFault) || fault.code !== 'KEYS-NOT-FOUND') throw fault;
    }
    journal.append({
      kind: 'key.destroyed',
      actor: { kind: 'person', person: row.asker },
      issuer,
      subjects: { key: name, approval: row.approval },
      payload: { name, usage, kcv, approval: row.approval },
    });
  }

  #requireAsSigned({ name, change, state, kcv, retires }: RequestOf<'change'>): void {
    const row = this.#changeable(name, change);
    const nowRetires = change === 'activate' ? (this.#keys.activeBeside(row)?.name ?? null) : null;
    if (row.state !== state || row.kcv !== kcv || nowRetires !== retires)
      throw new StationFault('KEYS-CHANGE', { name, state: row.state, change });
  }

  #changeable(name: string, change: KeyChange): KeyRow {
    const row = this.#keys.find(name);
    if (row === null) throw new StationFault('KEYS-NOT-FOUND', { name });
    if (!changesFrom(row).includes(change)) throw new StationFault('KEYS-CHANGE', { name, state: row.state, change });
    if (change === 'activate' && isExpired(row.validUntil, this.#ports.clock.now()) === 'yes')
      throw new StationFault('KEYS-EXPIRED', { name, validUntil: row.validUntil });
    return row;
  }

  /** Key blocks of an issuer are made and opened with an active protection key of this issuer; the faults of `requireKey`. */
  requireProtection(name: string, issuer: string | null): void {
    const usage: KeyUsage = 'key-block-protection';
    const { environment, clock } = this.#ports;
    // Whoever asks for one issuer's key is not told which keys another issuer has.
    if (this.#keys.find(name)?.issuer !== issuer) throw new StationFault('KEYS-NOT-FOUND', { name });
    this.usable.requireKey(name, { usage, issuer: issuer as IssuerId | null, environment }, clock.now());
  }

  #intended({ approval, asker }: KeyRequestRow, name: string, act: KeyIntent): NewEvent {
    return {
      kind: 'key.intended',
      actor: { kind: 'person', person: asker },
      issuer: this.#issuerOf(approval),
      subjects: { key: name, approval },
      payload: { approval, name, act },
    };
  }

  #notMade({ approval }: KeyRequestRow, name: string, { code, details }: StationFault): NewEvent {
    return {
      kind: 'key.not-made',
      actor: { kind: 'station' },
      issuer: this.#issuerOf(approval),
      subjects: { key: name, approval },
      payload: { approval, name, code, details: { ...details } },
    };
  }

  #issuerOf(approval: string): string | null {
    return this.#ports.journal.projections.approvals.find(approval)?.issuer ?? null;
  }

  /** Blocks whose request is settled are of no use to anybody. */
  #forgetSettledBlocks(): void {
    for (const approval of this.#blocks.keys()) {
      const state = this.#ports.journal.projections.approvals.find(approval)?.state;
      if (state !== 'open' && state !== 'given') this.#blocks.delete(approval);
    }
  }
}
