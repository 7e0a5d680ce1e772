import { concatBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { ScriptStepView } from '#shared/contract/views/product-views.ts';
import type { Dialogue, DialogueRequest } from '#shared/domain/dialogue.ts';
import type { EmvChip } from '#shared/domain/product.ts';
import { decodeCommand } from '#shared/protocols/apdu/command-apdu.ts';
import type { PreparedCard } from '../port.ts';
import { personalise } from './personalise.ts';
import { preflight } from './preflight.ts';
import { describeStoredData } from './script-objects.ts';
import { describeTrack } from './script-values.ts';

/** A key by name with its check value; several versions or parts of one key set stand apart. */
export interface KeyCheck {
  readonly name: string;
  readonly kcv: string;
}

/** What a script is made from; nothing of it is a key. */
export interface DryRunSubject {
  readonly card: Pick<PreparedCard, 'plan' | 'product' | 'resolve' | 'tracks'>;
  /** Keys of this name or below it (`northbank/scp03` has its three parts below). */
  readonly keyChecks: (name: string) => readonly KeyCheck[];
}

const done = fromHex('9000');
const nothingThere = fromHex('6a88');
const noRecord = fromHex('6a83');

/**
 * Everything that would be done to one card, in order, as steps for review: the commands in clear before the secure channel wraps them,
 * the acts of the key store with the check values of their keys, tracks and sides. Runs the same dialogues as production does, without a
 * card and without keys: a value of a key, a person or an account stands there by its length only, a card number by its first six and
 * last four digits (PCI CPL 4.3).
 */
export function dryRun(subject: DryRunSubject): readonly ScriptStepView[] {
  const { card } = subject;
  const { chip, print } = card.product;
  const steps: ScriptStepView[] = [];
  if (card.plan.chip.kind === 'emv' && chip.kind === 'emv') {
    steps.push({ kind: 'section', text: 'The blank is checked; nothing is changed on it' });
    steps.push(...walk(preflight(card.product, fromHex(chip.preflight.atrs[0] ?? '')), blankAnswer, subject));
    steps.push({ kind: 'section', text: 'The chip is personalised' });
    steps.push(...walk(personalise(card), (request) => answer(request, card, chip), subject));
  }
  if (card.plan.stripe.kind === 'tracks') {
    steps.push({ kind: 'section', text: `The stripe is written (${card.plan.stripe.coercivity} coercivity)` });
    for (const { track } of card.plan.stripe.tracks) {
      const text = card.tracks[`track${track}`] ?? '';
      steps.push({ kind: 'track', track, length: text.length, shown: describeTrack(text) });
    }
  }
  steps.push({ kind: 'section', text: 'The card is printed' });
  for (const side of ['front', 'back'] as const) {
    if (print[side] !== 'none') steps.push({ kind: 'print', side, layout: print[side], ribbon: print.ribbon });
  }
  return steps;
}

function walk(
  dialogue: Dialogue<unknown>,
  answerTo: (request: DialogueRequest) => Uint8Array,
  subject: DryRunSubject,
): readonly ScriptStepView[] {
  const steps: ScriptStepView[] = [];
  for (let turn = dialogue.next(); turn.done !== true;) {
    steps.push(...describe(turn.value, subject));
    turn = dialogue.next(answerTo(turn.value));
  }
  return steps;
}

/** A blank that shows none of its production data: every reading is asked for. */
function blankAnswer(request: DialogueRequest): Uint8Array {
  if (request.kind !== 'exchange') return new Uint8Array(0);
  const { ins } = decodeCommand(request.command);
  if (ins === 0xa4) return done;
  return ins === 0xb2 ? noRecord : nothingThere;
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

type CommandStep = Extract<ScriptStepView, { kind: 'command' }>;
type ScriptObject = CommandStep['objects'][number];

function describe(request: DialogueRequest, { card, keyChecks }: DryRunSubject): readonly ScriptStepView[] {
  const checked = (name: string): KeysStep['keys'] => {
    const found = keyChecks(name);
    return found.length === 0 ? [{ name, kcv: null }] : found.map(({ name: part, kcv }) => ({ name: part, kcv }));
  };
  switch (request.kind) {
    case 'exchange': {
      const command = decodeCommand(request.command);
      return [commandStep(request.label, request.command, command.data, 'plain', plainObjects(command))];
    }
    case 'open-channel': {
      const { keySet, securityLevel } = request;
      return [
        {
          kind: 'keys',
          text: `open the secure channel with version ${keySet.version} of the key set, security level ${securityLevel.toString(16)}`,
          keys: checked(keySet.name),
        },
        // GPC_SPE_014 v1.1.2 §7.1.2: the host's cryptogram and a MAC, 8 bytes each.
        commandStep(
          'EXTERNAL AUTHENTICATE',
          Uint8Array.of(0x84, 0x82, securityLevel, 0x00),
          new Uint8Array(16),
          'plain',
          [{ depth: 0, name: "host's cryptogram and MAC", length: 16, shown: { kind: 'withheld', why: 'made' } }],
        ),
      ];
    }
    case 'secure-exchange': {
      const command = decodeCommand(request.command);
      const objects = describeStoredData(command.data ?? new Uint8Array(0), card.product);
      return [commandStep(request.label, request.command, command.data, 'secure', objects)];
    }
    case 'translate-grouping':
      return [
        {
          kind: 'keys',
          text: `encipher ${request.value.length} bytes of the order's container for the card`,
          keys: checked(request.transportKeyName),
        },
      ];
    case 'mark':
      return [{ kind: 'mark', text: request.name }];
    case 'random':
    case 'resolve':
      return [];
  }
}

type KeysStep = Extract<ScriptStepView, { kind: 'keys' }>;

function commandStep(
  label: string,
  command: Uint8Array,
  data: Uint8Array | undefined,
  channel: CommandStep['channel'],
  objects: readonly ScriptObject[],
): CommandStep {
  const header = toHex(command.subarray(0, 4)).toUpperCase();
  return { kind: 'command', label, header, length: data?.length ?? 0, channel, objects: [...objects] };
}

/** SELECT shows its name and GET STATUS what it looks for; the host's challenge of INITIALIZE UPDATE is new for every card. */
function plainObjects({ ins, data }: ReturnType<typeof decodeCommand>): readonly ScriptObject[] {
  if (data === undefined || data.length === 0) return [];
  if (ins === 0xa4 || ins === 0xf2)
    return [
      {
        depth: 0,
        name: ins === 0xa4 ? 'application' : 'search criteria',
        length: data.length,
        shown: { kind: 'value', text: toHex(data).toUpperCase() },
      },
    ];
  const name = ins === 0x50 ? "host's challenge" : 'data';
  return [{ depth: 0, name, length: data.length, shown: { kind: 'withheld', why: 'made' } }];
}
