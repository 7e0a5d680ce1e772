import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Secret } from '#shared/bytes/secret.ts';
import { stationId } from '#shared/domain/identifiers.ts';
import type { JournalActor } from '#shared/journal-format/entry.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { Journal } from '../journal/journal.ts';
import { openKeyPort, type KeyPortOptions } from '../keys/open-key-port.ts';
import type { KeyPort } from '../keys/port.ts';
import { prepareTokenStore } from '../keys/token-store.ts';
import { GlyphCoverage } from '../layout/glyph-coverage.ts';
import { findPinnedFonts } from '../layout/pinned-fonts.ts';
import { systemClock, type Clock } from '../platform/clock.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { loadProducts } from '../preparation/product-catalogue.ts';
import type { CmsProcess } from '../sync/cms-process.fixture.ts';
import { SyncService, type SyncTimes } from '../sync/sync-service.ts';
import { IntakeService, type IntakeOptions } from './intake-service.ts';
import { loadPaymentProfiles } from '../preparation/profile-catalogue.ts';

const assets = fileURLToPath(new URL('../../assets/', import.meta.url));
const pin = new Secret('0123456789abcdef0123456789abcdef');
const logger = { info: () => undefined, warn: () => undefined };

export const softHsmModule = '/usr/lib/softhsm/libsofthsm2.so';
export const operator: JournalActor = { kind: 'person', person: 'olga' };
/** A signal that never comes. */
export const { signal: never } = new AbortController();

/** The clock of the machine, shifted at will. */
export class ShiftableClock implements Clock {
  shift = 0;
  now = (): Date => new Date(systemClock.now().getTime() + this.shift);
  monotonic = (): number => systemClock.monotonic() + this.shift;
}

/** Answers which character no pinned font has. */
export async function openGlyphs(): Promise<(text: string) => string | null> {
  const folders = [join(assets, 'fonts'), '/usr/share/fonts/truetype/noto'];
  const coverage = await GlyphCoverage.open(await findPinnedFonts(join(assets, 'fonts', 'fonts.json'), folders));
  return (text) => {
    try {
      coverage.require(text, 'text');
      return null;
    } catch (thrown) {
      if (!(thrown instanceof StationFault)) throw thrown;
      return Array.from(text)[Number(thrown.details['position']) - 1] ?? '?';
    }
  };
}

async function keyOptions(folder: string, provider: 'node-crypto' | 'pkcs11'): Promise<KeyPortOptions> {
  if (provider === 'node-crypto') return { kind: 'node-crypto', folder: join(folder, 'keys'), pin };
  const request = { folder: join(folder, 'hsm'), modulePath: softHsmModule, tokenLabel: 'cardwright intake', pin };
  const { moduleEnvironment } = await prepareTokenStore(request, { logger, signal: never });
  const { tokenLabel } = request;
  return { kind: 'pkcs11', modulePath: softHsmModule, tokenLabel, pin, stationName: 'cw-01', moduleEnvironment };
}

export interface IntakeStationOptions {
  readonly provider?: 'node-crypto' | 'pkcs11';
  readonly station?: string;
  readonly times?: Partial<SyncTimes>;
  readonly intake?: Partial<IntakeOptions>;
}

/** A station as far as intake and sync need one: journal, keys, both services, in a throw-away folder. */
export class IntakeStation {
  readonly folder = mkdtempSync(join(tmpdir(), 'cardwright-intake-'));
  readonly clock = new ShiftableClock();
  journal!: Journal;
  keys!: KeyPort;
  sync!: SyncService;
  intake!: IntakeService;
  readonly #provider: 'node-crypto' | 'pkcs11';
  readonly #name: string;
  readonly #url: () => string;
  readonly #times: Partial<SyncTimes>;
  readonly #more: Partial<IntakeOptions>;

  private constructor(url: () => string, options: IntakeStationOptions) {
    this.#url = url;
    this.#provider = options.provider ?? 'node-crypto';
    this.#name = options.station ?? 'cw-01';
    this.#times = { gather: 20, ...options.times };
    this.#more = options.intake ?? {};
  }

