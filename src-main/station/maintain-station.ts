import { existsSync, mkdirSync } from 'node:fs';
import { Secret } from '#shared/bytes/secret.ts';
import type { PersonId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import { SignAtOnce } from '../approvals/sign-at-once.ts';
import { bringForward, type Forward } from '../backup/bring-forward.ts';
import type { CmsCopy } from '../backup/cms-copy.ts';
import { holdOrders } from '../backup/hold-orders.ts';
import { restorationStatement } from '../backup/restoration-statement.ts';
import { verifyManifest } from '../backup/verify-manifest.ts';
import { readHeadRegister, writeHeadRegister } from '../journal/chain-head-register.ts';
import { Journal } from '../journal/journal.ts';
import { BootLog } from '../keys/boot-log.ts';
import type { NewEvent } from '../journal/port.ts';
import { systemClock as clock } from '../platform/clock.ts';
import { lockFolder } from '../platform/folder-lock.ts';
import { openLogger } from '../platform/logger.ts';
import { systemRandomness as randomness } from '../platform/randomness.ts';
import type { Maintained, MaintenanceTask } from '../shells/launcher/maintenance-messages.ts';
import { openCmsCopy } from './cms-copy.ts';
import { readConfiguration } from './configuration.ts';
import { Ending } from './ending.ts';
import { MaintenanceTries } from './maintenance-tries.ts';
import { placesIn, type Places } from './places.ts';
import { stageBackup, stageOwn, takePlace, type StagedStation } from './staged-station.ts';
import { openKeyStore } from './vault.ts';

/** Who restores, and how the second person is asked. */
export interface MaintenancePeople {
  readonly asker: string;
  readonly password: Secret<string>;
  /** Shows a statement; null when the second person refuses. */
  readonly sign: (
    statement: string,
    statementDigest: string,
  ) => Promise<{
    readonly approver: string;
    readonly password: Secret<string>;
    readonly statementDigest: string;
  } | null>;
}

interface Maintaining {
  readonly task: MaintenanceTask;
  readonly people: MaintenancePeople;
  readonly progress: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Restores a stopped station from a backup into an empty folder, or brings the journal of its folder forward, under dual control.
 *
 * Everything is put together beside its place; the folder changes only after two people have signed, and then the two signatures are the
 * first entries. STATION-RUNNING, the faults of backup, journal, seal, keys and approvals; nothing is changed then.
 */
export async function maintainStation(what: Maintaining): Promise<Maintained> {
  const { task } = what;
  const places = placesIn(task.data);
  if (task.kind === 'restore') mkdirSync(task.data, { recursive: true, mode: 0o700 });
  else if (!existsSync(places.database)) throw new StationFault('JOURNAL-MISSING');
  const ending = new Ending();
  const lock = lockFolder(task.data);
  ending.add(() => lock.release());
  try {
    return await maintain(what, places, ending);
  } finally {
    await ending.run(() => undefined);
  }
}

async function maintain(what: Maintaining, places: Places, ending: Ending): Promise<Maintained> {
  const { task, progress, signal } = what;
  progress(task.kind === 'restore' ? 'Reading the backup' : 'Copying the journal');
  const stage =
    task.kind === 'restore'
      ? await stageBackup(places, task.backup)
      : await stageOwn(places, readConfiguration(task.data).mode);
  const { staged } = stage;
  const named = existsSync(places.configuration);
  const configuration = readConfiguration(named ? task.data : staged.data);
  const { station, hsm } = configuration;
  // A backup is believed once the HSM's station is known to have signed it: until then it names no library to be loaded.
  if (!named && hsm.kind === 'pkcs11') throw new StationFault('BACKUP-MODULE-UNNAMED', { folder: places.data });
  const logger = openLogger(places.log, process.env['CARDWRIGHT_LOG'] ?? 'info');

  progress('Opening the keys');
  // Without one, training would make an empty one here.
  if (hsm.kind !== 'pkcs11' && !existsSync(places.token) && !existsSync(places.keyFiles))
    throw new StationFault('BACKUP-NO-HSM', { folder: places.data });
  const keys = await openKeyStore({ configuration, places, logger, signal }, stage.secret);
  ending.add(() => keys.close());
  const signingKey = await keys.publicKey('station-signing', signal);
  if (stage.backup !== null) verifyManifest(stage.backup.unpacked, signingKey);
  const registered = await readHeadRegister(keys, signal);

  progress('Opening the journal');
  const journal = openStaged(stage, station);
  ending.add(() => journal.close());
  const own = journal.projections.station.facts()?.signingKey;
  if (own?.x !== signingKey.x || own.y !== signingKey.y)
    throw new StationFault('BACKUP-OTHER-HSM', { reason: 'the journal names another signing key' });
  const enrolment = stage.backup === null ? places.enrolment : staged.enrolment;
  const cms = await copyOf({ ...what, journal }, () =>
    openCmsCopy({ configuration, enrolment, trainingCms: places.cms, logger, ending, signal }),
  );
  const forward = await bringForward(journal, cms, registered, signal, progress);
  if (stage.backup === null && forward.lost === 0 && journal.head().sequence === forward.from.sequence)
    throw new StationFault('BACKUP-NOTHING-TO-RESOLVE', { sequence: forward.from.sequence });

  const bootLog = new BootLog(places.bootLog, () => clock.now());
  const tries = await MaintenanceTries.open({ journal, keys, bootLog, task: task.kind, clock, signal });
  const outcome = await signAndWrite(what, { stage, journal, forward, cms, station, tries });
  const head = journal.head();
  journal.close();
  const now = await readHeadRegister(keys, signal);
  // While people read and signed, the station itself or a copy of it went on: its cards are not in this journal.
  if (now?.entryHash !== registered?.entryHash)
    throw new StationFault('JOURNAL-SECOND-STATION', { found: now?.sequence ?? 0 });
  if (task.kind === 'restore') carryRefusals(bootLog, new BootLog(staged.bootLog, () => clock.now()));
  takePlace(places);
  await writeHeadRegister(keys, head, signal);
  progress(`The journal ends at entry ${head.sequence}`);
  return { ...outcome, sequence: head.sequence };
}

/** The backup's log takes the place of the folder's own: what was tried here until two people signed goes with it. */
function carryRefusals(from: BootLog, to: BootLog): void {
  for (const { kind, time, details } of from.read()) {
    if (kind === 'password-refused') to.append(kind, { ...details, time });
  }
}

function openStaged(stage: StagedStation, station: string): Journal {
  const journal = Journal.open({
    file: stage.staged.database,
    key: new Secret(stage.secret.databaseKey),
    whenMissing: 'refuse',
    station,
    // What the HSM remembers is compared when the copy of the CMS has been taken in.
    headRegister: null,
    clock,
    randomness,
    onFatal: () => undefined,
    onSubscriberFault: () => undefined,
  });
  const promised = stage.backup?.unpacked.manifest.head;
  if (promised !== undefined && promised.entryHash !== journal.head().entryHash) {
    journal.close();
    throw new StationFault('BACKUP-DAMAGED', { file: 'its database', where: 'it ends in another entry' });
  }
  return journal;
}

/** The CMS's copy, unless two people are to sign that there is none. BACKUP-CMS-NEEDED, BACKUP-CMS-REACHABLE. */
async function copyOf(
  { task, signal, journal }: Maintaining & { readonly journal: Journal },
  open: () => Promise<CmsCopy | null>,
): Promise<CmsCopy | null> {
  try {
    const copy = await open();
    if (copy !== null) await copy.head(journal.projections.station.acknowledged().upTo, signal);
    if (copy !== null && task.cms === 'gone') throw new StationFault('BACKUP-CMS-REACHABLE');
    return copy;
  } catch (thrown) {
    if (!(thrown instanceof StationFault) || !thrown.code.startsWith('CMS-')) throw thrown;
    if (task.cms === 'gone') return null;
    const reason = String(thrown.details['reason'] ?? thrown.code);
    throw new StationFault('BACKUP-CMS-NEEDED', { sequence: journal.head().sequence, reason }, thrown);
  }
}

interface Resolution {
  readonly stage: StagedStation;
  readonly journal: Journal;
  readonly forward: Forward;
  readonly cms: CmsCopy | null;
  readonly station: string;
  readonly tries: MaintenanceTries;
}

/** Two people sign what is restored and lost; both signatures, what was done and what is held become entries in one transaction. */
async function signAndWrite(
  { people, signal }: Maintaining,
  { stage, journal, forward, cms, station, tries }: Resolution,
): Promise<Omit<Maintained, 'sequence'>> {
  const before = journal.head();
  // With the CMS's copy gone, what came after the backup cannot be counted where the HSM does not know of it either.
  const holding = await holdOrders(journal, lostOf(forward, cms, journal), cms, signal);
  const backup =
    stage.backup === null
      ? null
      : {
          digest: stage.backup.unpacked.digest,
          made: stage.backup.made,
          head: stage.backup.unpacked.manifest.head,
        };
  const signing = new SignAtOnce({
    prove: (person, password) => tries.prove(person, password),
    station,
    clock,
    randomness,
  });
  const request = restorationStatement(station, people.asker as PersonId, backup, forward, before, holding);
  const waiting = await signing.ask(request, people.password);
  const second = await people.sign(waiting.statement, waiting.statementDigest);
  if (second === null) throw new StationFault('BACKUP-REFUSED');
  const signed = await signing.sign(waiting, second.approver, second.password, second.statementDigest);
  const about = { actor: { kind: 'station' }, issuer: null, subjects: { approval: waiting.approval } } as const;
  const approval = waiting.approval;
  const { from, copy, registered, lost, withoutPassword } = forward;
  const events: NewEvent[] = [...signed];
  if (backup !== null) {
    const { digest, made, head } = backup;
    events.push({ ...about, kind: 'station.restored', payload: { approval, backup: digest, made, head } });
  }
  events.push({
    ...about,
    kind: 'journal.resolved',
    payload: {
      approval,
      from: plain(from),
      copy: copy === null ? null : plain(copy),
      registered: registered === null ? null : plain(registered),
      lost,
      ordersHeld: holding.orders,
      withoutPassword: [...withoutPassword],
    },
  });
  journal.append(...events, ...holding.events);
  return {
    station,
    from: from.sequence,
    takenBack: before.sequence - from.sequence,
    lost,
    ordersHeld: holding.orders,
    withoutPassword: [...withoutPassword],
  };
}

function lostOf(forward: Forward, cms: CmsCopy | null, journal: Journal): number {
  const unknown = cms === null && journal.projections.station.facts()?.cms !== null;
  return unknown ? Math.max(1, forward.lost) : forward.lost;
}

function plain({ sequence, entryHash }: ChainHead): { sequence: number; entryHash: string } {
  return { sequence, entryHash };
}
