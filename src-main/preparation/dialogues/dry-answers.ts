import { concatBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { DialogueRequest } from '#shared/domain/dialogue.ts';
import type { EmvChip } from '#shared/domain/product.ts';
import { storeDataOf } from '#shared/domain/store-data-options.ts';
import { decodeCommand, type CommandApdu } from '#shared/protocols/apdu/command-apdu.ts';
import { issuerSecurityDomainAid, statusScope } from '#shared/protocols/globalplatform/card-commands.ts';
import { sensitiveLength } from '#shared/protocols/globalplatform/sensitive-data.ts';
import { applicationLifeCycle, cardLifeCycle, lockedBit } from '#shared/protocols/globalplatform/life-cycle.ts';
import { constructed, encodeTlvs, parseTlvs, primitive } from '#shared/protocols/tlv/ber-tlv.ts';
import { requireTlv } from '#shared/protocols/tlv/find-tlv.ts';
import { encodeKeys, expectedKeyAnswer, keyType } from '#shared/protocols/globalplatform/put-key.ts';
import { encodeDataGroupings } from '#shared/protocols/tlv/data-grouping.ts';
import type { PlannedContent } from '../planned-content.ts';
import type { PreparedCard } from '../port.ts';
import { secretForm } from './personalise/fetch-groupings.ts';

const done = fromHex('9000');
const nothingThere = fromHex('6a88');
const noRecord = fromHex('6a83');

/** A blank that shows none of its production data: every reading is asked for. */
export function blankAnswer(request: DialogueRequest): Uint8Array {
  if (request.kind !== 'exchange') return new Uint8Array(0);
  const { ins } = decodeCommand(request.command);
  if (ins === 0xa4) return done;
  return ins === 0xb2 ? noRecord : nothingThere;
}

/** What card and key store would answer to one card's requests, as long as the real answers and without anything of them. */
export function dryAnswers(
  card: Pick<PreparedCard, 'resolve' | 'plan'>,
  chip: EmvChip,
): (request: DialogueRequest) => Uint8Array {
  const state: DryState = { lifeCycle: lifeCycles[chip.preflight.lifeCycle], deleted: new Set() };
  return (request) => {
    if (request.kind === 'secure-exchange') {
      const { ins, p1, p2, data } = decodeCommand(request.command);
      if (ins === setStatusInstruction && p1 === statusScope.issuerSecurityDomain) state.lifeCycle = p2;
      if (ins === deleteInstruction && data !== undefined) state.deleted.add(namedIn(data, 'DELETE'));
    }
    return dryAnswer(request, card, chip, state);
  };
}

/** What a card would have become by then. */
interface DryState {
  lifeCycle: number;
  /** AIDs of what DELETE took away. */
  readonly deleted: Set<string>;
}

/** GPC_SPE_034 v2.3.1 §11.10.2, §11.2.2. */
const setStatusInstruction = 0xf0;
const deleteInstruction = 0xe4;

/** The AID that a command names, or the empty criterion for all. */
function namedIn(data: Uint8Array, command: string): string {
  return toHex(requireTlv(parseTlvs(data), command, 0x4f).value);
}

const lifeCycles = {
  OP_READY: cardLifeCycle.opReady,
  INITIALIZED: cardLifeCycle.initialized,
  SECURED: cardLifeCycle.secured,
} as const;

function dryAnswer(
  request: DialogueRequest,
  card: Pick<PreparedCard, 'resolve' | 'plan'>,
  chip: EmvChip,
  state: DryState,
): Uint8Array {
  switch (request.kind) {
    case 'exchange':
      return decodeCommand(request.command).ins === 0x50 ? initializeUpdateAnswer(request.command, chip) : done;
    case 'open-channel':
      return done;
    case 'secure-exchange':
      return securedAnswer(decodeCommand(request.command), chip, contentOf(card), state) ?? done;
    case 'translate-grouping':
      // As long as the real one: whole blocks stay whole blocks.
      return new Uint8Array(request.value.length);
    case 'card-keys':
      // Three keys of 16 bytes, padded as the product says, and their check values.
      return new Uint8Array(secretLength(48, chip) + 9);
    case 'icc-key':
      return keyPairParts(secretLength(request.publicKey.modulus.length / 2, chip));
    case 'new-card-keys':
      return newCardKeys(chip);
    case 'random':
      return new Uint8Array(request.length);
    case 'resolve':
      return card.resolve(request.reference);
    case 'mark':
      return new Uint8Array(0);
    case 'verify-cryptogram':
      return Uint8Array.of(1);
    case 'response-cryptogram':
      return new Uint8Array(4);
    case 'script-mac':
      return new Uint8Array(8);
    case 'script-encipher':
      return new Uint8Array(request.data.length + 8 - (request.data.length % 8));
  }
}

/**
 * GPC_SPE_014 v1.1.2 §7.1.1.6: 10 bytes, version, 03, i, challenge and cryptogram of 8 or 16, counter of 3; GPC_SPE_034 v2.3.1 §E.5.1.6: 10 bytes, version,
 * 02, 16 bytes. All that is not known is zero.
 */
function initializeUpdateAnswer(command: Uint8Array, chip: EmvChip): Uint8Array {
  const keyVersion = decodeCommand(command).p1;
  const { protocol, parameter } = chip.secureChannel;
  if (protocol === 'scp02') {
    return concatBytes(new Uint8Array(10), Uint8Array.of(keyVersion, 0x02), new Uint8Array(16), done);
  }
  const option = Number.parseInt(parameter, 16);
  const [challenges, counter] = [(option & 0x01) === 0 ? 16 : 32, (option & 0x10) === 0 ? 0 : 3];
  const head = Uint8Array.of(keyVersion, 0x03, option);
  return concatBytes(new Uint8Array(10), head, new Uint8Array(challenges + counter), done);
}

function contentOf({ plan }: Pick<PreparedCard, 'plan'>): PlannedContent | undefined {
  return plan.chip.kind === 'emv' ? plan.chip.content : undefined;
}

/** What a card would answer to a command that is asked for more than 9000. */
function securedAnswer(
  command: CommandApdu,
  chip: EmvChip,
  content: PlannedContent | undefined,
  state: DryState,
): Uint8Array | null {
  if (command.ins === 0xd8) return concatBytes(expectedOf(chip), done);
  if (command.ins === 0xca && command.p1 === 0xff) return nothingThere; // A blank that does not tell its memory.
  if (command.ins === 0xca) return concatBytes(keyTemplate(chip), done);
  return registryAnswer(command, chip, content, state);
}

/** Three keys as long as the real ones, and the answer of a card that takes them, all zero. GPC_SPE_034 v2.3.1 §11.8. */
function newCardKeys(chip: EmvChip): Uint8Array {
  const { protocol } = chip.secureChannel;
  const type = protocol === 'scp02' ? keyType.tdes : keyType.aes;
  const one = { type, clearLength: 16, enciphered: new Uint8Array(16), checkValue: new Uint8Array(3) };
  const form = chip.factoryKeys?.form ?? 'with-length';
  return concatBytes(encodeKeys(chip.preflight.keyVersion, [one, one, one], form), expectedOf(chip));
}

function expectedOf(chip: EmvChip): Uint8Array {
  const one = { checkValue: new Uint8Array(3) };
  return expectedKeyAnswer(chip.preflight.keyVersion, [one, one, one]);
}

/** The key information template of a card whose keys were replaced. GPC_SPE_034 v2.3.1 §11.3.3.1. */
function keyTemplate(chip: EmvChip): Uint8Array {
  const type = chip.secureChannel.protocol === 'scp02' ? keyType.tdes : keyType.aes;
  const keys = [1, 2, 3].map((identifier) =>
    primitive(0xc0, Uint8Array.of(identifier, chip.preflight.keyVersion, type, 16)),
  );
  return encodeTlvs([constructed(0xe0, keys)]);
}

/** What GET STATUS would tell: of the card the state that it has by then, of an application the one that the product asks for. GPC_SPE_034 v2.3.1 §11.4.3.1. */
function registryAnswer(
  { ins, p1, data }: CommandApdu,
  chip: EmvChip,
  plan: PlannedContent | undefined,
  { lifeCycle, deleted }: DryState,
): Uint8Array | null {
  if (ins !== 0xf2 || data === undefined) return null;
  if (p1 === statusScope.issuerSecurityDomain) return registry([[toHex(issuerSecurityDomainAid), lifeCycle]]);
  const aid = namedIn(data, 'GET STATUS');
  if (aid === '') return wholeList(p1 === statusScope.applications ? 'application' : 'load-file', plan, deleted);
  if (p1 === statusScope.loadFiles) return nothingThere;
  const committed = Number.parseInt(storeDataOf(chip).committed ?? '07', 16);
  const installed = plan?.applications.find(({ application }) => application === aid);
  const open = installed?.selectable === 'no' ? applicationLifeCycle.installed : committed;
  const modules = plan?.packages.find((one) => one.aid === aid)?.modules ?? [];
  return registry([[aid, installed?.locked === 'yes' ? open | lockedBit : open]], modules);
}

/** Of a blank that came with everything that is to go: that, as long as it is there, and what the product brings. */
function wholeList(
  kind: 'application' | 'load-file',
  plan: PlannedContent | undefined,
  deleted: ReadonlySet<string>,
): Uint8Array {
  const came = (plan?.removals ?? []).filter((one) => one.kind === kind && !deleted.has(one.aid)).map(({ aid }) => aid);
  const brought =
    kind === 'application'
      ? (plan?.applications ?? []).map(({ application }) => application)
      : (plan?.packages ?? []).map(({ aid }) => aid);
  return registry([...came, ...brought].map((aid) => [aid, applicationLifeCycle.selectable]));
}

function registry(
  entries: readonly (readonly [aid: string, state: number])[],
  modules: readonly string[] = [],
): Uint8Array {
  const objects = entries.map(([aid, state]) =>
    constructed(0xe3, [
      primitive(0x4f, fromHex(aid)),
      primitive(0x9f70, Uint8Array.of(state)),
      ...modules.map((module) => primitive(0x84, fromHex(module))),
    ]),
  );
  return concatBytes(encodeTlvs(objects), done);
}

/** Length of secret data when it is enciphered for the card. */
function secretLength(length: number, chip: EmvChip): number {
  const { block, padding } = secretForm(chip);
  return sensitiveLength(length, block, padding);
}

/** The parts of a key pair as long as the real ones. EMV CPS 1.1 annex A. */
function keyPairParts(length: number): Uint8Array {
  const data = new Uint8Array(length);
  return encodeDataGroupings([0x8201, 0x8202, 0x8203, 0x8204, 0x8205].map((identifier) => ({ identifier, data })));
}
