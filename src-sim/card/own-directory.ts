import { ascii, fromHex } from '#shared/bytes/bytes.ts';
import { directoryModule, paymentModule } from './built-in-content.ts';
import type { CardAnswer, CardApplication } from './card-application.ts';
import { needClass } from './card-command.ts';
import type { CardCommand } from './card-command.ts';
import { findTlv, writeTlv } from './card-tlv.ts';
import type { ChipState } from './chip-state.ts';
import { StatusError, statusWords } from './status-word.ts';

/** Names of the payment system environments. EMV Book 1 v4.4 §12.2.2, EMV Book B v2.11 §3.3.1. */
export const contactEnvironment = ascii('1PAY.SYS.DDF01');
export const proximityEnvironment = ascii('2PAY.SYS.DDF01');

/** The contact directory that a chip without a directory application answers for itself: one record of one entry. EMV Book 1 v4.4 §12.2. */
class OwnContactDirectory implements CardApplication {
  readonly #entry: Uint8Array;

  constructor(entry: Uint8Array) {
    this.#entry = entry;
  }

  select(): CardAnswer {
    const template = writeTlv(0xa5, writeTlv(0x88, Uint8Array.of(1)));
    return { data: writeTlv(0x6f, writeTlv(0x84, contactEnvironment), template), sw: statusWords.ok };
  }

  ownsSecureMessaging(_command: CardCommand): boolean {
    return false;
  }

  perform(command: CardCommand): Uint8Array {
    if (command.ins !== 0xb2) throw new StatusError('instructionNotSupported');
    needClass(command, 0x00);
    if ((command.p2 & 0x07) !== 0x04 || command.p1 === 0) throw new StatusError('wrongParameters');
    if (command.p2 >> 3 !== 1) throw new StatusError('notFound');
    if (command.p1 !== 1) throw new StatusError('recordNotFound');
    return writeTlv(0x70, this.#entry);
  }
}

/** The same for the contactless side: the directory lies in the selection answer. EMV Book B v2.11 §3.3.1. */
class OwnProximityDirectory implements CardApplication {
  readonly #entry: Uint8Array;

  constructor(entry: Uint8Array) {
    this.#entry = entry;
  }

  select(): CardAnswer {
    const template = writeTlv(0xa5, writeTlv(0xbf0c, this.#entry));
    return { data: writeTlv(0x6f, writeTlv(0x84, proximityEnvironment), template), sw: statusWords.ok };
  }

  ownsSecureMessaging(_command: CardCommand): boolean {
    return false;
  }

  perform(): Uint8Array {
    throw new StatusError('instructionNotSupported');
  }
}

/** Label, priority and preferred name of the personalised payment application, as a directory shows them. */
function ownEntry(state: ChipState): Uint8Array | undefined {
  const shown = state.applications.find(({ module, lifeCycle }) => module === paymentModule && lifeCycle === 0x0f);
  const template = shown?.groupings['9102'];
  if (shown === undefined || template === undefined) return undefined;
  const objects = [0x50, 0x87, 0x9f12].map((tag) => findTlv(fromHex(template), tag)?.whole ?? new Uint8Array());
  return writeTlv(0x61, writeTlv(0x4f, fromHex(shown.aid)), ...objects);
}

/** What a chip without a directory application answers for itself, once its payment application is personalised: name and directory. */
export function ownDirectories(state: ChipState): readonly (readonly [Uint8Array, CardApplication])[] {
  const entry = state.applications.some(({ module }) => module === directoryModule) ? undefined : ownEntry(state);
  if (entry === undefined) return [];
  return [
    [contactEnvironment, new OwnContactDirectory(entry)],
    [proximityEnvironment, new OwnProximityDirectory(entry)],
  ];
}
