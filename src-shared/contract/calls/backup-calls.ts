import { z } from 'zod';
import { row } from '../row.ts';
import { nothing } from './call-inputs.ts';

const backupMade = z.strictObject({
  /** Its name in the backup folder. */
  file: z.string(),
  /** SHA-256 of the file. */
  digest: z.string(),
  /** Bytes. */
  size: z.number().int(),
  /** The last entry of the journal in it. */
  sequence: z.number().int(),
  time: z.string(),
});

const backupView = z.strictObject({
  folder: z.string(),
  everyHours: z.number(),
  keep: z.number().int(),
  running: z.enum(['yes', 'no']),
  last: backupMade.nullable(),
  /** The last try, where it failed. */
  failed: z.strictObject({ time: z.string(), code: z.string(), text: z.string() }).nullable(),
});

/** Backups of the running station. Restoring is for a stopped one: the command line's `restore`. */
export const backupCalls = {
  state: row('make-backup', { kind: 'none' }).input(nothing).output(backupView),
  /** Writes, reads back and proves one; minutes for a large journal. */
  make: row('make-backup', { kind: 'none' }).input(nothing).output(backupMade),
} as const;
