import type { LineId } from '#shared/domain/identifiers.ts';
import type { JournalPort } from '../journal/port.ts';
import type { Clock } from '../platform/clock.ts';
import type { Randomness } from '../platform/randomness.ts';
import type { PreparationPort } from '../preparation/port.ts';
import type { PrintProof, VerificationPort } from '../verification/port.ts';
import type { BatchRun } from './batch-run.ts';
import type { CardTraces } from './card-traces.ts';
import type { LineMachines } from './card-session.ts';
import type { ChipPatience } from './chip-station.ts';
import type { KnownFault } from './line-state.ts';
import type { PassIssuer } from './pass-issuer.ts';
import type { OrderBook } from './order-book.ts';

/** Everything one line needs; two lines share journal, book, preparation and run, and nothing else. */
export interface LineOptions {
  readonly line: LineId;
  readonly machines: LineMachines;
  /** Serial that the printer was enrolled with. */
  readonly printerSerial: string;
  readonly journal: JournalPort;
  readonly book: OrderBook;
  readonly preparation: PreparationPort;
  readonly verification: VerificationPort;
  readonly printProof: PrintProof;
  readonly passes: Pick<PassIssuer, 'issue'>;
  readonly randomness: Randomness;
  readonly clock: Clock;
  readonly patience: ChipPatience;
  readonly traces: CardTraces;
  /** The batch that runs now; null when none does. */
  currentRun(): BatchRun | null;
  /** Issuer of a batch, for events about recovered attempts. */
  issuerOf(batch: string): string | null;
  /** Milliseconds for which a printer is called before a person is asked. */
  readonly connectPatience?: number | undefined;
  /** A batch must stop: the fault names why. */
  stopBatch(fault: KnownFault): void;
  /** Anything that a screen shows of this line has changed. */
  changed(): void;
  /** The journal cannot be written: the station must stop. */
  fatal(fault: unknown): void;
}
