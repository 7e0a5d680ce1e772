import { z } from 'zod';
import { fromHex, toHex } from '../bytes/bytes.ts';
import type { ChipProof, ProofStep, ProofTransaction } from '../domain/chip-proof.ts';
import { applicationPlace, type DataGrouping } from '../domain/product.ts';
import { parseTlvs } from '../protocols/tlv/ber-tlv.ts';
import { formatTag } from '../protocols/tlv/find-tlv.ts';
import { cardAbilities, constantBytes, constantOf } from './card-abilities.ts';
import { directoryEntry } from './directory-entry.ts';
import { groupingsAt, type ProfileSide } from './profile-sides.ts';
import { readSource, type ApplicationKind, type PaymentProfile, type ProfileRow } from './profile-schema.ts';

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

/** Bits of the first byte of the interchange profile: DDA, issuer authentication by EXTERNAL AUTHENTICATE, CDA. EMV 4.3 Book 3 Annex C1. */
const interchange = { dda: 0x20, issuerAuthentication: 0x04, cda: 0x01 } as const;

/**
 * What a proof asks of a card (decision 0071): of one that can sign its cryptogram a signed ARQC, which its issuer then declines; of any other an AAC, the one
 * cryptogram that by itself leaves nothing behind but the transaction counter, and before it the signature of a card that can only do DDA.
 */
function cryptogramSteps(
  first: number,
): Pick<ProofTransaction, 'cryptogram' | 'cda'> & { readonly steps: readonly ProofStep[] } {
  const has = (bit: number) => (first & bit) !== 0;
  if (has(interchange.cda) && has(interchange.issuerAuthentication))
    return { steps: ['generate-ac', 'decline-online'], cryptogram: 'arqc', cda: 'asked' };
  const signs = has(interchange.dda) || has(interchange.cda);
  return {
    steps: [...(signs ? (['internal-authenticate'] as const) : []), 'generate-ac'],
    cryptogram: 'aac',
    cda: 'none',
  };
}

/** The steps of a proof and its one transaction, of amount zero; country and currency are the card's own. */
function proofSteps(
  profile: PaymentProfile,
  reading: 'with-options' | 'records-only',
): Pick<ChipProof, 'sequence' | 'transaction'> {
  // Without processing options there is no file locator: the records are read by their own names.
  if (reading === 'records-only') return { sequence: ['select', 'read-records'] };
  const { steps, ...asked } = cryptogramSteps(constantOf(profile, '82')?.[0] ?? 0);
  const said = (item: string, otherwise: string) => toHex(constantOf(profile, item) ?? fromHex(otherwise));
  return {
    sequence: ['aid-list', 'select', 'get-processing-options', 'read-records', ...steps, 'read-counter'],
    transaction: {
      amount: '000000000000',
      other: '000000000000',
      country: said('5f28', '0999'),
      currency: said('9f42', '0999'),
      date: '260101',
      type: '00',
      unpredictableNumber: '51a7c3e9',
      tvr: '0000000000',
      ...asked,
      over: 'ccd-5',
    },
  };
}

/**
 * Data groupings and proof of a product whose chip the station prepares by this profile: every record byte for byte, and every value of
 * the order and of the product by itself. EMV Book 3 v4.4 §10.1, §10.2.
 */
function profiledChip(profile: PaymentProfile, application: string, place: string, side: ProfileSide): ProfiledChip {
  const { groupings } = profile;
  const options = groupings.some(({ dgi }) => dgi === '9104');
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
    record === undefined ? [] : [{ sfi: record.sfi, number: record.number, from: `built:${place}${dgi}` }],
  );
  const values = groupingsAt(profile, side).flatMap(({ rows }) => rows.flatMap((row) => proofValue(row) ?? []));
  return {
    dataGroupings,
    proof: {
      ...proofSteps(profile, options ? 'with-options' : 'records-only'),
      records,
      values: [{ tag: '84', from: `constant:${application}`, form: 'bytes' }, ...values],
    },
  };
}

