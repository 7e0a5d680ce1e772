import { z } from 'zod';
import { act, role } from '../../domain/roles.ts';
import { stationMode } from '../../domain/identifiers.ts';

/** Who works at this window. */
export const personView = z.strictObject({
  person: z.string(),
  displayName: z.string(),
  roles: z.array(role),
  issuers: z.union([z.literal('all'), z.array(z.string())]),
  acts: z.array(act),
});
export type PersonView = z.infer<typeof personView>;

/** What the page may know before anybody has logged in. */
export const helloView = z.strictObject({
  station: z.string(),
  mode: stationMode,
  version: z.string(),
  /** Only in training: who may log in, and with what. */
  trainingPeople: z.array(
    z.strictObject({ person: z.string(), displayName: z.string(), role, issuers: z.string(), password: z.string() }),
  ),
  /** Things that the people must know: virtual reader in the same process, browser without sandbox, HSM missing. */
  notices: z.array(z.strictObject({ code: z.string(), text: z.string() })),
  /** The person whose session this window has, if any. */
  session: personView.nullable(),
});
export type HelloView = z.infer<typeof helloView>;
