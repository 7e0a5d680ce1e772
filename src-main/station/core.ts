import { existsSync } from 'node:fs';
import type { Secret } from '#shared/bytes/secret.ts';
import type { Environment } from '#shared/domain/identifiers.ts';
import type { HelloView } from '#shared/contract/views/session-views.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { eventSchemas, type EventPayload } from '#shared/journal-format/event-kinds.ts';
import { Authentication } from '../access/authentication.ts';
import { Sessions } from '../access/sessions.ts';
import { Approvals } from '../approvals/approvals.ts';
import { readHeadRegister } from '../journal/chain-head-register.ts';
import { Checkpoints } from '../journal/checkpoints.ts';
import { Journal } from '../journal/journal.ts';
import type { NewEvent } from '../journal/port.ts';
import { RememberedHead } from '../journal/remembered-head.ts';
import { BootLog, type BootEntry } from '../keys/boot-log.ts';
import type { KeyStorePort } from '../keys/key-store-port.ts';
import type { KeyPort } from '../keys/port.ts';
import { systemClock as clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { systemRandomness as randomness } from '../platform/randomness.ts';
import { systemTimers as timers } from '../platform/timers.ts';
import { checkSuspectedChain } from './chain-watch.ts';
import type { Configuration } from './configuration.ts';
import { Ending } from './ending.ts';
import { makeTrainingPeople } from './first-start.ts';
import type { Places } from './places.ts';
import { forgetBatches } from './forget-batches.ts';
import { journalKeyStore } from './follow-key-store.ts';
import { journalKeys } from './station-keys.ts';
import { openVault } from './vault.ts';
import { version } from './version.ts';

const idleCheck = 30_000;
const checkpointEvery = 200;
const checkpointDeadline = 10_000;
const closeDeadline = 20_000;
const refusal = eventSchemas['station.password-refused'];

/** What everything else of the station rests on: keys, journal, people, dual control. */
export interface Core {
  readonly keys: KeyPort;
  readonly keyStore: KeyStorePort;
  readonly hsm: { readonly module: string; readonly token: string };
  readonly notices: HelloView['notices'];
  readonly journal: Journal;
  readonly bootLog: BootLog;
  /** The HSM's memory of the journal's last entry. */
  readonly register: RememberedHead;
  /** What ends when the journal has taken its last entry, and before it closes. */
  readonly last: Ending;
  /** For the backup's own process only. */
  readonly databaseKey: Secret<Uint8Array>;
  readonly sessions: Sessions;
  readonly approvals: Approvals;
}

export interface CoreOptions {
  readonly configuration: Configuration;
  readonly places: Places;
  readonly logger: Logger;
  readonly ending: Ending;
  readonly progress: (text: string) => void;
  readonly fatal: (fault: unknown) => void;
  readonly signal: AbortSignal;
}

const bootLogNotice = {
  code: 'BOOT-LOG-BROKEN',
  text: 'The log of starts and unseal tries was changed or removed since the last start. It is in the journal; tell an administrator.',
};

const refusedNotice = (count: number) => ({
  code: 'PASSWORDS-REFUSED',
  text:
    count === 1
      ? 'A wrong password was tried at a restore or resolution since the last start. It is in the journal; tell an administrator if nobody knows of it.'
      : `${count} wrong passwords were tried at a restore or resolution since the last start. They are in the journal; tell an administrator if nobody knows of them.`,
});

/** Passwords refused while the station was stopped, that no start has told of yet. */
function refusedPasswords(journal: Journal, boots: readonly BootEntry[]): readonly NewEvent[] {
  const last = journal.entries.lastOfKind('station.started');
  const told = boots.findIndex(
    ({ hash }) => last !== null && hash === (last.payload as EventPayload<'station.started'>).bootLogHead,
  );
  return boots.slice(told + 1).flatMap(({ kind, time, details }) => {
    // A restored log goes on without the entry that the last start ended with.
    if (kind !== 'password-refused' || (told < 0 && last !== null && time <= last.header.time)) return [];
    const payload = refusal.parse({ time, ...details });
    return [{ actor: { kind: 'station' }, issuer: null, subjects: {}, kind: 'station.password-refused', payload }];
  });
}

/** The boot log entry that the last start ended with, where the log no longer holds it; null when all is well. */
function lostBootEntry(journal: Journal, boots: readonly BootEntry[]): string | null {
  const last = journal.entries.lastOfKind('station.started');
  // A backup holds the log as it was then: what is missing since is explained.
  const restored = journal.entries.lastOfKind('station.restored')?.header.sequence ?? 0;
  const explained = last === null || restored > last.header.sequence;
  const expected = explained ? null : (last.payload as EventPayload<'station.started'>).bootLogHead;
  return expected === null || boots.some(({ hash }) => hash === expected) ? null : expected;
}

/** Unseals the station, opens its keys and its journal, and lets its people in. */
export async function openCore(options: CoreOptions): Promise<Core> {
  const { configuration, places, logger, ending, progress, fatal, signal } = options;
  const { station: stationId, mode } = configuration;
  const environment: Environment = mode === 'live' ? 'live' : 'test';
  const warn = (what: string) => (fault: unknown) =>
    logger.warn({ what, fault: fault instanceof Error ? fault.message : String(fault) }, 'fault');
  if (!existsSync(places.database) && existsSync(places.restoring)) throw new StationFault('BACKUP-UNFINISHED');
  const bootLog = new BootLog(places.bootLog, () => clock.now());
  bootLog.append('started', { version });
  progress('Opening the keys');
  const vault = await openVault({ configuration, places, bootLog, logger, signal });
  ending.add(() => vault.keys.close());
  ending.add(() => vault.keyStore.close());
  const { keys } = vault;
  const issuers = configuration.issuers.map((issuer) => issuer.id);
  const stationKeys = await keys.prepareStation(issuers, environment, signal);

  progress('Opening the journal');
  const headRegister = await readHeadRegister(keys, signal);
  const journal = Journal.open({
    file: places.database,
    key: vault.databaseKey,
    whenMissing: headRegister === null ? 'create' : 'refuse',
    station: stationId,
    headRegister,
    clock,
    randomness,
    onFatal: fatal,
    onSubscriberFault: warn('journal subscriber'),
  });
  ending.add(() => journal.close());
  await checkSuspectedChain({ journal, bootLog, headRegister }, progress, signal);
  const last = new Ending();
  ending.add(() => last.run(warn('ending')));
  const register = new RememberedHead({
    journal,
    keys,
    clock,
    timers,
    deadline: checkpointDeadline,
    registered: headRegister,
    onFault: warn('chain head in the HSM'),
    onSecondStation: fatal,
  });
  const checkpoints = new Checkpoints({
    journal,
    keys,
    station: stationId,
    everyEntries: checkpointEvery,
    deadline: checkpointDeadline,
    register,
    onFault: warn('checkpoint'),
  });
  ending.add(() => checkpoints.stop(AbortSignal.timeout(closeDeadline)));
  const signingKey = await keys.publicKey('station-signing', signal);
  const boots = bootLog.read();
  const bootLogHead = boots.at(-1)?.hash ?? null;
  const lostBoot = lostBootEntry(journal, boots);
  const refused = refusedPasswords(journal, boots);
  const about = { actor: { kind: 'station' }, issuer: null, subjects: {} } as const;
  if (journal.head().sequence === 0) {
    journal.append({
      ...about,
      kind: 'station.created',
      payload: { mode, version, signingKey: { x: signingKey.x, y: signingKey.y } },
    });
  } else if (journal.projections.station.facts()?.mode !== mode) {
    throw new StationFault('STATION-OTHER-MODE', { mode });
  }
  journal.append(
    ...(lostBoot === null
      ? []
      : [{ ...about, kind: 'station.boot-log-broken', payload: { expected: lostBoot } } as const]),
    ...refused,
    { ...about, kind: 'station.started', payload: { version, mode, bootLogHead } },
    { ...about, kind: 'station.unsealed', payload: { people: [...vault.unsealedBy], environment } },
  );
  ending.add(() => void journal.append({ ...about, kind: 'station.stopped', payload: { reason: 'asked' } }));
  journalKeys(journal, stationKeys);
  ending.add(journalKeyStore(journal, vault.keyStore));
  journal.subscribe(forgetBatches);

  const people = journal.projections.people;
  if (mode === 'training') await makeTrainingPeople(journal);
  const authentication = new Authentication({
    people,
    signIns: journal.projections.signIns,
    credentials: journal.credentials,
    clock,
  });
  const sessions = new Sessions({ journal, people, authentication, clock });
  const idle = setInterval(() => sessions.closeIdle(), idleCheck);
  ending.add(() => {
    clearInterval(idle);
    sessions.closeAll();
  });
  const approvals = new Approvals({
    journal,
    rows: journal.projections.approvals,
    prove: (person, password) => authentication.prove(person, password),
    signer: (person) => people.find(person),
    station: stationId,
    clock,
    randomness,
  });

  return {
    keys,
    keyStore: vault.keyStore,
    hsm: vault.hsm,
    notices: [
      ...vault.notices,
      ...(lostBoot === null ? [] : [bootLogNotice]),
      ...(refused.length === 0 ? [] : [refusedNotice(refused.length)]),
    ],
    journal,
    bootLog,
    register,
    last,
    databaseKey: vault.databaseKey,
    sessions,
    approvals,
  };
}
