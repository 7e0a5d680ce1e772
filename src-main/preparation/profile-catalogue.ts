import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StationFault } from '#shared/faults/station-fault.ts';
import { checkProfile } from '#shared/payment-profile/check-profile.ts';
import { paymentProfileSchema, type PaymentProfile } from '#shared/payment-profile/profile-schema.ts';

/** Payment profiles by `<id>@<version>`. */
export type ProfileCatalogue = ReadonlyMap<string, PaymentProfile>;

/**
 * Loads every payment profile of a folder, one a file named `<id>@<version>.json`, and holds each against every rule.
 * Fault: PREPARATION-PROFILE-INVALID with file, place and reason, at the first that is not right; none is loaded then.
 */
export async function loadPaymentProfiles(folder: string): Promise<ProfileCatalogue> {
  const files = await readdir(folder).catch((cause: unknown) => {
    throw refusal(folder, '-', 'the folder cannot be read', cause);
  });
  const catalogue = new Map<string, PaymentProfile>();
  for (const file of files.filter((name) => name.endsWith('.json')).sort()) {
    const profile = readProfile(file, await readFile(join(folder, file), 'utf8'));
    catalogue.set(`${profile.id}@${String(profile.version)}`, profile);
  }
  return catalogue;
}

function readProfile(file: string, text: string): PaymentProfile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refusal(file, '-', 'it is no JSON', cause);
  }
  const parsed = paymentProfileSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue === undefined || issue.path.length === 0 ? '-' : issue.path.map(String).join('.');
    throw refusal(file, place, issue?.message ?? 'it is no payment profile', parsed.error);
  }
  const profile = parsed.data;
  const name = `${profile.id}@${String(profile.version)}`;
  if (file !== `${name}.json`) throw refusal(file, 'id', `the file of ${name} is named ${name}.json`);
  const [finding] = checkProfile(profile);
  if (finding !== undefined) {
    throw refusal(file, `${finding.item} in ${finding.dgi}`, `${finding.rule}: ${finding.text}`);
  }
  return profile;
}

function refusal(file: string, field: string, reason: string, cause?: unknown): StationFault {
  return new StationFault('PREPARATION-PROFILE-INVALID', { file, field, reason }, cause);
}
