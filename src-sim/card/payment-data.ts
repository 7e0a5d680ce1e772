import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { aflEntries } from './application-file-locator.ts';
import type { CardSide } from './card-application.ts';
import { keyPairOf } from './card-key-pair.ts';
import type { CardKeyPair, KeyPairGroup } from './card-key-pair.ts';
import { findTlv, readTlvs } from './card-tlv.ts';
import type { ApplicationState } from './chip-state.ts';
import { readElementList } from './element-list.ts';
import type { ListEntry } from './element-list.ts';
import { changePaymentState, paymentStateOf } from './payment-state.ts';
import type { PaymentState } from './payment-state.ts';
import { readProcessingOptions } from './processing-options.ts';
import type { ProcessingOptions } from './processing-options.ts';

/** The card's master keys by their place in grouping 8000: application cryptogram, script MAC, script encipherment. */
const masterKeys = { cryptogram: 0, scriptMac: 1, scriptEncipherment: 2 } as const;

/** Groupings whose objects GET DATA answers: 9115 to 911F. EMV CPS v1.1 Annex A. */
const dataGroupings = Array.from({ length: 11 }, (_, at) => toHex(Uint8Array.of(0x91, 0x15 + at)));

/** What a personalised payment application holds, as one side of the chip shows it. Nothing of it is there before personalisation. */
export class PaymentData {
  readonly application: ApplicationState;
  readonly #side: CardSide;

  constructor(application: ApplicationState, side: CardSide) {
    this.application = application;
    this.#side = side;
  }

  get isPersonalised(): boolean {
    return this.application.lifeCycle === 0x0f;
  }

  get state(): PaymentState {
    return paymentStateOf(this.application);
  }

  change(changes: Partial<PaymentState>): void {
    changePaymentState(this.application, changes);
  }

  /** One grouping in clear. */
  grouping(id: string): Uint8Array | undefined {
    const text = this.application.groupings[id];
    return this.isPersonalised && text !== undefined ? fromHex(text) : undefined;
  }

  /** The grouping of the contactless side where that is the side and it has its own. */
  sided(contact: string, contactless: string): Uint8Array | undefined {
    const own = this.#side === 'contactless' ? this.grouping(contactless) : undefined;
    return own ?? this.grouping(contact);
  }

  /** Application interchange profile and file locator of the side. */
  get options(): ProcessingOptions | undefined {
    const options = this.sided('9104', '9105');
    return options === undefined ? undefined : readProcessingOptions(options);
  }

  /** An object from the records of the side's file locator, in its order; undefined where none has it. */
  object(tag: number): Uint8Array | undefined {
    for (const { file, first, last } of aflEntries(this.options?.locator ?? new Uint8Array()) ?? []) {
      for (let record = first; record <= last; record++) {
        const found = findTlv(this.grouping(toHex(Uint8Array.of(file, record))) ?? new Uint8Array(), tag);
        if (found !== undefined) return found.value;
      }
    }
    return undefined;
  }

  /** A data object list from the records (CDOL1 8C, CDOL2 8D, DDOL 9F49). */
  list(tag: number): readonly ListEntry[] | undefined {
    const bytes = this.object(tag);
    return bytes === undefined ? undefined : readElementList(bytes);
  }

  /** The list that processing options are asked with; without one, nothing is asked for. */
  get optionsList(): readonly ListEntry[] {
    const template = this.sided('9102', '9103') ?? new Uint8Array();
    return readElementList(findTlv(template, 0x9f38)?.value ?? new Uint8Array()) ?? [];
  }

  masterKey(name: keyof typeof masterKeys): Uint8Array | undefined {
    const at = masterKeys[name] * 16;
    return this.grouping('8000')?.slice(at, at + 16);
  }

  keyPair(group: KeyPairGroup): CardKeyPair | undefined {
    return this.isPersonalised ? keyPairOf(this.application.groupings, group) : undefined;
  }

  /** An object that GET DATA answers, with the grouping that holds it. */
  dataObject(tag: number): { readonly grouping: string; readonly whole: Uint8Array } | undefined {
    for (const grouping of dataGroupings) {
      const found = readTlvs(this.grouping(grouping) ?? new Uint8Array())?.find((each) => each.tag === tag);
      if (found !== undefined) return { grouping, whole: found.whole };
    }
    return undefined;
  }

  /** The transaction counter on two bytes. */
  get counter(): Uint8Array {
    const { transactionCounter } = this.application;
    return Uint8Array.of(transactionCounter >> 8, transactionCounter & 255);
  }
}
