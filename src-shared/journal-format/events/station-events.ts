import { z } from 'zod';
import { environment, sha256Hex, stationMode } from '../../domain/identifiers.ts';
import { role } from '../../domain/roles.ts';

/** Station, people, devices, keys, approvals and sync. */
export const stationEvents = {
  'station.created': z.strictObject({
    mode: stationMode,
    version: z.string(),
    signingKey: z.strictObject({ x: z.string(), y: z.string() }),
  }),
  'station.started': z.strictObject({ version: z.string(), mode: stationMode, bootLogHead: z.string().nullable() }),
  /** The boot log no longer holds the entry that the start before ended with: starts or unseal tries may be hidden. */
  'station.boot-log-broken': z.strictObject({ expected: sha256Hex }),
  'station.unsealed': z.strictObject({ people: z.array(z.string()), environment }),
  'station.stopped': z.strictObject({ reason: z.string() }),
  'station.enrolled-with-cms': z.strictObject({
    cms: z.string(),
    certificateSerial: z.string(),
    issuers: z.array(z.string()),
  }),
  'journal.checkpoint': z.strictObject({ sequence: z.number().int(), entryHash: sha256Hex, signature: z.string() }),
  'journal.verified': z.strictObject({ entries: z.number().int(), result: z.enum(['whole', 'broken']) }),
  'journal.rebuilt': z.strictObject({ tables: z.record(z.string(), z.number().int()) }),
  'journal.exported': z.strictObject({ from: z.number().int(), to: z.number().int() }),

  'person.created': z.strictObject({
    person: z.string(),
    displayName: z.string(),
    roles: z.array(role),
    issuers: z.union([z.literal('all'), z.array(z.string())]),
    environment,
  }),
  'person.password-set': z.strictObject({ person: z.string() }),
  'person.disabled': z.strictObject({ person: z.string(), reason: z.string() }),
  'session.opened': z.strictObject({ person: z.string(), client: z.enum(['window', 'command-line']) }),
  'session.refused': z.strictObject({
    person: z.string(),
    reason: z.enum(['unknown', 'password', 'locked', 'in-use']),
  }),
  'session.closed': z.strictObject({
    person: z.string(),
    reason: z.enum(['log-out', 'idle', 'taken-over', 'station-stopped', 'client-gone']),
  }),
  'call.refused': z.strictObject({
    call: z.string(),
    act: z.string(),
    reason: z.enum(['not-logged-in', 'no-right', 'other-issuer']),
  }),

  'approval.requested': z.strictObject({
    approval: z.string(),
    act: z.string(),
    statement: z.string(),
    statementDigest: sha256Hex,
    subjectDigest: sha256Hex,
    asker: z.string(),
    approversNeeded: z.number().int().positive(),
    expires: z.string(),
  }),
  'approval.given': z.strictObject({
    approval: z.string(),
    approver: z.string(),
    statementDigest: sha256Hex,
    method: z.enum(['password']),
  }),
  'approval.refused': z.strictObject({
    approval: z.string(),
    approver: z.string(),
    statementDigest: sha256Hex,
    reason: z.string(),
  }),
  'approval.attempt-failed': z.strictObject({
    approval: z.string(),
    person: z.string(),
    reason: z.enum(['password', 'own-request', 'no-right', 'locked', 'digest', 'already-signed']),
  }),
  'approval.withdrawn': z.strictObject({ approval: z.string() }),
  'approval.expired': z.strictObject({ approval: z.string() }),
  'approval.used': z.strictObject({ approval: z.string(), act: z.string() }),

  'device.enrolled': z.strictObject({
    device: z.string(),
    kind: z.enum(['printer', 'reader']),
    serial: z.string(),
    model: z.string(),
    /** How it is reached, as the statement showed it; entries of before it was compared have none, and the device is enrolled anew. */
    link: z.string().exactOptional(),
    environment,
    approval: z.string(),
  }),
  'line.configured': z.strictObject({
    line: z.string(),
    printer: z.string(),
    reader: z.string().nullable(),
    title: z.string(),
  }),
  /** A test card is about to be fed from the lot of the subjects; `cards` is what the printer has counted until now. An earlier proof ends here. */
  'line.pairing-begun': z.strictObject({
    line: z.string(),
    printer: z.string(),
    reader: z.string(),
    cards: z.number().int(),
  }),
  /** The test card has left the machine, or never came in (`not-fed`); `fault` is why the pairing is not proven. */
  'line.pairing-ended': z.strictObject({
    line: z.string(),
    result: z.enum(['proven', 'not-proven', 'not-fed', 'interrupted']),
    fault: z
      .strictObject({
        code: z.string(),
        details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
      })
      .nullable(),
  }),
  'line.pairing-proven': z.strictObject({ line: z.string(), printer: z.string(), reader: z.string() }),

  'sync.acknowledged': z.strictObject({ upTo: z.number().int() }),
  /** The CMS holds less than it once acknowledged (restored from an older copy, or enrolled anew): everything after `held` is sent again. */
  'sync.set-back': z.strictObject({ held: z.number().int(), acknowledged: z.number().int() }),
} as const satisfies Record<string, z.ZodType>;