const stationFile = z.looseObject({
  environment: z.string(),
  chip: z.looseObject({
    application: z.string(),
    preflight: z.looseObject({ side: z.enum(['contact', 'contactless']).optional() }).optional(),
    preparation: z.looseObject({
      kind: z.literal('station'),
      profile: z.string(),
      iccKey: z.unknown().optional(),
      pinKey: z.unknown().optional(),
      authenticationCode: z.unknown().optional(),
    }),
    further: z.array(z.looseObject({ application: z.string(), profile: z.string() })).optional(),
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
  | {
      readonly kind: 'complete';
      readonly content: unknown;
      readonly profile: PaymentProfile | null;
      /** Profiles of the applications beside the first, in the product's order. */
      readonly further: readonly PaymentProfile[];
    }
  | { readonly kind: 'refused'; readonly field: string; readonly reason: string };

/**
 * Puts into the content of a product's file what follows from its profile. Content that names none is left as it is; the product's own rules are not
 * checked here. Refused: an unknown profile, one of the other environment, a file that says itself what the profile says, and one that does not name
 * exactly what the profile's offline authentication and enciphered PIN take.
 */
export function completeProduct(content: unknown, profiles: ReadonlyMap<string, PaymentProfile>): CompletedProduct {
  const station = stationFile.safeParse(content);
  if (!station.success) return { kind: 'complete', content, profile: null, further: [] };
  const { environment, chip } = station.data;
  const side = chip.preflight?.side ?? 'contact';
  const of = { environment, profiles, side };
  const first = completeApplication(chip.preparation.profile, chip, '', { ...of, kinds: ['payment'] });
  if (first.kind === 'refused')
    return { ...first, field: `chip.${first.field === 'profile' ? 'preparation.profile' : first.field}` };
  const wanted = takenFromProduct(first.profile);
  for (const name of ofProduct) {
    const named = chip.preparation[name] !== undefined;
    if (named === wanted.has(name)) continue;
    const reason = named ? 'is of no use to the payment profile' : 'is missing';
    return { kind: 'refused', field: `chip.preparation.${name}`, reason };
  }
  const further: { readonly content: unknown; readonly profile: PaymentProfile }[] = [];
  for (const [at, one] of (chip.further ?? []).entries()) {
    const place = applicationPlace(one.application);
    const made = completeApplication(one.profile, one, place, { ...of, kinds: besideKinds });
    if (made.kind === 'refused') return { ...made, field: `chip.further.${at}.${made.field}` };
    const values = [...made.derived.proof.values, ...directoryValues(made.profile, chip.application, first.profile)];
    const proof = { ...made.derived.proof, values };
    further.push({ content: { ...one, ...made.derived, proof }, profile: made.profile });
  }
  const several = further.length === 0 ? {} : { further: further.map(({ content: made }) => made) };
  return {
    kind: 'complete',
    content: { ...station.data, chip: { ...chip, ...first.derived, ...several } },
    profile: first.profile,
    further: further.map(({ profile }) => profile),
  };
}

/** What may stand beside a payment application. */
const besideKinds = ['loyalty', 'contact-directory', 'contactless-directory'] as const;

/** What a directory must say: the payment application's name, and label and priority as it has them for that side. EMV 4.3 Book 1 §12.2.3. */
function directoryValues(profile: PaymentProfile, application: string, first: PaymentProfile): readonly ProofValue[] {
  const kind = profile.application ?? 'payment';
  if (kind === 'payment' || kind === 'loyalty') return [];
  const entry = parseTlvs(directoryEntry(application, first, kind === 'contact-directory' ? 'contact' : 'contactless'));
  return entry.map(({ tag, value }) => ({
    tag: formatTag(tag).toLowerCase(),
    from: `constant:${toHex(value)}`,
    form: 'bytes',
  }));
}

/** What follows for one application from its profile, or why nothing does. */
function completeApplication(
  reference: string,
  said: { readonly application: string; readonly [key: string]: unknown },
  place: string,
  by: {
    readonly environment: string;
    readonly profiles: ReadonlyMap<string, PaymentProfile>;
    readonly side: ProfileSide;
    readonly kinds: readonly ApplicationKind[];
  },
):
  | { readonly kind: 'made'; readonly profile: PaymentProfile; readonly derived: ProfiledChip }
  | Extract<CompletedProduct, { kind: 'refused' }> {
  const refused = (field: string, reason: string) => ({ kind: 'refused', field, reason }) as const;
  const profile = by.profiles.get(reference);
  if (profile === undefined) return refused('profile', 'there is no such payment profile');
  if (profile.environment !== by.environment)
    return refused('profile', `the profile is for ${profile.environment}, the product for ${by.environment}`);
  const serves = profile.application ?? 'payment';
  if (!by.kinds.includes(serves))
    return refused('profile', `the profile is of a ${serves} application, not of a ${by.kinds.join(' or ')} one`);
  for (const name of ['dataGroupings', 'proof']) {
    if (said[name] !== undefined) return refused(name, 'follows from the payment profile');
  }
  return { kind: 'made', profile, derived: profiledChip(profile, said.application, place, by.side) };
}
