import type { CutLine } from './cut-machines.ts';
import type { CutStation, LineQuestion, StationState } from './cut-station.ts';

/** More than so many questions of one station are no recovery. */
const mostQuestions = 12;

/** A person at the lines who looks into the machine before answering, and does what the answer says. */
export class HonestOperator {
  readonly #lines: readonly CutLine[];
  /** What was asked, in order, and what was answered. */
  readonly answered: { readonly question: LineQuestion; readonly choice: string }[] = [];
  /** Cards taken out of a hopper, because the station could not say that they are good. */
  takenFromHopper = 0;

  constructor(lines: readonly CutLine[]) {
    this.#lines = lines;
  }

  /** Answers until no line asks and the state is as wanted; null when the station has ended before. */
  async serve(
    station: CutStation,
    what: string,
    wanted: (state: StationState) => boolean,
  ): Promise<StationState | null> {
    for (let asked = 0; ; asked += 1) {
      const state = await station.until(what, () => {
        const now = station.state;
        if (now === null) return undefined;
        return wanted(now) || now.lines.some((line) => line.state === 'asking') ? now : undefined;
      });
      if (state === null) return null;
      const question = questions(state)[0];
      if (question === undefined) return state;
      if (asked >= mostQuestions) throw new Error(`asked too often: ${JSON.stringify(this.answered)}`);
      await this.#answer(station, question);
    }
  }

  async #answer(station: CutStation, question: LineQuestion): Promise<void> {
    const choice = await this.#choiceFor(question);
    this.answered.push({ question, choice });
    const before = station.state;
    station.ask({ answer: { line: question.line, choice } });
    await station.until(`an end to ${question.asks}`, () => (station.state === before ? undefined : 'changed'));
  }

  async #choiceFor({ line, choices, asks }: LineQuestion): Promise<string> {
    if (choices.includes('continue')) return 'continue';
    const machine = this.#lines.find((each) => each.line === line);
    if (machine === undefined) throw new Error(`${line} asks and is not there`);
    const { inside } = await machine.inspect();
    const before = this.answered.filter(({ question }) => question.line === line && question.asks === asks).length;
    if (inside !== null && choices.includes('retry') && before === 0) return 'retry';
    if (choices.includes('card-removed')) {
      if (inside !== null) await machine.toPrinter({ takeCard: true });
      else this.takenFromHopper += 1;
      return 'card-removed';
    }
    return choices.includes('retry') ? 'retry' : (choices[0] ?? 'retry');
  }
}

/** The lines that ask a person. */
export function questions(state: StationState): readonly LineQuestion[] {
  return state.lines.flatMap(({ line, asks, choices, next }) =>
    asks === undefined || choices === undefined || next === undefined ? [] : [{ line, asks, choices, next }],
  );
}
