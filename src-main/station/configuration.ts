import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { environment, issuerId, lineId, stationId, stationMode } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { writeFileDurably } from '../platform/write-file-durably.ts';

const port = z.int().min(1).max(65_535);

const printerLink = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tcp'), host: z.string().min(1), port }),
  z.strictObject({ kind: z.literal('serial'), path: z.string().min(1), baud: z.int().default(115_200) }),
]);

const readerLink = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pcsc'), name: z.string().min(1) }),
  z.strictObject({ kind: z.literal('socket'), host: z.string().min(1), port }),
]);

/** One line as the configuration names it: a printer and, where it has one, the encoder inside it. Nothing is sniffed. */
const line = z.strictObject({
  line: lineId,
  title: z.string().min(1).max(60),
  printer: z.strictObject({
    driver: z.literal('evolis'),
    serial: z.string().min(1).max(40),
    model: z.string().min(1).max(60),
    environment,
    link: printerLink,
  }),
  reader: z
    .strictObject({
      serial: z.string().min(1).max(80),
      model: z.string().min(1).max(80),
      environment,
      link: readerLink,
      /** The side of the chip that it speaks to, where neither its name nor the card's answer to reset tells it. */
      side: z.enum(['contact', 'contactless']).optional(),
    })
    .nullable(),
});
export type ConfiguredLine = z.infer<typeof line>;

/** `station.json` in the data folder: all that a person may set. Unknown keys are refused. */
const configuration = z.strictObject({
  version: z.literal(1),
  station: stationId,
  mode: stationMode,
  /** A key room makes no cards: components of live keys are entered there, and it has no line to a CMS. */
  installation: z.enum(['production', 'key-room']).default('production'),
  issuers: z.array(z.strictObject({ id: issuerId, title: z.string().min(1).max(80) })).min(1),
  /** `training`: the reference CMS is started with the station. `none`: of a key room. */
  cms: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('training') }),
    z.strictObject({ kind: z.literal('remote'), url: z.url(), authority: z.string().min(1) }),
    z.strictObject({ kind: z.literal('none') }),
  ]),
  /** `automatic`: SoftHSM2 where it is installed, else the file store; training only. */
  hsm: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('automatic') }),
    z.strictObject({ kind: z.literal('pkcs11'), module: z.string().min(1), token: z.string().min(1) }),
    z.strictObject({ kind: z.literal('files') }),
  ]),
  /** `training`: virtual printers and cards are started with the station. `none`: of a key room. */
  machines: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('training'), speed: z.enum(['fast', 'real']).default('fast') }),
    z.strictObject({ kind: z.literal('configured'), lines: z.array(line).min(1).max(16) }),
    z.strictObject({ kind: z.literal('none') }),
  ]),
  /** Backups by themselves; a folder that is not absolute lies in the data folder. */
  backup: z
    .strictObject({
      folder: z.string().min(1).default('backups'),
      everyHours: z.number().positive().max(8_760).default(24),
      keep: z.int().min(1).max(1_000).default(7),
    })
    .default({ folder: 'backups', everyHours: 24, keep: 7 }),
});
export type Configuration = z.infer<typeof configuration>;

const trainingDefaults: Configuration = {
  version: 1,
  station: 'ST-TRAINING' as Configuration['station'],
  mode: 'training',
  installation: 'production',
  issuers: [
    { id: 'northbank' as Configuration['issuers'][number]['id'], title: 'Northbank' },
    { id: 'mercato' as Configuration['issuers'][number]['id'], title: 'Mercato Retail' },
  ],
  cms: { kind: 'training' },
  hsm: { kind: 'automatic' },
  machines: { kind: 'training', speed: 'fast' },
  backup: { folder: 'backups', everyHours: 24, keep: 7 },
};

/** What of a configuration does not go together; null when all of it does. */
function contradiction({
  mode,
  installation,
  cms,
  machines,
  hsm,
}: Configuration): { readonly place: string; readonly reason: string } | null {
  if (installation === 'key-room') {
    return cms.kind === 'none' && machines.kind === 'none' && (mode === 'training' || hsm.kind === 'pkcs11')
      ? null
      : { place: 'installation', reason: 'a key room has no CMS and no machines, and a live one a PKCS#11 HSM' };
  }
  if (cms.kind === 'none' || machines.kind === 'none') {
    return { place: 'installation', reason: 'only a key room is without CMS and machines' };
  }
  return mode === 'live' && (cms.kind === 'training' || machines.kind === 'training' || hsm.kind !== 'pkcs11')
    ? { place: 'mode', reason: 'a live station needs a remote CMS, configured machines and a PKCS#11 HSM' }
    : null;
}

/**
 * Reads `station.json` of a data folder; a folder without one becomes a training station.
 *
 * STATION-CONFIGURATION names the file, the place and what is wrong; nothing is changed then.
 */
export function readConfiguration(folder: string): Configuration {
  const path = join(folder, 'station.json');
  if (!existsSync(path)) {
    writeFileDurably(path, `${JSON.stringify(trainingDefaults, null, 2)}\n`);
    return trainingDefaults;
  }
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new StationFault('STATION-CONFIGURATION', { file: path, place: 'the file', reason: 'it is not JSON' }, cause);
  }
  const result = configuration.safeParse(content);
  if (!result.success) {
    const [issue] = result.error.issues;
    const place = issue === undefined || issue.path.length === 0 ? 'the top level' : issue.path.join('.');
    throw new StationFault(
      'STATION-CONFIGURATION',
      { file: path, place, reason: issue?.message ?? 'it does not fit' },
      result.error,
    );
  }
  const wrong = contradiction(result.data);
  if (wrong !== null) throw new StationFault('STATION-CONFIGURATION', { file: path, ...wrong });
  return result.data;
}
