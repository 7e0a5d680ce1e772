import type { Environment } from '#shared/domain/identifiers.ts';
import { Authority } from './authority/authority.ts';
import { HonestDelivery, type BatchDelivery } from './batches/batch-delivery.ts';
import { BatchRegister } from './batches/batch-register.ts';
import { GrantDesk } from './batches/grant-desk.ts';
import { LeaseDesk } from './batches/lease-desk.ts';
import { IssuerTermsBook, usualTerms, type LeaseTerms } from './batches/lease-terms.ts';
import { TermChanges } from './batches/term-changes.ts';
import { EventLedger } from './events/event-ledger.ts';
import { HostileDelivery } from './hostile/hostile-delivery.ts';
import { hostileKind } from './hostile/hostile-kind.ts';
import { People } from './people/people.ts';
import { DataFolder } from './platform/data-folder.ts';
import { systemSurroundings, type Surroundings } from './platform/surroundings.ts';
import { openMasterKeys } from './sealing/vault.ts';
import { ForgottenBatches } from './reconciliation/forgotten-batches.ts';
import { LeaseRestoration } from './reconciliation/lease-restoration.ts';
import { Reconciliation } from './reconciliation/reconciliation.ts';
import { SchemeAuthority } from './scheme/scheme-authority.ts';
import { SigningKey } from './signing/signing-key.ts';
import { StationLosses } from './stations/station-losses.ts';
import { StationReturns } from './stations/station-returns.ts';
import { StationRegistry } from './stations/station-registry.ts';
import { openCmsDatabase } from './store/database.ts';
import { OrderStore } from './store/order-store.ts';
import { openVault, settleEnvironment } from './store/settings.ts';
import type { BatchRow } from './store/tables.ts';
import { TrainingGround } from './training/training-ground.ts';

/** How a CMS is opened; everything but the folder and the environment has its usual value. */
export interface CmsOptions {
  readonly data: string;
  readonly environment: Environment;
  readonly seed?: string;
  readonly terms?: LeaseTerms;
  readonly surroundings?: Surroundings;
}

/** An opened data folder with its services; `close` ends the database. */
export interface OpenCms {
  readonly folder: DataFolder;
  readonly authority: Authority;
  readonly stations: StationRegistry;
  readonly register: BatchRegister;
  readonly desk: LeaseDesk;
  readonly grants: GrantDesk;
  readonly terms: IssuerTermsBook;
  readonly people: People;
  readonly termChanges: TermChanges;
  readonly losses: StationLosses;
  readonly returns: StationReturns;
  readonly reconciliation: Reconciliation;
  readonly ledger: EventLedger;
  readonly surroundings: Surroundings;
  /** Null in live: a scheme certifies its members' keys itself. */
  readonly scheme: SchemeAuthority | null;
  /** Null in live: training data and hostile batches do not exist there. */
  readonly training: TrainingGround | null;
  deliveryOf(batch: BatchRow): BatchDelivery;
  close(): Promise<void>;
}

/** Opens a data folder, making keys, certificates and database at the first time. Rejects when the folder was made for the other environment. */
export async function openCms(options: CmsOptions): Promise<OpenCms> {
  const surroundings = options.surroundings ?? systemSurroundings;
  const folder = new DataFolder(options.data);
  const keys = openMasterKeys(folder, surroundings);
  const database = await openCmsDatabase(folder.reserve('cms.db'), keys.database);
  try {
    const environment = await settleEnvironment(database, options.environment);
    if (environment !== options.environment) {
      throw new Error(`the folder ${folder.path} was made for ${environment} and cannot serve ${options.environment}`);
    }
    const vault = await openVault(database, keys.wrapping, surroundings);
    // Certificates are judged by the machine's own clock, whatever time training plays.
    const authority = await Authority.open(folder, systemSurroundings, environment);
    const signingKey = SigningKey.open(folder);
    const orders = new OrderStore(database, vault);
    const register = new BatchRegister(database, orders, environment, surroundings);
    const terms = options.terms ?? usualTerms;
    const issuerTerms = new IssuerTermsBook(database, terms);
    const people = new People(database, surroundings);
    const forgotten = new ForgottenBatches(signingKey.published, surroundings);
    const reconciliation = new Reconciliation(database, people, forgotten, surroundings);
    const desk = new LeaseDesk({ database, vault, terms, reconciliation, surroundings });
    const restoration = new LeaseRestoration({ desk, signingKey, reconciliation, forgotten, surroundings });
    const honest = new HonestDelivery(orders, signingKey);
    const training =
      environment === 'live'
        ? null
        : new TrainingGround({
            database,
            vault,
            register,
            people,
            terms: issuerTerms,
            surroundings,
            seed: options.seed ?? 'cardwright',
          });
    const stations = new StationRegistry({ database, vault, authority, signingKey, environment, surroundings });
    return {
      folder,
      authority,
      register,
      surroundings,
      training,
      stations,
      scheme: environment === 'live' ? null : new SchemeAuthority(database, vault, surroundings),
      desk,
      grants: new GrantDesk({
        database,
        signingKey,
        terms: issuerTerms,
        leaseSeconds: terms.leaseSeconds,
        surroundings,
      }),
      terms: issuerTerms,
      termChanges: new TermChanges(database, people, surroundings),
      people,
      losses: new StationLosses(database, people, surroundings),
      returns: new StationReturns(database, people, stations, surroundings),
      reconciliation,
      ledger: new EventLedger(database, surroundings, restoration),
      deliveryOf: (batch) =>
        batch.hostile === null || training === null
          ? honest
          : new HostileDelivery(hostileKind.parse(batch.hostile), honest, orders, signingKey),
      close: () => database.destroy(),
    };
  } catch (fault) {
    await database.destroy();
    throw fault;
  }
}
