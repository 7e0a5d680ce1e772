import { fromHex, fromUtf8 } from '#shared/bytes/bytes.ts';
import { authenticationMarks, type Dialogue } from '#shared/domain/dialogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { encodeCommand, type CommandApdu } from '#shared/protocols/apdu/command-apdu.ts';
import { decodeResponse, expectStatus } from '#shared/protocols/apdu/response-apdu.ts';
import { describeStatus, formatStatus } from '#shared/protocols/apdu/status-word.ts';
import { selectApplication } from '#shared/protocols/globalplatform/card-commands.ts';
import { installForPersonalization } from '#shared/protocols/globalplatform/install-commands.ts';
import {
  initializeUpdate,
  parseScp03InitializeUpdate,
} from '#shared/protocols/globalplatform/scp03-initialize-update.ts';
import { scp03DataLimit, type Scp03Level } from '#shared/protocols/globalplatform/scp03-messaging.ts';
import { planStoreData, type PlannedGrouping } from '#shared/protocols/globalplatform/store-data.ts';
import { formatDgi, parseDataGroupings } from '#shared/protocols/tlv/data-grouping.ts';
import type { ChipPlan, PlannedApplication } from '../card-plan.ts';
import type { PreparedCard } from '../port.ts';
import { ask } from './plain-exchange.ts';

type EmvPlan = Extract<ChipPlan, { kind: 'emv' }>;

/** Names of the points that the journal holds: before the first STORE DATA, and after the last was accepted. */
export const personalisationMarks = { begun: 'personalisation-begun', done: 'personalised' } as const;

const challengeLength = 8;
/** Three check values of 3 bytes. EMV CPS 1.1 annex A, DGI 9000. */
const checkValuesLength = 9;

/** References of a plan whose bytes are made by an act of the key port while the channel is open. */
const byAct = {
  keys: 'key:card-keys',
  checks: 'key:card-key-checks',
  pair: 'card:icc-key',
  pinPair: 'card:pin-key',
} as const;

/**
 * Personalises the chip by its plan: selects the application, opens the channel, sends every data grouping (the last STORE DATA commits
 * them all). A chip with several applications is opened at the issuer's security domain, and INSTALL [for personalization] says for each
 * application that the STORE DATA after it are for it: one channel, so one try of the keys, for all. Irreversible. Every secret is enciphered for the card before the first STORE DATA, so that a key that is missing costs no card.
 *
 * CARD-STATUS, CARD-ANSWER, CARD-AUTHENTICATION when the card refuses the host's cryptogram, CARD-PERSONALISATION, and the faults of the key port. EMV CPS v1.1 §3.3, GPC_SPE_034 v2.3.1 §7.3.3, §11.5.2.3.6, §11.11,
 * GPC_SPE_014 v1.1.2 §7.1.
 */
export function* personalise(card: Pick<PreparedCard, 'plan' | 'product'>): Dialogue<void> {
  const { chip } = card.plan;
  if (chip.kind === 'none') return;
  const { parameter } = requireEmv(card).secureChannel;
  const further = chip.further ?? [];
  if (further.length === 0) yield* ask(selectApplication(fromHex(chip.application)), 'SELECT the application');
  else yield* ask(selectApplication(new Uint8Array(0)), 'SELECT the card manager');
  yield* openChannel(chip, Number.parseInt(parameter, 16));
  const level = requireLevel(chip.securityLevel);
  const groupings = yield* fetchGroupings(chip);
  const others = [];
  for (const one of further) others.push({ ...one, fetched: yield* fetchOpen(one) });
  yield { kind: 'mark', name: personalisationMarks.begun };
  if (further.length === 0) yield* storeData(groupings, level, '');
  else yield* storeInto(chip.application, 'payment', groupings, level);
  for (const { application, name, fetched } of others) yield* storeInto(application, name, fetched, level);
  yield { kind: 'mark', name: personalisationMarks.done };
}

/** Says whose STORE DATA follow, and sends them; the last commits this application. */
function* storeInto(
  application: string,
  name: string,
  groupings: readonly PlannedGrouping[],
  level: Scp03Level,
): Dialogue<void> {
  yield* secureExchange(installForPersonalization(fromHex(application)), `INSTALL [for personalization], ${name}`);
  yield* storeData(groupings, level, `, ${name}`);
}

