import { toHex } from '#shared/bytes/bytes.ts';
import type { ScriptStepView } from '#shared/contract/views/product-views.ts';
import type { CardKeyReference, DialogueRequest } from '#shared/domain/dialogue.ts';
import type { ChipApplication } from '#shared/domain/product.ts';
import { decodeCommand } from '#shared/protocols/apdu/command-apdu.ts';
import type { PreparedCard } from '../port.ts';
import { describeStoredData } from './script-objects.ts';

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
  /** The key under which the station computes verification values; null where it computes none. */
  readonly verificationKey: string | null;
}

/** GPC_SPE_034 v2.3.1 §11.5.2. */
export const installInstruction = 0xe6;
/** GPC_SPE_034 v2.3.1 §11.6.2. */
const loadInstruction = 0xe8;
/** GPC_SPE_034 v2.3.1 §11.11.2. */
const storeDataInstruction = 0xe2;

type CommandStep = Extract<ScriptStepView, { kind: 'command' }>;
type ScriptObject = CommandStep['objects'][number];

const putKeyInstruction = 0xd8;

/** Which keys of a card, without the name that the check value stands beside. */
function wordsOfKeys(keySet: CardKeyReference): string {
  if ('kmc' in keySet) return `version ${keySet.keyVersion} of the card's own keys, derived by ${keySet.method}`;
  return `version ${keySet.version} of the key set`;
}

/** One request of a dialogue as the steps that a reviewer reads; `into` is the application that STORE DATA go to. */
export function describeRequest(
  request: DialogueRequest,
  { keyChecks }: DryRunSubject,
  into: ChipApplication,
): readonly ScriptStepView[] {
  const act = (text: string, ...names: readonly string[]): ScriptStepView => keysStep(text, names, keyChecks);
  switch (request.kind) {
    case 'exchange': {
      const command = decodeCommand(request.command);
      return [commandStep(request.label, request.command, command.data, 'plain', plainObjects(command))];
    }
    case 'open-channel': {
      const { keySet, securityLevel } = request;
      return [
        act(
          `open the secure channel with ${wordsOfKeys(keySet)}, security level ${securityLevel.toString(16)}`,
          'kmc' in keySet ? keySet.kmc : keySet.name,
        ),
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
      const objects =
        command.ins === storeDataInstruction
          ? describeStoredData(command.data ?? new Uint8Array(0), into)
          : plainObjects(command);
      return [commandStep(request.label, request.command, command.data, 'secure', objects)];
    }
    case 'translate-grouping':
      return [
        act(`encipher ${request.value.length} bytes of the order's container for the card`, request.transportKeyName),
      ];
    case 'card-keys': {
      const { option, imkAc, imkSmi, imkSmc } = request;
      return [act(`derive the card's keys by option ${option} and encipher them for the card`, imkAc, imkSmi, imkSmc)];
    }
    case 'icc-key': {
      const bits = request.publicKey.modulus.length * 8;
      const which = request.purpose === 'authentication' ? 'own key pair' : 'key pair for enciphered PINs';
      return [act(`encipher the card's ${which} of ${bits} bits for the card`, 'icc-pool-wrapping')];
    }
    case 'verify-cryptogram':
      return [act("recompute the card's cryptogram and compare", request.imkAc)];
    case 'response-cryptogram':
      return [act("compute the issuer's answer to the cryptogram", request.imkAc)];
    case 'script-mac':
      return [act('compute the MAC of a script command', request.imkSmi)];
    case 'script-encipher':
      return [act('encipher a PIN for a script command', request.imkSmc)];
    case 'new-card-keys': {
      const { keySet } = request;
      const name = 'kmc' in keySet ? keySet.kmc : keySet.name;
      return [act(`encipher ${wordsOfKeys(keySet)} for the card, as new keys`, name)];
    }
    case 'mark':
      return [{ kind: 'mark', text: request.name }];
    case 'random':
    case 'resolve':
      return [];
  }
}

/** An act of the key store with every key of these names and its check value; a key that is not here stands there without one. */
export function keysStep(
  text: string,
  names: readonly string[],
  keyChecks: DryRunSubject['keyChecks'],
): ScriptStepView {
  const keys = names.flatMap((name): readonly { name: string; kcv: string | null }[] => {
    const found = keyChecks(name);
    return found.length === 0 ? [{ name, kcv: null }] : found.map(({ name: part, kcv }) => ({ name: part, kcv }));
  });
  return { kind: 'keys', text, keys };
}

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
  // A load file is named by its hash in the command before; its bytes are no reading matter.
  if (ins === loadInstruction) return [{ depth: 0, name: 'part of the load file', length: data.length, shown: null }];
  if (ins === 0xa4 || ins === 0xf2 || ins === installInstruction)
    return [
      {
        depth: 0,
        name: ins === 0xa4 ? 'application' : ins === 0xf2 ? 'search criteria' : 'what is installed',
        length: data.length,
        shown: { kind: 'value', text: toHex(data).toUpperCase() },
      },
    ];
  // PUT KEY (GPC_SPE_034 v2.3.1 §11.8.2) carries keys, enciphered: nothing but their length is told.
  const name = ins === 0x50 ? "host's challenge" : ins === putKeyInstruction ? 'new card keys' : 'data';
  return [{ depth: 0, name, length: data.length, shown: { kind: 'withheld', why: 'made' } }];
}
