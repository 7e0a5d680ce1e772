import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Secret } from '#shared/bytes/secret.ts';
import type { ApprovalId, PersonId } from '#shared/domain/identifiers.ts';
import type { Role } from '#shared/domain/roles.ts';
import { Approvals } from '../../approvals/approvals.ts';
import { openJournal, testFolder } from '../../journal/journal.fixture.ts';
import type { Journal } from '../../journal/journal.ts';
import { systemRandomness } from '../../platform/randomness.ts';
import { openKeyPort, type KeyPortOptions } from '../open-key-port.ts';
import type { KeyPort } from '../port.ts';
import { prepareTokenStore } from '../token-store.ts';
import { KeyCeremonies, type Installation } from './key-ceremonies.ts';
import { KeyRegistry } from './key-registry.ts';

const { signal } = new AbortController();

const people: readonly { person: string; roles: readonly Role[]; issuers: 'all' | readonly string[] }[] = [
  { person: 'kofi', roles: ['custodian'], issuers: 'all' },
  { person: 'karin', roles: ['custodian'], issuers: 'all' },
  { person: 'kemal', roles: ['custodian'], issuers: 'all' },
  { person: 'mara', roles: ['custodian'], issuers: ['mercato'] },
  { person: 'sara', roles: ['supervisor'], issuers: 'all' },
  { person: 'olga', roles: ['operator'], issuers: 'all' },
];
export const id = (person: string): PersonId => person as PersonId;

/** A key as most tests want it. */
export const wish = { usage: 'imk-ac', algorithm: 'TDES-2', issuer: 'northbank', validUntil: null } as const;

const modulePath = '/usr/lib/softhsm/libsofthsm2.so';
/** Live keys belong in an HSM: tests of live mode need SoftHSM2. */
export const hsm = existsSync(modulePath) ? 'there' : 'missing';

async function storeOf({ mode }: Installation): Promise<KeyPortOptions> {
  const pin = new Secret('0123456789abcdef0123456789abcdef');
  const folder = join(testFolder(), 'keys');
  if (mode === 'training') return { kind: 'node-crypto', folder, pin };
  const token = { folder, modulePath, tokenLabel: 'cardwright live', pin };
  const logger = { info: () => undefined, warn: () => undefined };
  const { moduleEnvironment } = await prepareTokenStore(token, { logger, signal });
  return {
    kind: 'pkcs11',
    modulePath,
    tokenLabel: token.tokenLabel,
    pin,
    stationName: 'station-test',
    moduleEnvironment,
  };
}

/** Registry and ceremonies over a real journal, real dual control and a real key process. */
export class RegistryWorld {
  readonly journal: Journal;
  readonly approvals: Approvals;
  /** The key process of the latest run, to be ended by a test. */
  readonly keyProcess: () => number;
  now = Date.UTC(2026, 2, 2, 12);
  readonly appointments: { readonly at: number; readonly act: () => void }[] = [];
  keys: KeyPort;
  registry: KeyRegistry;
  ceremonies: KeyCeremonies;
  readonly #installation: Installation;

  private constructor(keys: KeyPort, installation: Installation, keyProcess: () => number) {
    this.keyProcess = keyProcess;
    const clock = { now: () => new Date(this.now++), monotonic: () => this.now };
    this.#installation = installation;
    this.keys = keys;
    this.journal = openJournal(undefined, { clock });
    const { journal } = this;
    for (const { person, roles, issuers } of people) {
      journal.append({
        kind: 'person.created',
        actor: { kind: 'station' },
        issuer: null,
        subjects: { person },
        payload: {
          person,
          displayName: person.toUpperCase(),
          roles: [...roles],
          issuers: issuers === 'all' ? 'all' : [...issuers],
          environment: 'test',
        },
      });
    }
    this.approvals = new Approvals({
      journal,
      rows: journal.projections.approvals,
      prove: (name) => {
        const person = journal.projections.people.find(name);
        return Promise.resolve(person === null ? { kind: 'refused', reason: 'unknown' } : { kind: 'known', person });
      },
      signer: (name) => journal.projections.people.find(name),
      station: 'station-test',
      clock,
      randomness: systemRandomness,
    });
    [this.registry, this.ceremonies] = this.#services(keys);
  }

