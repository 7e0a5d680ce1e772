import { isCardId } from './card-folder.ts';
import type { CardFolder } from './card-folder.ts';
import { FaultStore, parseFault } from './card-faults.ts';
import type { OtherMake } from './card-faults.ts';
import type { ChipState } from './chip-state.ts';
import { shownChip } from './chip-inspection.ts';
import { InsertedCard } from './inserted-card.ts';
import type { ReaderSide } from './inserted-card.ts';
import { blankKinds, isBlankKind, newChip } from './new-chip.ts';
import type { BlankKind, ChipMake } from './new-chip.ts';
import type { ReaderConnection } from './reader-connection.ts';
import type { JsonObject } from '../control/json-lines-server.ts';

/** What every new chip has in common. */
export type CardKind = Omit<ChipMake, 'cardId'>;

/**
 * The contact head of a printer: the head closes on a card, the card's chip is in the reader; it opens, the chip is out.
 * Requests are answered one after another.
 */
export class ContactHead {
  readonly #reader: ReaderConnection;
  readonly #folder: CardFolder;
  readonly #kind: CardKind;
  readonly #side: ReaderSide;
  /** Kind of the blanks that come from now on. */
  #blank: BlankKind;
  readonly #faults = new FaultStore();
  #card: InsertedCard | undefined;
  /** The chip of the card before, for the fault that shows it twice. */
  #lastCplc: string | undefined;
  /** The card that was in last, and how many APDUs it met there. */
  #before: { readonly card: string; readonly apdus: number } | null = null;
  #busy: Promise<unknown> = Promise.resolve();

  constructor(reader: ReaderConnection, folder: CardFolder, kind: CardKind, side: ReaderSide) {
    this.#reader = reader;
    this.#folder = folder;
    this.#kind = kind;
    this.#side = side;
    this.#blank = kind.blank ?? 'ready';
  }

  /** Closes the contacts on a card; resolves when the reader has it. Rejects, with the card kept in place, when no reader takes it in time. */
  close(cardId: string): Promise<void> {
    return this.#inTurn(async () => {
      const faults = this.#faults.takeFor(cardId);
      const other = faults.find((each) => each.kind === 'other-make');
      const state = this.#chipOf(cardId, other);
      if (faults.some(({ kind }) => kind === 'same-chip') && this.#lastCplc !== undefined) state.cplc = this.#lastCplc;
      this.#folder.save(cardId, state);
      this.#lastCplc = state.cplc;
      const card = new InsertedCard(cardId, state, this.#folder, faults, this.#side);
      this.#card = card;
      await this.#reader.insert(card);
    });
  }

  /** Opens the contacts; resolves when the reader has lost the card. */
  open(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#card !== undefined) this.#before = { card: this.#card.id, apdus: this.#card.apdus };
      this.#card = undefined;
      await this.#reader.remove();
    });
  }

  /** Answers the printer. */
  async contacts(request: JsonObject): Promise<JsonObject> {
    const { contacts, card } = request;
    if (contacts === 'closed') {
      if (!isCardId(card)) throw new Error('"card" must be a card id of letters, digits, dot, dash');
      await this.close(card);
    } else if (contacts === 'open') await this.open();
    else throw new Error('"contacts" must be "closed" or "open"');
    return { ok: true };
  }

  /** Answers a test: faults, clear, kind of blanks, inspect, and insert or remove without a printer. */
  async control(request: JsonObject): Promise<JsonObject> {
    if ('fault' in request) {
      this.#faults.arm(parseFault(request));
      return { ok: true };
    }
    if (request['clear'] === true) {
      this.#faults.clear();
      return { ok: true };
    }
    if ('blank' in request) {
      if (!isBlankKind(request['blank'])) throw new Error(`"blank" must be one of ${blankKinds.join(', ')}`);
      this.#blank = request['blank'];
      return { ok: true };
    }
    if (request['inspect'] === true) return this.#inspection(request['card']);
    if (isCardId(request['insert'])) {
      await this.close(request['insert']);
      return { ok: true };
    }
    if (request['remove'] === true) {
      await this.open();
      return { ok: true };
    }
    throw new Error('known requests are fault, clear, blank, inspect, insert, remove');
  }

  #inspection(only: unknown): JsonObject {
    const ids = this.#folder.ids.filter((id) => only === undefined || id === only);
    return {
      inserted: this.#card === undefined ? null : { card: this.#card.id, apdus: this.#card.apdus },
      before: this.#before,
      faults: this.#faults.waiting.map(({ fault, reach }) => ({ ...fault, once: reach === 'once' })),
      cards: Object.fromEntries(ids.map((id) => [id, shownChip(this.#chipOf(id))])),
    };
  }

  #chipOf(cardId: string, other?: OtherMake): ChipState {
    const { keyVersion, factory, cardLifeCycle, applicationAid } = this.#kind;
    return (
      this.#folder.load(cardId) ??
      newChip({
        ...this.#kind,
        blank: this.#blank,
        cardId,
        keyVersion: other?.keyVersion ?? keyVersion,
        ...(factory === undefined
          ? {}
          : { factory: { ...factory, keyVersion: other?.keyVersion ?? factory.keyVersion } }),
        cardLifeCycle: other?.cardLifeCycle ?? cardLifeCycle,
        applicationAid: other?.applicationAid ?? applicationAid,
      })
    );
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = this.#busy.then(act);
    this.#busy = result.catch(() => undefined);
    return result;
  }
}
