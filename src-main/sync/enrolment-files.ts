import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { cmsSigningKey } from '#shared/contract/cms/enrolment.ts';
import { environment, issuerId, stationId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { writeFileDurably } from '../platform/write-file-durably.ts';

const file = 'enrolment.json';
const pem = z.string().min(1).max(16_384);

/** All that the station keeps of its enrolment, in one file so that a crash leaves either the old or the new one. */
const enrolment = z.strictObject({
  version: z.literal(1),
  station: stationId,
  environment,
  url: z.string().max(400),
  authority: pem,
  certificate: pem,
  certificateSerial: z.string().max(80),
  /** The TLS key: for transport only, so it lies in this file (0600) and not in the HSM. */
  tlsKey: pem,
  signingKeys: z.array(cmsSigningKey).min(1).max(8),
  issuers: z.array(z.strictObject({ id: issuerId, name: z.string().min(1).max(80) })),
});
export type StoredEnrolment = z.infer<typeof enrolment>;

/** Reads the enrolment of a folder; null when there is none, CMS-ENROLMENT-DAMAGED when it cannot be understood. */
export function readEnrolment(folder: string): StoredEnrolment | null {
  const path = join(folder, file);
  if (!existsSync(path)) return null;
  try {
    return enrolment.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new StationFault('CMS-ENROLMENT-DAMAGED', { file: path }, cause);
  }
}

/** Writes the enrolment, mode 0600 in a folder of mode 0700, replacing an earlier one whole. */
export function writeEnrolment(folder: string, value: StoredEnrolment): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileDurably(join(folder, file), `${JSON.stringify(enrolment.parse(value), null, 2)}\n`);
}
