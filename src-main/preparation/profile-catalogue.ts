import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StationFault } from '#shared/faults/station-fault.ts';
import { checkProfile } from '#shared/payment-profile/check-profile.ts';
import { paymentProfileSchema, type PaymentProfile } from '#shared/payment-profile/profile-schema.ts';
import { fieldOf, type CatalogueFindings } from './catalogue-finding.ts';

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
    catalogue.set(profileName(profile), profile);
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
  const read = catalogueProfile(value);
  if (read.kind === 'refused') throw refusal(file, read.findings[0].field, read.findings[0].reason);
  const name = profileName(read.profile);
  if (file !== `${name}.json`) throw refusal(file, 'id', `the file of ${name} is named ${name}.json`);
  return read.profile;
}

/** `<id>@<version>`. */
export function profileName({ id, version }: Pick<PaymentProfile, 'id' | 'version'>): string {
  return `${id}@${String(version)}`;
}

/** Holds the content of one profile's file against every rule. */
export function catalogueProfile(
  content: unknown,
):
  | { readonly kind: 'right'; readonly profile: PaymentProfile }
  | { readonly kind: 'refused'; readonly findings: CatalogueFindings } {
  const parsed = paymentProfileSchema.safeParse(content);
  if (!parsed.success) {
    const [first, ...rest] = parsed.error.issues.map(({ path, message }) => ({
      field: fieldOf(path),
      reason: message,
    }));
    return { kind: 'refused', findings: [first ?? { field: '-', reason: 'it is no payment profile' }, ...rest] };
  }
  const [first, ...rest] = checkProfile(parsed.data).map(({ item, dgi, rule, text }) => ({
    field: `${item} in ${dgi}`,
    reason: `${rule}: ${text}`,
  }));
  if (first !== undefined) return { kind: 'refused', findings: [first, ...rest] };
  return { kind: 'right', profile: parsed.data };
}

function refusal(file: string, field: string, reason: string, cause?: unknown): StationFault {
  return new StationFault('PREPARATION-PROFILE-INVALID', { file, field, reason }, cause);
}
