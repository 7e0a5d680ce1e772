import { z } from 'zod';

/** What the program for a stopped station is asked; passwords travel over its channel only. */
export type ToMaintenance =
  | {
      readonly kind: 'begin';
      readonly task: MaintenanceTask;
      readonly asker: string;
      readonly password: string;
    }
  | { readonly kind: 'sign'; readonly approver: string; readonly password: string; readonly statementDigest: string }
  | { readonly kind: 'refuse' };

/** `restore`: from a backup into an empty folder; `resolve`: the folder's own journal is behind what HSM or CMS remember. */
export type MaintenanceTask = ({ readonly kind: 'restore'; readonly backup: string } | { readonly kind: 'resolve' }) & {
  readonly data: string;
  /** `gone`: the CMS's copy does not exist any more. */
  readonly cms: 'needed' | 'gone';
};

/** What a restore or a resolution came to. */
export const maintained = z.strictObject({
  station: z.string(),
  /** Where the journal ended before, and where it ends now. */
  from: z.int(),
  sequence: z.int(),
  takenBack: z.int(),
  lost: z.int(),
  ordersHeld: z.int(),
  withoutPassword: z.array(z.string()),
});
export type Maintained = z.infer<typeof maintained>;

/** What it says. */
export const fromMaintenance = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('progress'), text: z.string() }),
  z.strictObject({ kind: z.literal('statement'), statement: z.string(), statementDigest: z.string() }),
  z.strictObject({ kind: z.literal('done'), outcome: maintained }),
  z.strictObject({ kind: z.literal('failed'), code: z.string(), text: z.string(), next: z.string() }),
]);
export type FromMaintenance = z.infer<typeof fromMaintenance>;
