import { concatBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import { aflEntries } from './application-file-locator.ts';
import type { CardCommand } from './card-command.ts';
import type { ApplicationState, ChipState } from './chip-state.ts';
import {
  checkedGrouping,
  isKnownGrouping,
  isRecordGrouping,
  isSecretGrouping,
  keyCheckValuesFit,
  keyPairsFit,
  takeGroupings,
} from './data-grouping.ts';
import type { DataGrouping } from './data-grouping.ts';
import { readProcessingOptions } from './processing-options.ts';
import type { SensitiveData } from './secure-session.ts';
import { StatusError } from './status-word.ts';

/** What an application takes of a personalisation. */
export interface ApplicationRules {
  /** Whether it knows a grouping; the others are answered 6A88. */
  readonly knows: (id: string) => boolean;
  /** Refuses the last block while something is missing. */
  readonly checkComplete: (groupings: Readonly<Record<string, string>>) => void;
}

/**
 * Takes the STORE DATA blocks of one secure channel session into one application.
 * Blocks count up from 00 in P2; a refused block may be sent again under the same number; what was stored before
 * an interruption is overwritten by the next session. EMV CPS v1.1 §4.3.4, GPC_SPE_034 v2.3.1 §11.11.
 */
export class PersonalisationSession {
  readonly #application: ApplicationState;
  readonly #rules: ApplicationRules;
  readonly #counters: ChipState['counters'];
  readonly #sensitive: SensitiveData;
  #nextBlock = 0;
  #rest: Uint8Array = new Uint8Array();

  constructor(
    into: { readonly application: ApplicationState; readonly rules: ApplicationRules },
    counters: ChipState['counters'],
    sensitive: SensitiveData,
  ) {
    this.#application = into.application;
    this.#rules = into.rules;
    this.#counters = counters;
    this.#sensitive = sensitive;
  }

  /** Stores one block; returns whether it was the last one, which makes the application PERSONALIZED. */
  storeData(command: CardCommand): 'more' | 'personalised' {
    const application = this.#application;
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
    if (last) this.#rules.checkComplete(groupings);
    application.groupings = groupings;
    this.#rest = taken.rest;
    this.#nextBlock++;
    if (!last) return 'more';
    application.lifeCycle = 0x0f;
    this.#counters.personalisations++;
    return 'personalised';
  }

  #clearOf({ id, data }: DataGrouping, encryption: number): DataGrouping {
    if (!this.#rules.knows(id)) throw new StatusError('referencedDataNotFound');
    // 60: every grouping of the block is enciphered; 20: the application's own rule, here the secret ones; 00: none is.
    const enciphered = encryption === 0x60 || (encryption === 0x20 && isSecretGrouping(id));
    if (!enciphered) {
      if (isSecretGrouping(id)) throw new StatusError('wrongData');
      return { id, data: checkedGrouping(id, data, 'clear') };
    }
    const { blockLength } = this.#sensitive;
    if (data.length === 0 || data.length % blockLength !== 0) throw new StatusError('wrongData');
    return { id, data: checkedGrouping(id, this.#sensitive.decrypt(data), 'deciphered') };
  }
}

/** The payment application: groupings of EMV CPS v1.1 annex A. */
export const paymentRules: ApplicationRules = { knows: isKnownGrouping, checkComplete };

/** The loyalty application: its answer to SELECT and records of the files that READ RECORD reaches; no keys, no processing options. */
export const loyaltyRules: ApplicationRules = {
  knows: (id) => id === '9102' || isRecordGrouping(id),
  checkComplete: (groupings) => {
    const complete = groupings['9102'] !== undefined && Object.keys(groupings).some(isRecordGrouping);
    if (!complete) throw new StatusError('conditionsNotSatisfied');
  },
};

/** Refuses the last block while what a terminal needs is missing: 9102, 9104 and every record that the AFL of either side names. */
function checkComplete(groupings: Readonly<Record<string, string>>): void {
  if (groupings['9102'] === undefined || groupings['9104'] === undefined)
    throw new StatusError('conditionsNotSatisfied');
  for (const id of ['9104', '9105']) checkLocator(groupings, groupings[id]);
  if (!keyPairsFit(groupings)) throw new StatusError('wrongData');
  const [keys, checkValues] = [groupings['8000'], groupings['9000']];
  if (checkValues !== undefined && (keys === undefined || !keyCheckValuesFit(fromHex(keys), fromHex(checkValues)))) {
    throw new StatusError('wrongData');
  }
}

function checkLocator(groupings: Readonly<Record<string, string>>, options: string | undefined): void {
  if (options === undefined) return;
  const entries = aflEntries(readProcessingOptions(fromHex(options))?.locator ?? new Uint8Array());
  if (entries === undefined) throw new StatusError('wrongData');
  for (const { file, first, last } of entries) {
    for (let record = first; record <= last; record++) {
      if (groupings[toHex(Uint8Array.of(file, record))] === undefined) throw new StatusError('conditionsNotSatisfied');
    }
  }
}
