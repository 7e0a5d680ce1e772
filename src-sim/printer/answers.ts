/**
 * Every answer of the virtual printer that is not a value.
 *
 * The public documents name few failure texts (facts A.1, A.4, A.10): those are marked with their source. The others are OURS:
 * short, beginning with ERR as libevolis expects of a failure, and one for each error bit of the vendor's public header.
 */
export const answers = {
  /** KIOSK, EVSDK: success. */
  ok: 'OK',
  /** RUBY: unknown command. */
  unknownCommand: 'ERROR CDE',
  /** OURS, after the form of `ERROR CDE`: a parameter that the command does not take. */
  badParameters: 'ERROR PARAMETERS',
  /** KIOSK: the ribbon's tag cannot be read (no ribbon, or one that is not known). */
  ribbonTag: 'ERR RIB DETECTION',
  /** RevE: the cleaning counter has run out. */
  needCleaning: 'ERR NEED CLEANING',
  /** OURS: no card could be taken from the feeder. */
  feeder: 'ERR FEEDER',
  /** OURS. */
  coverOpen: 'ERR COVER OPEN',
  /** OURS: a jam; it stands until a person clears it. */
  mechanical: 'ERR MECHANICAL',
  /** OURS: no ribbon, a ribbon other than the code set by `Pr`, or one without the panel. */
  ribbon: 'ERR RIBBON',
  /** OURS. */
  ribbonEnded: 'ERR RIBBON ENDED',
  /** OURS. */
  hopperFull: 'ERR HOPPER FULL',
  /** OURS. */
  rejectFull: 'ERR REJECT FULL',
  /** OURS: the act needs a card and there is none inside. */
  noCard: 'ERR NO CARD',
  /** OURS: a second card cannot be fed while one is inside. */
  cardInside: 'ERR CARD INSIDE',
  /** OURS: the track holds no flux at all. */
  magneticBlank: 'ERR MAG BLANK',
  /** OURS: `Dm` with characters, length or sentinels that the track does not take; `Smw` with nothing loaded. */
  magneticData: 'ERR MAG DATA',
  /** OURS: parity or framing. */
  magneticRead: 'ERR MAG READ',
  /** OURS. */
  magneticChecksum: 'ERR MAG CHECKSUM',
  /** OURS: the card bears no stripe. */
  magneticWrite: 'ERR MAG WRITE',
} as const;

export type Answer = (typeof answers)[keyof typeof answers];

/** Answers that a person at the printer can put right; with `Pem;0` and `Pem;16` the printer waits for that person. */
const waitsForPerson: ReadonlySet<Answer> = new Set([
  answers.feeder,
  answers.coverOpen,
  answers.mechanical,
  answers.ribbon,
  answers.ribbonEnded,
  answers.hopperFull,
  answers.rejectFull,
]);

/** A command that cannot be carried out; the printer answers with `answer`. */
export class PrinterRefusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(answer);
    this.answer = answer;
  }

  get waitsForPerson(): boolean {
    return waitsForPerson.has(this.answer);
  }
}

/** The power went while an act was under way: there is no answer. */
export class PowerLost extends Error {}
