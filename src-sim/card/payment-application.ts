import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { ApplicationSurroundings, CardAnswer } from './card-application.ts';
import { needClass } from './card-command.ts';
import type { CardCommand } from './card-command.ts';
import { findTlv, readTlvs, writeTlv } from './card-tlv.ts';
import type { ApplicationState } from './chip-state.ts';
import { RecordApplication } from './record-application.ts';
import { StatusError } from './status-word.ts';

/**
 * The payment application as a terminal meets it. Written from EMV Book 1 v4.4 (selection) and Book 3 v4.4 (commands).
 * It changes the chip only by counting transactions in GET PROCESSING OPTIONS.
 */
export class PaymentApplication extends RecordApplication {
  readonly #surroundings: ApplicationSurroundings;
  #optionsGiven = false;

  constructor(application: ApplicationState, surroundings: ApplicationSurroundings) {
    super(application);
    this.#surroundings = surroundings;
  }

  /** The answer to SELECT, and the begin of a new transaction. */
  override select(): CardAnswer {
    this.#optionsGiven = false;
    return super.select();
  }

  override perform(command: CardCommand): Uint8Array {
    switch (command.ins) {
      case 0xa8:
        needClass(command, 0x80);
        return this.#getProcessingOptions(command);
      case 0xca:
        needClass(command, 0x80);
        return this.#getData(command);
      default:
        return super.perform(command);
    }
  }

  /**
   * GET PROCESSING OPTIONS, once a selection: format 2, with AIP and AFL as personalised. EMV Book 3 v4.4 §6.5.8.
   * Data that are not exactly as long as the PDOL says are refused.
   */
  #getProcessingOptions(command: CardCommand): Uint8Array {
    if (command.p1 !== 0 || command.p2 !== 0) throw new StatusError('wrongParameters');
    const options =
      (this.#surroundings.side === 'contactless' ? this.personalised('9105') : undefined) ?? this.personalised('9104');
    if (options === undefined || this.#optionsGiven) throw new StatusError('conditionsNotSatisfied');
    const objects = readTlvs(command.data);
    const [list] = objects ?? [];
    if (objects?.length !== 1 || list?.tag !== 0x83) throw new StatusError('wrongData');
    if (list.value.length !== this.#lengthOfOptionsData()) throw new StatusError('wrongLength');
    const { application } = this;
    if (application.transactionCounter >= 0xffff) throw new StatusError('conditionsNotSatisfied');
    application.transactionCounter++;
    this.#optionsGiven = true;
    return writeTlv(0x77, options);
  }

  /** GET DATA: counters of the card and the objects of groupings 9115 to 911F. EMV Book 3 v4.4 §6.5.7. */
  #getData(command: CardCommand): Uint8Array {
    if (command.data.length > 0) throw new StatusError('wrongLength');
    if (this.application.lifeCycle !== 0x0f) throw new StatusError('referencedDataNotFound');
    const tag = command.p1 === 0 ? command.p2 : (command.p1 << 8) | command.p2;
    const { transactionCounter, groupings } = this.application;
    if (tag === 0x9f36) return writeTlv(tag, Uint8Array.of(transactionCounter >> 8, transactionCounter & 255));
    if (tag === 0x9f13) return writeTlv(tag, Uint8Array.of(0, 0));
    if (tag === 0x9f17 && groupings['8010'] !== undefined) {
      return writeTlv(tag, Uint8Array.of(fromHex(groupings['9010'] ?? '0303')[0] ?? 0));
    }
    for (let low = 0x15; low <= 0x1f; low++) {
      const grouping = groupings[toHex(Uint8Array.of(0x91, low))];
      const object = grouping === undefined ? undefined : readTlvs(fromHex(grouping))?.find((each) => each.tag === tag);
      if (object !== undefined) return object.whole;
    }
    throw new StatusError('referencedDataNotFound');
  }

  /** How many bytes the data element list in 9F38 of the selection answer asks for; without one, none. EMV Book 3 v4.4 §5.4. */
  #lengthOfOptionsData(): number {
    const list = findTlv(this.personalised('9102') ?? new Uint8Array(), 0x9f38)?.value ?? new Uint8Array();
    let length = 0;
    for (let at = 0; at < list.length;) {
      const first = list[at++] ?? 0;
      if ((first & 0x1f) === 0x1f) while (((list[at++] ?? 0) & 0x80) !== 0);
      length += list[at++] ?? 0;
    }
    return length;
  }
}
