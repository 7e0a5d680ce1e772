import type { ExerciseStepView } from '#shared/contract/views/exercise-view.ts';
import type { StationFault } from '#shared/faults/station-fault.ts';
import type { BalanceView, AvailableBatchView } from '#shared/contract/views/batch-views.ts';
import type { DeviceView, KeyView, SyncView } from '#shared/contract/views/evidence-views.ts';
import type { KeyStoreView, RegistryKeyView } from '#shared/contract/views/key-views.ts';
import type { HelloView } from '#shared/contract/views/session-views.ts';
import type { BatchId, OrderId, StationMode } from '#shared/domain/identifiers.ts';
import type { Product } from '#shared/domain/product.ts';
import type { PaymentProfile } from '#shared/payment-profile/profile-schema.ts';
import type { JournalActor } from '#shared/journal-format/entry.ts';
import type { Sessions } from '../access/sessions.ts';
import type { AppletCatalogue } from '../applets/applet-catalogue.ts';
import type { Approvals } from '../approvals/approvals.ts';
import type { BackupService } from '../backup/backup-service.ts';
import type { CloseService } from '../close/close-service.ts';
import type { Enrolment } from '../enrolment/enrolment.ts';
import type { Journal } from '../journal/journal.ts';
import type { KeyStorePort } from '../keys/key-store-port.ts';
import type { LogExport } from '../journal/log-export.ts';
import type { CertificateActs } from '../keys/registry/certificate-acts.ts';
import type { KeyCeremonies } from '../keys/registry/key-ceremonies.ts';
import type { KeyRegistry } from '../keys/registry/key-registry.ts';
import type { FoundStore } from '../keys/registry/shown-store.ts';
import type { ListedKey } from '../keys/registry/list-keys.ts';
import type { RememberedHead } from '../journal/remembered-head.ts';
import type { CardScript } from '../preparation/script-of-card.ts';
import type { ProductDrafts } from '../products/product-drafts.ts';
import type { LoadedProduct } from '../preparation/product-catalogue.ts';
import type { LooksService } from '../production/looks-service.ts';
import type { RemakeService } from '../production/remake-service.ts';
import type { GrantLeft } from '../sync/lease-port.ts';
import type { CardInspection } from '../inspection/card-inspection.ts';
import type { CardExercise } from '../production/card-exercise-service.ts';
import type { PairingService } from '../production/pairing-service.ts';
import type { ProductionService } from '../production/production-service.ts';
import type { Logger } from '../platform/logger.ts';
import type { ReleaseService } from '../release/release-service.ts';
import type { StockParts } from '../stock/stock-parts.ts';
import type { ChangeFeed } from './change-feed.ts';

/** What the handlers call; the composition root fills it. */
export interface Services {
  readonly station: {
    readonly id: string;
    readonly mode: StationMode;
    readonly version: string;
    readonly dataFolder: string;
    readonly shell: string;
    readonly hsm: string;
    readonly cmsUrl: string;
    readonly notices: HelloView['notices'];
    readonly trainingPeople: HelloView['trainingPeople'];
    readonly licences: readonly { readonly name: string; readonly version: string; readonly licence: string }[];
  };
  readonly journal: Journal;
  readonly register: Pick<RememberedHead, 'state'>;
  readonly logExport: LogExport;
  readonly backups: Pick<BackupService, 'make' | 'state'>;
  readonly sessions: Sessions;
  readonly approvals: Approvals;
  readonly release: ReleaseService;
  readonly close: CloseService;
  readonly production: ProductionService;
  readonly looks: LooksService;
  readonly remake: RemakeService;
  readonly enrolment: Enrolment;
  readonly changes: ChangeFeed;
  readonly keyStore: KeyStorePort;
  readonly intake: {
    available(signal: AbortSignal): Promise<readonly AvailableBatchView[]>;
    pull(batch: BatchId, actor: JournalActor, signal: AbortSignal): Promise<void>;
  };
  readonly sync: {
    state(): SyncView;
    now(signal: AbortSignal): Promise<void>;
    /** What the newest start grant of a batch still allows. */
    left(batch: string): GrantLeft | null;
    /** Why no card of a batch in production may be begun before the CMS was reached; null when one may. */
    waits(batch: string): StationFault | null;
  };
  readonly devices: {
    list(signal: AbortSignal): Promise<readonly DeviceView[]>;
    /** With whose they are: a key of a batch is its issuer's. */
    keys(
      signal: AbortSignal,
    ): Promise<readonly (KeyView & { readonly issuer: string | null; readonly batch: string | null })[]>;
  };
  readonly keyRegistry: {
    readonly registry: KeyRegistry;
    readonly ceremonies: KeyCeremonies;
    readonly certificates: CertificateActs;
    /** What is known of keys beside their life. */
    readonly companions: {
      certificateOf(key: string): RegistryKeyView['certificate'];
      certificateRequestOf(key: string): RegistryKeyView['certificateRequest'];
      pool(): KeyStoreView['pool'];
    };
    list(signal: AbortSignal): Promise<readonly ListedKey[]>;
    store(signal: AbortSignal): Promise<FoundStore>;
    /** Products that cannot be made without a key. */
    productsOf(key: Pick<ListedKey, 'name' | 'usage' | 'issuer'>): readonly string[];
    /** Products that cannot be made where no key of any of these usages can be held. */
    productsOfUsages(usages: readonly string[]): readonly string[];
  };
  readonly applets: AppletCatalogue;
  readonly pairing: Pick<PairingService, 'views' | 'view' | 'prove'>;
  readonly inspection: Pick<CardInspection, 'inspect'>;
  /** Makes and exercises a test card; `CardExerciseService`. */
  exercise(exercise: CardExercise, actor: JournalActor): Promise<readonly ExerciseStepView[]>;
  readonly stock: StockParts;
  balance(batch: BatchId): BalanceView;
  report(batch: BatchId): Promise<{ readonly fileName: string; readonly pdf: Uint8Array }>;
  picture(batch: BatchId, order: string, side: 'front' | 'back', signal: AbortSignal): Promise<Uint8Array>;
  product(reference: string): Product | null;
  readonly products: {
    all(): readonly LoadedProduct[];
    profiles(): readonly PaymentProfile[];
    /** What would be done to the card of one order; no card is touched, and no key but that of the sealed record. */
    script(batch: BatchId, order: OrderId, signal: AbortSignal): Promise<CardScript>;
    /** The same for an invented order of a product that may still be a draft. */
    sampleScript(catalogued: LoadedProduct): CardScript;
  };
  readonly drafts: Pick<ProductDrafts, 'list' | 'find' | 'check' | 'product' | 'save' | 'discard' | 'propose'>;
  issuerTitle(issuer: string): string;
  personTitle(person: string): string;
  /** How far the verification is that runs while nothing is made; null between two. */
  verifying(): { readonly read: number; readonly of: number } | null;
  verifyJournal(actor: JournalActor, signal: AbortSignal): Promise<VerificationResult>;
  rebuildJournal(
    actor: JournalActor,
    signal: AbortSignal,
  ): Promise<readonly { readonly table: string; readonly rows: number; readonly result: 'same' | 'mended' }[]>;
  /** Why a fault is not the person's own: counted and logged without values. */
  readonly unexpected: (thrown: unknown, call: string) => void;
  readonly logger: Logger;
}

export interface VerificationResult {
  readonly result: 'whole' | 'broken';
  readonly entries: number;
  readonly checkpoints: number;
  readonly milliseconds: number;
  readonly findings: readonly { readonly sequence: number; readonly code: string; readonly text: string }[];
}
