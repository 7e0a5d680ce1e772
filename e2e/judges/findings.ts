/** What a judge objects to: at which step, against which clause, in words. */
export interface Finding {
  readonly step: string;
  readonly clause: string;
  readonly text: string;
}

/** Ends a judgement that cannot go on: what was found until then stands. */
export class JudgementEnded extends Error {}

/** Collects what a judge objects to. */
export class Findings {
  readonly list: Finding[] = [];

  add(step: string, clause: string, text: string): void {
    this.list.push({ step, clause, text });
  }

  /** Adds a finding where the condition does not hold. */
  expect(holds: boolean, step: string, clause: string, text: string): void {
    if (!holds) this.add(step, clause, text);
  }

  /** Adds a finding and ends the judgement. */
  end(step: string, clause: string, text: string): never {
    this.add(step, clause, text);
    throw new JudgementEnded(text);
  }
}
