import type { ExerciseStepView } from '#shared/contract/views/exercise-view.ts';
import type { BatchId, Environment, OrderId } from '#shared/domain/identifiers.ts';
import { productKey } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { JournalActor } from '#shared/journal-format/entry.ts';
import type { CardLink } from '../devices/encoder/port.ts';
import type { JournalPort } from '../journal/port.ts';
import { systemRandomness } from '../platform/randomness.ts';
import type { PreparationPort, PreparedCard } from '../preparation/port.ts';
import { exerciseTestCard, requireTestCard } from '../verification/exercise/exercise-test-card.ts';
import { runDialogue } from './dialogue-runner.ts';
import type { PairingService } from './pairing-service.ts';

/** Which line exercises a card of which order. */
export interface CardExercise {
  readonly line: string;
  readonly batch: BatchId;
  readonly order: OrderId;
}

/** Milliseconds: preparing a card, and one exchange with it. */
const patience = { prepare: 60_000, exchange: 15_000 } as const;

/**
 * Makes a test card of an order, tries on it what is never tried on a customer's, and has it rejected: the test card of a pairing, made before it leaves.
 * The order itself is not touched by it: no attempt is begun, and its card is made as before.
 */
export class CardExerciseService {
  readonly #of: {
    readonly environment: Environment;
    readonly preparation: PreparationPort;
    readonly pairing: Pick<PairingService, 'prove'>;
    readonly journal: JournalPort;
  };

  constructor(of: {
    readonly environment: Environment;
    readonly preparation: PreparationPort;
    readonly pairing: Pick<PairingService, 'prove'>;
    readonly journal: JournalPort;
  }) {
    this.#of = of;
  }

  /**
   * Feeds one blank of the line, makes it, exercises it, rejects it. Effects: those of `PairingService.prove`, and `card.exercised`.
   *
   * CARD-EXERCISE anywhere but in the test environment, PRODUCTION-PREFLIGHT where the blank is not the product's; the faults of the pairing, the
   * preparation, the key port and the card.
   */
  async exercise({ line, batch, order }: CardExercise, actor: JournalActor): Promise<readonly ExerciseStepView[]> {
    const { environment, preparation, pairing, journal } = this.#of;
    if (environment !== 'test') throw new StationFault('CARD-EXERCISE', { reason: 'this station makes live cards' });
    const card = await preparation.prepare({ batch, order }, AbortSignal.timeout(patience.prepare));
    try {
      // Before a blank is taken for it.
      requireTestCard(card);
      let steps: readonly ExerciseStepView[] = [];
      await pairing.prove(line, actor, async (link, signal) => {
        await this.#make(card, link, signal);
        steps = await this.#run(exerciseTestCard(card), card, link, signal);
      });
      journal.append({
        kind: 'card.exercised',
        actor,
        issuer: card.product.issuer,
        subjects: { line, batch, order },
        payload: { product: productKey(card.product), steps: [...steps] },
      });
      return steps;
    } finally {
      card.dispose();
    }
  }

  async #make(card: PreparedCard, link: CardLink, signal: AbortSignal): Promise<void> {
    const { preparation } = this.#of;
    const { findings } = await this.#run(preparation.preflight(card.product, link), card, link, signal);
    const [first] = findings;
    if (first !== undefined) {
      const { item, text } = first;
      throw new StationFault('PRODUCTION-PREFLIGHT', { item, text, findings: findings.length });
    }
    await this.#run(preparation.personalise(card), card, link, signal);
  }

  #run<Result>(
    dialogue: Parameters<typeof runDialogue<Result>>[0],
    card: PreparedCard,
    link: CardLink,
    signal: AbortSignal,
  ): Promise<Result> {
    const { chip } = card.product;
    return runDialogue(dialogue, {
      link,
      keys: this.#of.preparation.channelKeys,
      randomness: systemRandomness,
      resolve: (reference) => card.resolve(reference),
      // Nothing of a test card is settled after a stop: it is rejected, whatever became of it.
      mark: () => Promise.resolve(),
      exchangeDeadline: patience.exchange,
      deadlines: chip.kind === 'none' ? undefined : chip.deadlines,
      signal,
    });
  }
}
