import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { alteredAnswer, overLong, withAlteredByte, withoutEnd, withWrongTlv } from './altered-answer.ts';
import type { CardFault } from './card-faults.ts';
import type { CardFolder } from './card-folder.ts';
import type { CardSide } from './card-application.ts';
import { answerToReset } from './card-protocol.ts';
import type { TransmissionProtocol } from './card-protocol.ts';
import type { CommandChaining } from './command-chain.ts';
import { Chip } from './chip.ts';
import type { ChipState } from './chip-state.ts';
import { T0Transport } from './t0-transport.ts';

/** What becomes of one APDU: bytes to send back, nothing ever, or the card leaves the reader. */
export type ApduOutcome =
  { readonly kind: 'answer'; readonly bytes: Uint8Array } | { readonly kind: 'silence' } | { readonly kind: 'pulled' };

/** On which side the reader meets the card, and by which protocol. */
export interface ReaderSide {
  readonly side: CardSide;
  readonly protocol: TransmissionProtocol;
  readonly chaining: CommandChaining;
}

/** A card in the reader: its chip, the faults it was given on insertion, and the count of APDUs since. */
export class InsertedCard {
  readonly id: string;
  readonly answerToReset: Uint8Array;
  readonly #chip: Chip;
  /** Between reader and chip where the protocol is T=0. */
  readonly #transport: T0Transport | undefined;
  readonly #folder: CardFolder;
  readonly #faults: readonly CardFault[];
  #apdus = 0;

  constructor(
    id: string,
    state: ChipState,
    folder: CardFolder,
    faults: readonly CardFault[],
    { side, protocol, chaining }: ReaderSide,
  ) {
    this.id = id;
    this.answerToReset = answerToReset(side, protocol);
    this.#folder = folder;
    this.#faults = faults;
    this.#chip = new Chip(state, {
      keyMask: faults.some(({ kind }) => kind === 'wrong-keys') ? 0x5a : 0,
      side,
      chaining,
    });
    this.#transport =
      protocol === 't0' && side === 'contact' ? new T0Transport((command) => this.#chip.exchange(command)) : undefined;
  }

  get apdus(): number {
    return this.#apdus;
  }

  get faults(): readonly CardFault[] {
    return this.#faults;
  }

  get isMute(): boolean {
    return this.#faults.some(({ kind }) => kind === 'mute');
  }

  /** Loses the volatile state: power off, reset, removal. */
  reset(): void {
    this.#chip.reset();
    this.#transport?.reset();
  }

  /**
   * Whether the answer to a command of this length surely needs no more than 255 bytes. READ RECORD, GET DATA and GET RESPONSE, five bytes long, can be
   * longer by what is stored, longer commands by a signature of the card, any by a fault that lengthens it.
   */
  answersShortly(commandLength: number): boolean {
    if (this.#faults.some(({ kind }) => kind === 'over-long-at-apdu' || kind === 'wrong-tlv-at-apdu')) return false;
    const groupings = this.#chip.state.applications.map((each) => each.groupings);
    // A signature is as long as two primes; 60 bytes are what an answer holds besides.
    const signsShortly = groupings.every((each) => (each['8205'] ?? '').length + 60 < 256);
    if (commandLength !== 5) return signsShortly;
    // Under T=0 a signature comes by GET RESPONSE.
    if (this.#transport !== undefined && !signsShortly) return false;
    return groupings.flatMap((each) => Object.values(each)).every((data) => data.length / 2 + 2 < 256);
  }

  /** Performs one APDU with the faults of this card; the chip's memory is on disk before the answer is returned. A card removed while it was slow performs nothing. */
  async exchange(command: Uint8Array, removed: AbortSignal): Promise<ApduOutcome> {
    const n = ++this.#apdus;
    const slow = this.#faults.find((each) => each.kind === 'slow');
    if (slow !== undefined) await delay(slow.ms, undefined, { signal: removed }).catch(() => undefined);
    if (removed.aborted) return { kind: 'pulled' };
    const now = this.#faults.find((each) => 'n' in each && each.n === n);
    if (now?.kind === 'status-at-apdu') {
      return { kind: 'answer', bytes: Uint8Array.of(now.sw >> 8, now.sw & 255) };
    }
    if (now?.kind === 'pull-at-apdu' && now.executed === 'no') return { kind: 'pulled' };
    const bytes = this.#perform(command);
    if (now?.kind === 'pull-at-apdu') return { kind: 'pulled' };
    if (now?.kind === 'never-answers') return { kind: 'silence' };
    return { kind: 'answer', bytes: now === undefined ? bytes : spoilt(bytes, now) };
  }

  #perform(command: Uint8Array): Uint8Array {
    let answer = this.#transport?.exchange(command) ?? this.#chip.exchange(command);
    this.#folder.save(this.id, this.#chip.state);
    for (const each of this.#faults) if (each.kind === 'wrong-read') answer = alteredAnswer(answer, each.tag);
    return answer;
  }
}

/** What a fault of the answer makes of it. */
function spoilt(answer: Uint8Array, fault: CardFault): Uint8Array {
  switch (fault.kind) {
    case 'truncated-at-apdu':
      return withoutEnd(answer, Math.ceil((answer.length - 2) / 2));
    case 'garbage-at-apdu':
      return randomBytes(2 + ((randomBytes(1)[0] ?? 0) % 60));
    case 'altered-at-apdu':
      return withAlteredByte(answer, fault.byte);
    case 'without-mac-at-apdu':
      return withoutEnd(answer, fault.bytes);
    case 'over-long-at-apdu':
      return overLong(answer);
    case 'wrong-tlv-at-apdu':
      return withWrongTlv(answer, fault.form);
    default:
      return answer;
  }
}
