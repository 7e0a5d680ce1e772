import type { TraceLine } from '#shared/protocols/trace/trace-line.ts';

/** How many cards are remembered, and how many exchanges of one: a card that asks without an end fills no memory. */
const mostCards = 24;
const mostExchanges = 5000;

/**
 * What was said to the chips of the last cards, with secrets and personal data withheld (`recordLink`). In memory only: it explains a card
 * that has just failed, and goes with the station; what must last is in the journal.
 */
export class CardTraces {
  readonly #cards = new Map<string, TraceLine[]>();

  /** Takes the exchanges of one attempt; the oldest attempt is forgotten. */
  begin(attempt: string): (line: TraceLine) => void {
    const lines: TraceLine[] = [];
    this.#cards.set(attempt, lines);
    for (const oldest of this.#cards.keys()) {
      if (this.#cards.size <= mostCards) break;
      this.#cards.delete(oldest);
    }
    return (line) => {
      if (lines.length < mostExchanges) lines.push(line);
    };
  }

  /** The exchanges of an attempt in order; null when it is not remembered. */
  of(attempt: string): readonly TraceLine[] | null {
    return this.#cards.get(attempt) ?? null;
  }
}
