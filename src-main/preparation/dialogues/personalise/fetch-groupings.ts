import { fromUtf8 } from '#shared/bytes/bytes.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import type { EmvChip } from '#shared/domain/product.ts';
import { storeDataOf } from '#shared/domain/store-data-options.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import {
  sensitiveLength,
  type SensitiveBlock,
  type SensitivePadding,
} from '#shared/protocols/globalplatform/sensitive-data.ts';
import type { PlannedGrouping } from '#shared/protocols/globalplatform/store-data.ts';
import { formatDgi, parseDataGroupings } from '#shared/protocols/tlv/data-grouping.ts';
import type { ChipPlan, PlannedApplication } from '../../card-plan.ts';

type EmvPlan = Extract<ChipPlan, { kind: 'emv' }>;

/** Three check values of 3 bytes. EMV CPS 1.1 annex A, DGI 9000. */
const checkValuesLength = 9;

/** References of a plan whose bytes are made by an act of the key port while the channel is open. */
const byAct = {
  keys: 'key:card-keys',
  checks: 'key:card-key-checks',
  pair: 'card:icc-key',
  pinPair: 'card:pin-key',
} as const;

/** How secret data is padded and enciphered for the card: the block of its channel's cipher, and what the product says of padding. */
export interface SecretForm {
  readonly block: SensitiveBlock;
  readonly padding: SensitivePadding;
}

/** The form of a product's secret data. GPC_SPE_014 v1.1.2 §6.2.8; GPC_SPE_034 v2.3.1 §E.4.7. */
export function secretForm(chip: EmvChip): SecretForm {
  return { block: chip.secureChannel.protocol === 'scp02' ? 8 : 16, padding: storeDataOf(chip).padding };
}

/** One application of a card with its data as they go to it: secrets enciphered for the card. */
export interface FetchedApplication {
  readonly name: string;
  readonly application: string;
  readonly groupings: readonly PlannedGrouping[];
}

/**
 * The data of every application of the plan, in its order: what the order brought, what was made before the card was fed, and what the key
 * port makes for the card of the open channel. Does not touch the card. CARD-PERSONALISATION, and the faults of the key port.
 */
export function* fetchApplications(plan: EmvPlan, secrets: SecretForm): Dialogue<readonly FetchedApplication[]> {
  const { application } = plan;
  const applications = [{ name: 'payment', application, groupings: yield* fetchGroupings(plan, secrets) }];
  for (const one of plan.further ?? [])
    applications.push({ name: one.name, application: one.application, groupings: yield* fetchOpen(one) });
  return applications;
}

/** Every grouping of the first application, in its order; the acts of the key port that make several of them are asked for once. */
function* fetchGroupings(chip: EmvPlan, secrets: SecretForm): Dialogue<readonly PlannedGrouping[]> {
  const references = new Set(chip.groupings.map(({ reference }) => reference));
  const cardKeys = references.has(byAct.keys) || references.has(byAct.checks) ? yield* fetchCardKeys(chip) : null;
  const pair = references.has(byAct.pair) ? yield* fetchKeyPair('icc') : null;
  const pinPair = references.has(byAct.pinPair) ? yield* fetchKeyPair('pin') : null;
  const groupings: PlannedGrouping[] = [];
  for (const planned of chip.groupings) {
    switch (planned.reference) {
      case byAct.keys:
      case byAct.checks:
        groupings.push(madeGrouping(planned, cardKeys?.get(planned.reference), secrets));
        break;
      case byAct.pair:
        groupings.push(madeGrouping(planned, pair?.get(planned.dgi), secrets));
        break;
      case byAct.pinPair:
        groupings.push(madeGrouping(planned, pinPair?.get(planned.dgi), secrets));
        break;
      default:
        groupings.push(yield* fetchGrouping(planned, chip));
    }
  }
  return groupings;
}