  /** An open station that is not enrolled. */
  static async open(url: () => string, options: IntakeStationOptions = {}): Promise<IntakeStation> {
    const station = new IntakeStation(url, options);
    await station.start('create');
    return station;
  }

  /** An open station, enrolled with the CMS. */
  static async enrolled(cms: CmsProcess, options: IntakeStationOptions = {}): Promise<IntakeStation> {
    const station = await IntakeStation.open(() => cms.url, options);
    await station.enrol(cms);
    return station;
  }

  async enrol(cms: CmsProcess, purpose: 'first' | 'replace' = 'first'): Promise<void> {
    const code = await cms.code(this.#name, purpose);
    await this.sync.enrol({ code, authority: cms.authority }, operator, never);
  }

  /** Opens journal, keys and services on the folder as it is. */
  async start(whenMissing: 'create' | 'refuse'): Promise<void> {
    const { clock, folder } = this;
    const randomness = systemRandomness;
    const station = stationId.parse(this.#name);
    this.journal = Journal.open({
      file: join(folder, 'journal.db'),
      key: new Secret(new Uint8Array(32).fill(7)),
      whenMissing,
      station,
      headRegister: null,
      clock,
      randomness,
      onFatal: () => undefined,
      onSubscriberFault: (thrown) => {
        throw thrown;
      },
    });
    this.keys = await openKeyPort(await keyOptions(folder, this.#provider), { logger });
    if (whenMissing === 'create') {
      await this.keys.prepareStation([], 'test', never);
      const { x, y } = await this.keys.publicKey('station-signing', never);
      const payload = { mode: 'training' as const, version: '0.1.0', signingKey: { x, y } };
      this.journal.append({ kind: 'station.created', actor: { kind: 'station' }, issuer: null, subjects: {}, payload });
    }
    const { journal, keys } = this;
    const changed = (): void => undefined;
    this.sync = new SyncService({
      folder: join(folder, 'cms'),
      url: this.#url(),
      station,
      environment: 'test',
      journal,
      keys,
      clock,
      randomness,
      times: this.#times,
      changed,
    });
    this.sync.open();
    this.intake = new IntakeService({
      journal,
      keys,
      source: this.sync,
      station,
      mode: 'training',
      products: await loadProducts(
        join(assets, 'profiles'),
        join(assets, 'layouts'),
        await loadPaymentProfiles(join(assets, 'payment-profiles')),
      ),
      missingGlyph: await openGlyphs(),
      clock,
      changed,
      ...this.#more,
    });
    await this.intake.open(never);
  }

  /** Closes in order; the folder stays. */
  async stop(): Promise<void> {
    await this.intake.close();
    await this.sync.close();
    this.journal.close();
    await this.keys.close();
  }

  /** As after SIGKILL: nothing is put away. */
  async crash(): Promise<void> {
    this.journal.close();
    await this.sync.close();
    await this.keys.close();
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Every row of every table but the entries, by table. */
  tables(besides: readonly string[] = []): Record<string, unknown[]> {
    const { database } = this.journal;
    const names = database
      .prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'entries' ORDER BY name")
      .pluck()
      .all();
    return Object.fromEntries(
      names
        .filter((name) => !besides.includes(name))
        .map((name) => [name, database.prepare(`SELECT * FROM "${name}" ORDER BY 1, 2`).all()]),
    );
  }

  /** Names of the keys in the store. */
  async keyNames(): Promise<string[]> {
    return (await this.keys.list(never)).map(({ name }) => name).sort();
  }

  /** Kinds of the journal's entries from a sequence on. */
  kinds(from = 1): string[] {
    return this.journal.read(from, 1_000).map(({ header }) => header.kind);
  }
}

/** The code of the fault that a promise is rejected with, or `none`. */
export async function faultOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (thrown) {
    return thrown instanceof StationFault ? thrown.code : String(thrown);
  }
}
