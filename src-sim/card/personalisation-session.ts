import { concatBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import { aflEntries } from './application-file-locator.ts';
import type { CardCommand } from './card-command.ts';
import { readTlvs } from './card-tlv.ts';
import type { ChipState } from './chip-state.ts';
import {
  checkedGrouping,
  isKnownGrouping,
  isSecretGrouping,
  keyCheckValuesFit,
  keyPairsFit,
  takeGroupings,
} from './data-grouping.ts';
import type { DataGrouping } from './data-grouping.ts';
import { StatusError } from './status-word.ts';

/**
 * Takes the STORE DATA blocks of one secure channel session into the payment application.
 * Blocks count up from 00 in P2; a refused block may be sent again under the same number; what was stored before
 * an interruption is overwritten by the next session. EMV CPS v1.1 §4.3.4, GPC_SPE_034 v2.3.1 §11.11.
 */
export class PersonalisationSession {
  readonly #state: ChipState;
  readonly #decrypt: (data: Uint8Array) => Uint8Array;
  #nextBlock = 0;
  #rest: Uint8Array = new Uint8Array();

  constructor(state: ChipState, decrypt: (data: Uint8Array) => Uint8Array) {
    this.#state = state;
    this.#decrypt = decrypt;
  }

  /** Stores one block; returns whether it was the last one, which makes the application PERSONALIZED. */
  storeData(command: CardCommand): 'more' | 'personalised' {
    const { application, counters } = this.#state;
    if (application.lifeCycle !== 0x07) throw new StatusError('conditionsNotSatisfied');
    const encryption = command.p1 & 0x60;
    const structure = command.p1 & 0x18;
    // Bits 5 and 4: none said (CPS) or DGI (GlobalPlatform); BER-TLV is not for this application.
    if (encryption === 0x40 || structure > 0x08 || (command.p1 & 0x07) !== 0) throw new StatusError('wrongParameters');
    if (command.p2 !== this.#nextBlock) throw new StatusError('wrongParameters');
    if (command.data.length === 0) throw new StatusError('wrongData');
    const last = (command.p1 & 0x80) !== 0;
    const taken = takeGroupings(concatBytes(this.#rest, command.data));
    if (last && taken.rest.length > 0) throw new StatusError('wrongData');
    const clear = taken.whole.map((grouping) => this.#clearOf(grouping, encryption));
    const groupings = { ...application.groupings };
    for (const { id, data } of clear) groupings[id] = toHex(data);
    if (last) checkComplete(groupings);
    application.groupings = groupings;
    this.#rest = taken.rest;
    this.#nextBlock++;
    if (!last) return 'more';
    application.lifeCycle = 0x0f;
    counters.personalisations++;
    return 'personalised';
  }

  #clearOf({ id, data }: DataGrouping, encryption: number): DataGrouping {
    if (!isKnownGrouping(id)) throw new StatusError('referencedDataNotFound');
    // 60: every grouping of the block is enciphered; 20: the application's own rule, here the secret ones; 00: none is.
    const enciphered = encryption === 0x60 || (encryption === 0x20 && isSecretGrouping(id));
    if (!enciphered) {
      if (isSecretGrouping(id)) throw new StatusError('wrongData');
      return { id, data: checkedGrouping(id, data, 'clear') };
    }
    if (data.length === 0 || data.length % 16 !== 0) throw new StatusError('wrongData');
    return { id, data: checkedGrouping(id, this.#decrypt(data), 'deciphered') };
  }
}

/** Refuses the last block while what a terminal needs is missing: 9102, 9104 and every record that the AFL names. */
function checkComplete(groupings: Readonly<Record<string, string>>): void {
  const options = groupings['9104'];
  if (groupings['9102'] === undefined || options === undefined) throw new StatusError('conditionsNotSatisfied');
  const afl = readTlvs(fromHex(options))?.[1]?.value ?? new Uint8Array();
  const entries = aflEntries(afl);
  if (entries === undefined) throw new StatusError('wrongData');
  for (const { file, first, last } of entries) {
    for (let record = first; record <= last; record++) {
      if (groupings[toHex(Uint8Array.of(file, record))] === undefined) throw new StatusError('conditionsNotSatisfied');
    }
  }
  if (!keyPairsFit(groupings)) throw new StatusError('wrongData');
  const [keys, checkValues] = [groupings['8000'], groupings['9000']];
  if (checkValues !== undefined && (keys === undefined || !keyCheckValuesFit(fromHex(keys), fromHex(checkValues)))) {
    throw new StatusError('wrongData');
  }
}