  static async open(installation: Installation = { mode: 'training', keyRoom: 'no' }): Promise<RegistryWorld> {
    let process = 0;
    const logger = {
      info: (fields: object, text: string) => {
        if (text === 'key process started') process = Number((fields as { process?: number }).process);
      },
      warn: () => undefined,
    };
    const keys = await openKeyPort(await storeOf(installation), { logger });
    await keys.prepareStation([], installation.mode === 'live' ? 'live' : 'test', signal);
    const world = new RegistryWorld(keys, installation, () => process);
    onTestFinished(async () => {
      await world.ceremonies.close();
      await keys.close();
    });
    return world;
  }

  /** What a start after a crash finds: the journal and the key store, and nothing that was in memory. */
  restart(keys: KeyPort = this.keys): void {
    [this.registry, this.ceremonies] = this.#services(keys);
  }

  /** The key port with one act in which the machine stops, before or after the key store did it. */
  stoppedIn(
    act: 'generateKey' | 'importKeyBlock' | 'destroyKey' | 'keepCeremonyKey',
    when: 'before' | 'after',
  ): KeyPort {
    return new Proxy(this.keys, {
      get: (port, name) => {
        const real = port[name as keyof KeyPort] as (...input: unknown[]) => Promise<unknown>;
        if (name !== act) return real;
        return async (...input: unknown[]) => {
          if (when === 'after') await real(...input);
          throw new Error('the machine stopped');
        };
      },
    });
  }

  async sign(approval: ApprovalId, ...signers: readonly string[]): Promise<void> {
    for (const approver of signers) {
      await this.approvals.decide({
        approval,
        approver: id(approver),
        password: new Secret('proved without'),
        statementDigest: this.journal.projections.approvals.find(approval)?.statementDigest ?? '',
        verdict: { kind: 'approve' },
      });
    }
  }

  /** A key generated, and put into use. */
  async activeKey(changes: Partial<Parameters<KeyRegistry['requestGeneration']>[0]> = {}): Promise<string> {
    const approval = await this.registry.requestGeneration({ ...wish, ...changes }, id('kofi'), signal);
    await this.sign(approval, 'karin');
    await this.registry.carryOut(approval, signal);
    const name = this.journal.projections.approvals.find(approval)?.subjects['key'] ?? '';
    await this.change(name, 'activate');
    return name;
  }

  async change(name: string, change: Parameters<KeyRegistry['requestChange']>[1]): Promise<void> {
    const approval = this.registry.requestChange(name, change, 'as planned', id('kofi'));
    await this.sign(approval, 'karin', ...(change === 'compromise' || change === 'destroy' ? ['sara'] : []));
    await this.registry.carryOut(approval, signal);
  }

  stateOf(name: string): string | null {
    return this.journal.projections.keys.find(name)?.state ?? null;
  }

  async stored(): Promise<readonly string[]> {
    return (await this.keys.list(signal)).map(({ name }) => name);
  }

  /** The kinds of the newest entries, oldest first. */
  newest(count: number): readonly string[] {
    const { sequence } = this.journal.head();
    return this.journal.read(sequence - count + 1, count).map(({ header }) => header.kind);
  }

  #services(keys: KeyPort): [KeyRegistry, KeyCeremonies] {
    const { journal, approvals } = this;
    const ports = {
      journal,
      approvals,
      keys,
      clock: { now: () => new Date(this.now++), monotonic: () => this.now },
      randomness: systemRandomness,
      environment: this.#installation.mode === 'live' ? 'live' : 'test',
      issuers: ['northbank', 'mercato'],
    } as const;
    const registry = new KeyRegistry(ports);
    const ceremonies = new KeyCeremonies({
      ...ports,
      registry,
      installation: this.#installation,
      timers: {
        after: (milliseconds, act) => {
          const appointment = { at: this.now + milliseconds, act };
          this.appointments.push(appointment);
          return () => void this.appointments.splice(this.appointments.indexOf(appointment), 1);
        },
      },
      changed: () => undefined,
      unsettled: () => undefined,
    });
    return [registry, ceremonies];
  }
}
