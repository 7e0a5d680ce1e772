import type { Environment } from '#shared/domain/identifiers.ts';
import type { ApprovalsPort } from '../../approvals/port.ts';
import type { Journal } from '../../journal/journal.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Randomness } from '../../platform/randomness.ts';
import type { KeyPort } from '../port.ts';

/** What registry and ceremonies work with. */
export interface RegistryPorts {
  readonly journal: Journal;
  readonly approvals: ApprovalsPort;
  readonly keys: KeyPort;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly environment: Environment;
  /** Issuers that this station works for. */
  readonly issuers: readonly string[];
}