function* storeData(groupings: readonly PlannedGrouping[], level: Scp03Level, into: string): Dialogue<void> {
  const blocks = planStoreData(groupings, {
    limit: scp03DataLimit('S8', level),
    structure: 'unstated',
    grouping: 'fill',
  });
  for (const [number, block] of blocks.entries()) {
    const label = `STORE DATA ${number + 1} of ${blocks.length} (${block.groupings.join(', ')})${into}`;
    yield* secureExchange(block.command, label);
  }
}

function* secureExchange(command: CommandApdu, label: string): Dialogue<void> {
  const answer = yield { kind: 'secure-exchange', command: encodeCommand(command), label };
  expectStatus(decodeResponse(answer), label);
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

function requireEmv({ product }: Pick<PreparedCard, 'product'>): { readonly secureChannel: { parameter: string } } {
  if (product.chip.kind === 'emv') return product.chip;
  throw new StationFault('CARD-PERSONALISATION', { reason: 'the plan has a chip and the product has none' });
}

function requireLevel(level: number): Scp03Level {
  if (level === 0x33) return level;
  throw new StationFault('CARD-PERSONALISATION', { reason: `security level ${level.toString(16)} is not offered` });
}

/** The card must answer with the key version and the option that its product says; only then are its cryptogram and keys tried. */
function* openChannel(chip: EmvPlan, parameter: number): Dialogue<void> {
  const hostChallenge = yield { kind: 'random', length: challengeLength };
  yield { kind: 'mark', name: authenticationMarks.begun };
  const command = initializeUpdate(chip.keySet.version, hostChallenge);
  const initializeUpdateResponse = yield* ask(command, 'INITIALIZE UPDATE');
  const said = parseScp03InitializeUpdate(initializeUpdateResponse);
  if (said.i !== parameter || said.keyVersion !== chip.keySet.version) {
    const reason = `key version ${said.keyVersion} and option ${said.i.toString(16)} instead of ${chip.keySet.version} and ${parameter.toString(16)}`;
    throw new StationFault('CARD-ANSWER', { command: 'INITIALIZE UPDATE', reason });
  }
  const { keySet, securityLevel } = chip;
  const answer = yield { kind: 'open-channel', keySet, hostChallenge, initializeUpdateResponse, securityLevel };
  const { statusWord } = decodeResponse(answer);
  if (statusWord !== 0x9000) {
    throw new StationFault('CARD-AUTHENTICATION', {
      statusWord: formatStatus(statusWord),
      meaning: describeStatus(statusWord).text,
    });
  }
  yield { kind: 'mark', name: authenticationMarks.done };
}

/** Every grouping of the plan, in its order; the acts of the key port that make several of them are asked for once. */
function* fetchGroupings(chip: EmvPlan): Dialogue<readonly PlannedGrouping[]> {
  const references = new Set(chip.groupings.map(({ reference }) => reference));
  const cardKeys = references.has(byAct.keys) || references.has(byAct.checks) ? yield* fetchCardKeys(chip) : null;
  const pair = references.has(byAct.pair) ? yield* fetchKeyPair('icc') : null;
  const pinPair = references.has(byAct.pinPair) ? yield* fetchKeyPair('pin') : null;
  const groupings: PlannedGrouping[] = [];
  for (const planned of chip.groupings) {
    switch (planned.reference) {
      case byAct.keys:
      case byAct.checks:
        groupings.push(madeGrouping(planned, cardKeys?.get(planned.reference)));
        break;
      case byAct.pair:
        groupings.push(madeGrouping(planned, pair?.get(planned.dgi)));
        break;
      case byAct.pinPair:
        groupings.push(madeGrouping(planned, pinPair?.get(planned.dgi)));
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
function madeGrouping(planned: EmvPlan['groupings'][number], data: Uint8Array | undefined): PlannedGrouping {
  const secret = planned.content === 'secret';
  const length = secret ? planned.length + 16 - (planned.length % 16) : planned.length;
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
