/** One thing that was tried on a test card, and whether the card did what the clause says. */
export interface ExerciseStep {
  readonly name: string;
  readonly clause: string;
  readonly outcome: 'right' | 'wrong';
  /** What the card did, in words; no PIN, no cryptogram, no account. */
  readonly text: string;
}

/** Keeps the steps of one exercise in their order. */
export class ExerciseSteps {
  readonly #steps: ExerciseStep[] = [];

  note(name: string, clause: string, right: boolean, text: string): void {
    this.#steps.push({ name, clause, outcome: right ? 'right' : 'wrong', text });
  }

  get all(): readonly ExerciseStep[] {
    return this.#steps;
  }
}
