/** Places where a card can stick. */
export const places = ['feed', 'contact', 'stripe', 'print', 'flip', 'eject'] as const;
export type Place = (typeof places)[number];

interface FaultKind {
  /** Whether it is over after it happened once, unless the message says otherwise. */
  readonly once: boolean;
  readonly keys: readonly string[];
  readonly explains: string;
}

const answerKeys = ['on', 'skip', 'acts'] as const;

/** The faults that can be ordered over the control connection, with the keys each takes besides `once`. */
export const faultKinds = {
  'ribbon-out': { once: false, keys: [], explains: 'the ribbon has ended: printing answers ERR RIBBON ENDED' },
  'wrong-ribbon': { once: false, keys: [], explains: 'a ribbon whose tag is unknown: ERR RIB DETECTION, ERR RIBBON' },
  jam: {
    once: false,
    keys: ['at', 'skip'],
    explains:
      'the card sticks at "at": feed|contact|stripe|print|flip|eject; ERR MECHANICAL until cleared ("once": it slips free)',
  },
  'feeder-empty': { once: false, keys: [], explains: 'no card comes out of the feeder: ERR FEEDER' },
  'cover-open': { once: false, keys: [], explains: 'every movement answers ERR COVER OPEN' },
  'reject-full': { once: false, keys: [], explains: 'Ser answers ERR REJECT FULL, the card stays inside' },
  'hopper-full': { once: false, keys: [], explains: 'Se prints, then answers ERR HOPPER FULL, the card stays inside' },
  'cleaning-due': { once: false, keys: [], explains: 'Rlr;r answers ERR NEED CLEANING' },
  'link-lost': {
    once: true,
    keys: ['atByte', 'atCommand', 'when', 'ms'],
    explains:
      'the link drops at the n-th byte or command from now ("when":"before"|"after" it is carried out), for "ms" (TCP 0, serial 1000)',
  },
  silent: { once: true, keys: answerKeys, explains: 'no answer ("acts":false: nor is the command carried out)' },
  late: { once: true, keys: [...answerKeys, 'ms'], explains: 'the answer comes "ms" (1000) late' },
  doubled: { once: true, keys: answerKeys, explains: 'the answer is sent twice' },
  cut: { once: true, keys: answerKeys, explains: 'half the answer, without its NUL' },
  garbage: { once: true, keys: answerKeys, explains: 'bytes that are no text in place of the answer' },
  'other-model': {
    once: false,
    keys: ['atCommand'],
    explains:
      'from the n-th command on, another printer (other model, other serial, blanks of its own) hears and answers on this line until cleared',
  },
  'stripe-misread': {
    once: true,
    keys: ['track', 'as', 'skip'],
    explains: 'Smr of "track" fails ("as":"error", ERR MAG READ) or gives one wrong character ("as":"wrong")',
  },
  'stripe-write-weak': {
    once: true,
    keys: ['track', 'skip'],
    explains: 'Smw answers OK but the flux (of "track", or all) is damaged',
  },
} as const satisfies Record<string, FaultKind>;

export type FaultName = keyof typeof faultKinds;

/** One ordered fault. `skip` counts down the occasions that still pass unharmed. */
export interface OrderedFault {
  readonly fault: FaultName;
  readonly once: boolean;
  skip: number;
  readonly at?: Place;
  readonly on?: string;
  readonly acts?: boolean;
  readonly ms?: number;
  readonly track?: number;
  readonly as?: 'error' | 'wrong';
  readonly when?: 'before' | 'after';
  atByte?: number;
  atCommand?: number;
}

const checks: Readonly<Record<string, (value: unknown) => boolean>> = {
  fault: isText,
  once: isFlag,
  acts: isFlag,
  on: isText,
  skip: isCount,
  ms: isCount,
  atByte: (value) => isCount(value) && value !== 0,
  atCommand: (value) => isCount(value) && value !== 0,
  at: (value) => places.some((place) => place === value),
  track: (value) => value === 1 || value === 2 || value === 3,
  as: (value) => value === 'error' || value === 'wrong',
  when: (value) => value === 'before' || value === 'after',
};

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Reads one fault order; throws an Error in plain words on a name, key or value that is not taken. */
export function parseFault(message: Readonly<Record<string, unknown>>): OrderedFault {
  const name = message['fault'];
  if (typeof name !== 'string' || !Object.hasOwn(faultKinds, name)) throw new Error(`unknown fault ${String(name)}`);
  const kind: FaultKind = faultKinds[name as FaultName];
  for (const [key, value] of Object.entries(message)) {
    if (key !== 'fault' && key !== 'once' && !kind.keys.includes(key)) throw new Error(`${name} does not take ${key}`);
    if (checks[key]?.(value) !== true) throw new Error(`${key} has no such value: ${JSON.stringify(value)}`);
  }
  if (name === 'jam' && message['at'] === undefined) throw new Error('a jam needs "at"');
  if (name === 'link-lost' && (message['atByte'] === undefined) === (message['atCommand'] === undefined))
    throw new Error('link-lost needs one of "atByte" and "atCommand"');
  return { once: kind.once, skip: 0, ...message } as unknown as OrderedFault;
}

/** The faults in force. */
export class FaultBook {
  #faults: OrderedFault[] = [];

  add(fault: OrderedFault): void {
    this.#faults.push(fault);
  }

  /** Ends every fault, or every fault of one name. */
  clear(name?: string): void {
    this.#faults = name === undefined ? [] : this.#faults.filter((fault) => fault.fault !== name);
  }

  list(): readonly OrderedFault[] {
    return this.#faults.map((fault) => ({ ...fault }));
  }

  /** Whether a fault of this name stands; it is not used up. */
  stands(name: FaultName): boolean {
    return this.#faults.some((fault) => fault.fault === name);
  }

  /** Whether a fault that begins at the n-th command has begun. */
  hasBegun(name: FaultName): boolean {
    return this.#faults.some((fault) => fault.fault === name && (fault.atCommand ?? 1) <= 1);
  }

  /** Meets a fault that applies: counts its skips, ends it where it happens once, and hands it out. */
  meet(name: FaultName, applies: (fault: OrderedFault) => boolean = () => true): OrderedFault | undefined {
    const found = this.#faults.find((fault) => fault.fault === name && applies(fault));
    if (found === undefined) return undefined;
    if (found.skip > 0) {
      found.skip -= 1;
      return undefined;
    }
    if (found.once) this.remove(found);
    return found;
  }

  /** Counts bytes or commands against links that are to be lost. */
  count(key: 'atByte' | 'atCommand', units: number): void {
    for (const fault of this.#faults) {
      const left = fault[key];
      if (left !== undefined) fault[key] = Math.max(1, left - units);
    }
  }

  /** Ends one fault. */
  remove(fault: OrderedFault): void {
    this.#faults = this.#faults.filter((other) => other !== fault);
  }
}
