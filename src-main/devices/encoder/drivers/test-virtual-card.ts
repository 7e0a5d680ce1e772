import { startCard, type StartedCard } from '../../../../src-sim/card/started-card.ts';
import type { CardTrouble, ReaderUnderTest } from '../conformance.ts';
import type { CardReader } from '../port.ts';

function order(trouble: CardTrouble): Readonly<Record<string, unknown>> {
  switch (trouble.kind) {
    case 'mute':
      return { fault: 'mute' };
    case 'pulled':
      return { fault: 'pull-at-apdu', n: trouble.apdu };
    case 'never-answers':
      return { fault: 'never-answers', n: trouble.apdu };
    case 'slow':
      return { fault: 'slow', ms: trouble.milliseconds };
  }
}

/** The virtual card as a process of its own, with a driver on its reader. */
export class VirtualCardUnderTest implements ReaderUnderTest {
  readonly reader: CardReader;
  readonly card: StartedCard;
  readonly #prefix: string;
  #cards = 0;

  private constructor(card: StartedCard, reader: CardReader, prefix: string) {
    this.card = card;
    this.reader = reader;
    this.#prefix = prefix;
  }

  /** Starts the program with further options; the reader is made when its address is known. */
  static async start(
    prefix: string,
    reader: (vpcd: string) => CardReader,
    ...words: readonly string[]
  ): Promise<VirtualCardUnderTest> {
    const card = await startCard(...words);
    return new VirtualCardUnderTest(card, reader(card.vpcd), prefix);
  }

  get serial(): string {
    return this.#prefix;
  }

  async insert(trouble?: CardTrouble): Promise<void> {
    if (trouble !== undefined) await this.#asked(this.card.control(order(trouble)));
    this.#cards += 1;
    await this.#asked(this.card.contacts({ contacts: 'closed', card: `${this.#prefix}-${this.#cards}` }));
  }

  async remove(): Promise<void> {
    await this.#asked(this.card.contacts({ contacts: 'open' }));
  }

  /** As it stands at the start of a case: no card in, no fault waiting. */
  async tidy(): Promise<void> {
    await this.#asked(this.card.control({ clear: true }));
    await this.remove();
    await this.reader.waitForRemoval({ deadline: 3000, signal: AbortSignal.timeout(10_000) });
  }

  async stop(): Promise<void> {
    await this.reader.close();
    await this.card.end();
  }

  async #asked(reply: Promise<Readonly<Record<string, unknown>>>): Promise<void> {
    const { error } = await reply;
    if (error !== undefined) throw new Error(JSON.stringify(error));
  }
}