/** What is derived for the card: its keys, enciphered, and their check values. */
function* fetchCardKeys({ station }: EmvPlan): Dialogue<ReadonlyMap<string, Uint8Array>> {
  if (station === null) throw new StationFault('CARD-PERSONALISATION', { reason: 'the plan names no keys to derive' });
  const pan = fromUtf8(yield { kind: 'resolve', reference: 'record:pan' });
  const panSequence = fromUtf8(yield { kind: 'resolve', reference: 'record:panSequence' });
  const { cardKeys, derivation } = station;
  const answer = yield { kind: 'card-keys', ...cardKeys, option: derivation, pan, panSequence };
  return new Map([
    [byAct.keys, answer.slice(0, -checkValuesLength)],
    [byAct.checks, answer.slice(-checkValuesLength)],
  ]);
}

/** From the groupings of a card's first key pair (8201 to 8205) to those of the one for PINs (8301 to 8305). EMV CPS 1.1 annex A. */
const pairs = {
  icc: { purpose: 'authentication', offset: 0x0000 },
  pin: { purpose: 'pin-encipherment', offset: 0x0100 },
} as const;

/** The parts of one of the card's own key pairs, enciphered, by DGI. */
function* fetchKeyPair(name: keyof typeof pairs): Dialogue<ReadonlyMap<string, Uint8Array>> {
  const { purpose, offset } = pairs[name];
  const sealed = yield { kind: 'resolve', reference: `card:${name}-key` };
  const modulus = yield { kind: 'resolve', reference: `card:${name}-modulus` };
  const exponent = yield { kind: 'resolve', reference: `card:${name}-exponent` };
  const parts = parseDataGroupings(yield { kind: 'icc-key', purpose, sealed, publicKey: { modulus, exponent } });
  return new Map(parts.map(({ identifier, data }) => [formatDgi(identifier + offset), data]));
}

/** A grouping that an act made: a secret one is enciphered already, in whole blocks that hold the planned length and its padding. */
function madeGrouping(
  planned: EmvPlan['groupings'][number],
  data: Uint8Array | undefined,
  { block, padding }: SecretForm,
): PlannedGrouping {
  const secret = planned.content === 'secret';
  const length = secret ? sensitiveLength(planned.length, block, padding) : planned.length;
  if (data?.length !== length) {
    throw new StationFault('CARD-PERSONALISATION', {
      reason: `the data grouping ${planned.dgi} is not as long as planned`,
    });
  }
  const identifier = Number.parseInt(planned.dgi, 16);
  return { identifier, data, encryption: secret ? 'encrypted' : 'none' };
}

function* resolvePlanned({ reference, length, dgi }: EmvPlan['groupings'][number]): Dialogue<Uint8Array> {
  const value = yield { kind: 'resolve', reference };
  if (value.length === length) return value;
  throw new StationFault('CARD-PERSONALISATION', { reason: `the data grouping ${dgi} is not as long as planned` });
}

function* fetchGrouping(planned: EmvPlan['groupings'][number], chip: EmvPlan): Dialogue<PlannedGrouping> {
  const value = yield* resolvePlanned(planned);
  const identifier = Number.parseInt(planned.dgi, 16);
  if (planned.content === 'open') return { identifier, data: value, encryption: 'none' };
  if (chip.transportKeyName === null || !planned.reference.startsWith('container:')) {
    const reason = `the data grouping ${planned.dgi} is secret and was not enciphered for transport`;
    throw new StationFault('CARD-PERSONALISATION', { reason });
  }
  const data = yield { kind: 'translate-grouping', transportKeyName: chip.transportKeyName, value };
  return { identifier, data, encryption: 'encrypted' };
}

/** The groupings of an application beside the first: open, and made before the card was fed. */
function* fetchOpen({ name, groupings }: PlannedApplication): Dialogue<readonly PlannedGrouping[]> {
  const fetched: PlannedGrouping[] = [];
  for (const planned of groupings) {
    if (planned.content === 'secret') {
      const reason = `the data grouping ${planned.dgi} of the ${name} application is secret`;
      throw new StationFault('CARD-PERSONALISATION', { reason });
    }
    fetched.push({
      identifier: Number.parseInt(planned.dgi, 16),
      data: yield* resolvePlanned(planned),
      encryption: 'none',
    });
  }
  return fetched;
}
