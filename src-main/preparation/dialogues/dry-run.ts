import { concatBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { DialogueRequest } from '#shared/domain/dialogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { decodeCommand } from '#shared/protocols/apdu/command-apdu.ts';
import { encodeDataGroupings, parseDataGroupings, formatDgi } from '#shared/protocols/tlv/data-grouping.ts';
import { parseTlvs, type Tlv } from '#shared/protocols/tlv/ber-tlv.ts';
import { formatTag } from '#shared/protocols/tlv/find-tlv.ts';
import type { EmvChip } from '#shared/domain/product.ts';
import type { PreparedCard } from '../port.ts';
import { personalise } from './personalise.ts';

const done = fromHex('9000');

/** Objects that say something of the product and nothing of a person or account: their values may be printed. */
const productTags: ReadonlySet<number> = new Set([
  0x50, 0x5f28, 0x5f2d, 0x82, 0x87, 0x8c, 0x8d, 0x8e, 0x94, 0x9f07, 0x9f08, 0x9f0d, 0x9f0e, 0x9f0f, 0x9f38, 0x9f42,
]);

/**
 * Runs the personalisation without a card and without keys and writes it as text for review: commands in clear, one a line; values of
 * keys, accounts and people by their length only.
 */
export function dryRun(card: Pick<PreparedCard, 'plan' | 'product' | 'resolve'>): string {
  const { plan, product } = card;
  const { chip } = product;
  const lines = [`personalisation of ${plan.product}, order ${plan.order}, plan ${plan.planDigest}`];
  if (plan.chip.kind === 'none' || chip.kind === 'none') return [...lines, 'no chip', ''].join('\n');
  const secret = new Set(chip.dataGroupings.filter(({ content }) => content === 'secret').map(({ dgi }) => dgi));
  const dialogue = personalise(card);
  for (let turn = dialogue.next(); turn.done !== true;) {
    lines.push(...describe(turn.value, secret));
    turn = dialogue.next(answer(turn.value, card, chip));
  }
  return [...lines, ''].join('\n');
}

function answer(request: DialogueRequest, card: Pick<PreparedCard, 'resolve'>, chip: EmvChip): Uint8Array {
  switch (request.kind) {
    case 'exchange':
      return decodeCommand(request.command).ins === 0x50 ? initializeUpdateAnswer(chip) : done;
    case 'open-channel':
    case 'secure-exchange':
      return done;
    case 'translate-grouping':
      // As long as the real one: whole blocks stay whole blocks.
      return new Uint8Array(request.value.length);
    case 'card-keys':
      // Three keys of 16 bytes with a block of padding, and their check values.
      return new Uint8Array(48 + 16 + 9);
    case 'icc-key':
      return keyPairParts(request.publicKey.modulus.length / 2);
    case 'random':
      return new Uint8Array(request.length);
    case 'resolve':
      return card.resolve(request.reference);
    case 'mark':
      return new Uint8Array(0);
  }
}

/** GPC_SPE_014 v1.1.2 §7.1.1.6: 10 bytes, version, 03, i, challenge and cryptogram of 8, counter of 3; all that is not known is zero. */
function initializeUpdateAnswer(chip: EmvChip): Uint8Array {
  const { keyVersion } = chip.preflight;
  const option = Number.parseInt(chip.secureChannel.parameter, 16);
  return concatBytes(new Uint8Array(10), Uint8Array.of(keyVersion, 0x03, option), new Uint8Array(19), done);
}

/** The parts of a key pair as long as the real ones. EMV CPS 1.1 annex A. */
function keyPairParts(length: number): Uint8Array {
  const data = new Uint8Array(length + 16 - (length % 16));
  return encodeDataGroupings([0x8201, 0x8202, 0x8203, 0x8204, 0x8205].map((identifier) => ({ identifier, data })));
}

function describe(request: DialogueRequest, secret: ReadonlySet<string>): readonly string[] {
  switch (request.kind) {
    case 'exchange': {
      const command = decodeCommand(request.command);
      // The host challenge is new for every card: the script shows its place only.
      const shown = command.ins === 0x50 ? header(request.command, command.data) : toHex(request.command);
      return [`> ${request.label}: ${shown}`];
    }
    case 'open-channel':
      return [
        `> EXTERNAL AUTHENTICATE: key set ${request.keySet.name} version ${request.keySet.version}, level ${request.securityLevel.toString(16)}`,
      ];
    case 'secure-exchange': {
      const command = decodeCommand(request.command);
      return [`> ${request.label}: ${header(request.command, command.data)}`, ...describeData(command.data, secret)];
    }
    case 'translate-grouping':
      return [`  encipher <${request.value.length} bytes> from ${request.transportKeyName} for the card`];
    case 'card-keys':
      return [
        `  derive the card's keys by option ${request.option} from ${request.imkAc}, ${request.imkSmi} and ${request.imkSmc}, encipher them for the card`,
      ];
    case 'icc-key':
      return [`  encipher the card's key pair of ${request.publicKey.modulus.length * 8} bits for the card`];
    case 'mark':
      return [`= ${request.name}`];
    case 'random':
    case 'resolve':
      return [];
  }
}

function header(command: Uint8Array, data: Uint8Array | undefined): string {
  return `${toHex(command.subarray(0, 4))} <${data?.length ?? 0} bytes>`;
}

/** The groupings of one block; a part of a grouping that is longer than a block has no form of its own. */
function describeData(data: Uint8Array | undefined, secret: ReadonlySet<string>): readonly string[] {
  try {
    return parseDataGroupings(data ?? new Uint8Array(0)).map(({ identifier, data: value }) => {
      const name = formatDgi(identifier);
      const content = secret.has(name.toLowerCase())
        ? `<${value.length} bytes, secret>`
        : describeObjects(parseTlvs(value));
      return `    ${name} ${content}`;
    });
  } catch (thrown) {
    if (!(thrown instanceof StationFault)) throw thrown;
    return [`    part of a data grouping <${data?.length ?? 0} bytes>`];
  }
}

function describeObjects(objects: readonly Tlv[]): string {
  return objects
    .map(({ tag, value, children }) => {
      if (children !== undefined) return `${formatTag(tag)} { ${describeObjects(children)} }`;
      return `${formatTag(tag)} ${productTags.has(tag) ? toHex(value) : `<${value.length} bytes>`}`;
    })
    .join(', ');
}
