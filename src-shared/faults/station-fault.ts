/** Whether the same act may be tried again without harm, by whom, or never. */
export type RetrySafety = 'retry' | 'retry-after-mending' | 'ask-operator' | 'never';

/** What the catalogue knows of one fault: when a retry is safe and which sentence the person reads. */
export interface FaultDescription {
  readonly retry: RetrySafety;
  /** What happened, in plain words; `{name}` is replaced from the details. */
  readonly text: string;
  /** What to do now, in plain words; `{name}` is replaced from the details. */
  readonly next: string;
}

/** Values that a fault carries for its message; never a secret, never a full PAN, never a name on a card. */
export type FaultDetails = Readonly<Record<string, string | number | boolean | null>>;

/** A fault with a code of the catalogue. Nobody reads `message`: screens and policies read `code` and `details`. */
export class StationFault extends Error {
  readonly code: string;
  readonly details: FaultDetails;

  constructor(code: string, details: FaultDetails = {}, cause?: unknown) {
    super(`${code} ${JSON.stringify(details)}`, cause === undefined ? undefined : { cause });
    this.name = 'StationFault';
    this.code = code;
    this.details = details;
  }
}

/** Says whether a thrown value is a fault of the given code. */
export function isFault(thrown: unknown, code: string): thrown is StationFault {
  return thrown instanceof StationFault && thrown.code === code;
}
