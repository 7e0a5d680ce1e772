import type { ExitCode } from './exit-codes.ts';

/** What a command found or did: one JSON value, the same in words, and how it ends. */
export interface CommandOutcome {
  readonly value: unknown;
  readonly text: string;
  readonly code: ExitCode;
}
