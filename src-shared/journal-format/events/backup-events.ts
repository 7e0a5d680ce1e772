import { z } from 'zod';
import { sha256Hex } from '../../domain/identifiers.ts';

const head = z.strictObject({ sequence: z.number().int().nonnegative(), entryHash: sha256Hex });

/** Backups, restores and what was resolved with the copy of the CMS. */
export const backupEvents = {
  /** Written, read back and verified. Actor: the person who asked, or the station by its schedule. */
  'backup.made': z.strictObject({
    file: z.string(),
    /** SHA-256 of the whole file. */
    digest: sha256Hex,
    /** Bytes. */
    size: z.number().int().positive(),
    /** The last entry in it. */
    head,
  }),
  'backup.failed': z.strictObject({ code: z.string(), text: z.string() }),
  /** The schedule keeps so many; this one is gone. */
  'backup.removed': z.strictObject({ file: z.string() }),
  /** The station lies in this folder since a restore from a backup; the approval was given on this very journal. */
  'station.restored': z.strictObject({
    approval: z.string(),
    backup: sha256Hex,
    made: z.string(),
    /** The last entry of the backup. */
    head,
  }),
  /** A journal that was behind what HSM or CMS remember was brought forward with the copy of the CMS; two people signed what is lost. */
  'journal.resolved': z.strictObject({
    approval: z.string(),
    /** Where the older journal ended. */
    from: head,
    /** Where the CMS's copy ended; null when it was not asked. */
    copy: head.nullable(),
    /** What the HSM remembered; null where it remembered nothing. */
    registered: head.nullable(),
    /** Entries that the HSM remembers and nobody holds. */
    lost: z.number().int().nonnegative(),
    /** Orders held because a card may exist of which nobody knows, and because their records are not in the backup. */
    ordersHeld: z.number().int().nonnegative(),
    /** People who need a new password. */
    withoutPassword: z.array(z.string()),
  }),
} as const satisfies Record<string, z.ZodType>;
