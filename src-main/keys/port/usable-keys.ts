import type { Environment, IssuerId } from '#shared/domain/identifiers.ts';
import type { KeyUsage } from '#shared/domain/key-usage.ts';

/** What a key is wanted for. */
export interface KeyPurpose {
  readonly usage: KeyUsage;
  /** Null for keys of the station itself. */
  readonly issuer: IssuerId | null;
  /** Of the card, the batch or the product that is made with it. */
  readonly environment: Environment;
}

/** The registry as whoever makes cards asks it: which key serves now, or why none does. */
export interface UsableKeys {
  /**
   * Name of the active key of a usage and issuer.
   *
   * KEYS-MISSING, KEYS-NOT-ACTIVE, KEYS-RETIRED, KEYS-COMPROMISED, KEYS-EXPIRED, and KEYS-ENVIRONMENT where test and live would meet.
   */
  requireUsable(usage: KeyUsage, issuer: IssuerId | null, environment: Environment, at: Date): string;
  /** The same of one key that something names: besides, KEYS-WRONG-USAGE for a key of another usage or issuer. */
  requireKey(name: string, purpose: KeyPurpose, at: Date): string;
}
