import { z } from 'zod';
import { toHex } from '../bytes/bytes.ts';
import type { ChipProof } from '../domain/chip-proof.ts';
import type { DataGrouping } from '../domain/product.ts';
import { cardAbilities, constantBytes } from './card-abilities.ts';
import { readSource, type PaymentProfile, type ProfileRow } from './profile-schema.ts';

/** What of a product follows from its profile, so that no product file says it again. */
export interface ProfiledChip {
  readonly dataGroupings: readonly DataGrouping[];
  readonly proof: ChipProof;
}

/** The reference PIN comes from the issuer, in the order; all else is made at the station. */
const ofOrder = 'card:pin-block';

type ProofValue = ChipProof['values'][number];

/** The form in which an order's text stands in a tag. EMV 4.3 Book 3 §4.3, Annex A1. */
function formOf({ item, format }: ProfileRow): ProofValue['form'] {
  if (item === '5f24') return 'date-last-day';
  if (item === '5f25') return 'date-first-day';
  if (format === 'cn') return 'compressed-numeric';
  return format === 'n' ? 'numeric' : 'alphanumeric';
}

/** What a finished card must say for one row, or nothing where the row's value is compared with its record only. */
function proofValue(row: ProfileRow): ProofValue | undefined {
  // A part has no tag by which it could be read.
  if (row.item.startsWith('part:')) return undefined;
  if (row.source === 'computed:track2') return { tag: row.item, from: 'card:track2', form: 'track2-equivalent' };
  const constant = constantBytes(row);
  if (constant !== undefined) return { tag: row.item, from: `constant:${toHex(constant)}`, form: 'bytes' };
  return readSource(row.source).kind === 'record' ? { tag: row.item, from: row.source, form: formOf(row) } : undefined;
}

/**
 * Data groupings and proof of a product whose chip the station prepares by this profile: every record byte for byte, and every value of
 * the order and of the product by itself. EMV Book 3 v4.4 §10.1, §10.2.
 */
export function profiledChip(profile: PaymentProfile, application: string): ProfiledChip {
  const { groupings } = profile;
  const dataGroupings = groupings.map(({ dgi, content, meaning, record, rows }): DataGrouping => {
    return {
      dgi,
      content,
      meaning,
      ...(record === undefined ? {} : { record: { sfi: record.sfi, number: record.number } }),
      tags: rows.flatMap(({ item }) => (item.startsWith('part:') ? [] : [item])),
      origin: rows.every(({ source }) => source === ofOrder) ? 'order' : 'station',
    };
  });
  const records = groupings.flatMap(({ dgi, record }) =>
    record === undefined ? [] : [{ sfi: record.sfi, number: record.number, from: `built:${dgi}` }],
  );
  const values = groupings.flatMap(({ rows }) => rows.flatMap((row) => proofValue(row) ?? []));
  return {
    dataGroupings,
    proof: {
      sequence: ['select', 'get-processing-options', 'read-records'],
      records,
      values: [{ tag: '84', from: `constant:${application}`, form: 'bytes' }, ...values],
    },
  };
}

const stationFile = z.looseObject({
  environment: z.string(),
  chip: z.looseObject({
    application: z.string(),
    preparation: z.looseObject({
      kind: z.literal('station'),
      profile: z.string(),
      iccKey: z.unknown().optional(),
      pinKey: z.unknown().optional(),
      authenticationCode: z.unknown().optional(),
    }),
  }),
});

/** What a product's file says of offline authentication and enciphered PIN, beside its profile. */
const ofProduct = ['iccKey', 'pinKey', 'authenticationCode'] as const;

function takenFromProduct(profile: PaymentProfile): ReadonlySet<(typeof ofProduct)[number]> {
  const { authentication, encipheredPin } = cardAbilities(profile);
  switch (authentication) {
    case 'none':
      return new Set();
    case 'sda':
      return new Set(['authenticationCode']);
    case 'dda':
    case 'cda':
      return new Set(encipheredPin === 'taken' ? ['iccKey', 'pinKey'] : ['iccKey']);
  }
}

/** A product's content with all that follows from its profile, or why there is none. */
export type CompletedProduct =
  | { readonly kind: 'complete'; readonly content: unknown; readonly profile: PaymentProfile | null }
  | { readonly kind: 'refused'; readonly field: string; readonly reason: string };

/**
 * Puts into the content of a product's file what follows from its profile. Content that names none is left as it is; the product's own rules are not
 * checked here. Refused: an unknown profile, one of the other environment, a file that says itself what the profile says, and one that does not name
 * exactly what the profile's offline authentication and enciphered PIN take.
 */
export function completeProduct(content: unknown, profiles: ReadonlyMap<string, PaymentProfile>): CompletedProduct {
  const station = stationFile.safeParse(content);
  if (!station.success) return { kind: 'complete', content, profile: null };
  const { environment, chip } = station.data;
  const refused = (field: string, reason: string): CompletedProduct => ({ kind: 'refused', field, reason });
  const profile = profiles.get(chip.preparation.profile);
  if (profile === undefined) return refused('chip.preparation.profile', 'there is no such payment profile');
  if (profile.environment !== environment) {
    return refused(
      'chip.preparation.profile',
      `the profile is for ${profile.environment}, the product for ${environment}`,
    );
  }
  for (const name of ['dataGroupings', 'proof']) {
    if (chip[name] !== undefined) return refused(`chip.${name}`, 'follows from the payment profile');
  }
  const wanted = takenFromProduct(profile);
  for (const name of ofProduct) {
    const named = chip.preparation[name] !== undefined;
    if (named === wanted.has(name)) continue;
    return refused(`chip.preparation.${name}`, named ? 'is of no use to the payment profile' : 'is missing');
  }
  const complete = { ...station.data, chip: { ...chip, ...profiledChip(profile, chip.application) } };
  return { kind: 'complete', content: complete, profile };
}
