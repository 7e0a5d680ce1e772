import type { JsonObject } from '../control/json-lines-server.ts';

/** A way to fail on command. `n` counts the APDUs of one insertion from 1. */
export type CardFault =
  | { readonly kind: 'mute' }
  | { readonly kind: 'pull-at-apdu'; readonly n: number; readonly executed: 'yes' | 'no' }
  | { readonly kind: 'wrong-keys' }
  | { readonly kind: 'status-at-apdu'; readonly n: number; readonly sw: number }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'never-answers'; readonly n: number }
  | { readonly kind: 'garbage-at-apdu'; readonly n: number }
  | { readonly kind: 'truncated-at-apdu'; readonly n: number }
  | { readonly kind: 'altered-at-apdu'; readonly n: number; readonly byte: number }
  | { readonly kind: 'without-mac-at-apdu'; readonly n: number; readonly bytes: number }
  | { readonly kind: 'over-long-at-apdu'; readonly n: number }
  | { readonly kind: 'wrong-tlv-at-apdu'; readonly n: number; readonly form: TlvForm }
  | { readonly kind: 'wrong-read'; readonly tag: number }
  | { readonly kind: 'same-chip' }
  | ({ readonly kind: 'other-make' } & OtherMake);

/** How the TLV of an answer is spoilt. */
export type TlvForm = (typeof tlvForms)[number];

const tlvForms = ['indefinite', 'over-long', 'beyond', 'nested'] as const;

/** In what a blank of another product differs; a card that was made already keeps what it is. */
export interface OtherMake {
  readonly keyVersion: number | undefined;
  readonly cardLifeCycle: number | undefined;
  readonly applicationAid: string | undefined;
}

/** A fault with its reach: the next card only, or every card until cleared; perhaps one card id only. */
export interface ArmedFault {
  readonly fault: CardFault;
  readonly reach: 'once' | 'until-cleared';
  readonly card: string | undefined;
}

/** What `--help` says about each fault. */
export const faultWords: Readonly<Record<CardFault['kind'], string>> = {
  mute: '{"fault":"mute"}  no answer to reset: the reader never sees the card',
  'pull-at-apdu':
    '{"fault":"pull-at-apdu","n":7,"executed":false}  the card leaves in the middle of APDU n, before or after performing it',
  'wrong-keys': '{"fault":"wrong-keys"}  the chip holds other keys than its product',
  'status-at-apdu':
    '{"fault":"status-at-apdu","n":5,"sw":"6F00"}  APDU n is not performed and answered by this status word',
  slow: '{"fault":"slow","ms":500}  every APDU takes this much longer',
  'never-answers': '{"fault":"never-answers","n":3}  APDU n is performed and never answered',
  'garbage-at-apdu': '{"fault":"garbage-at-apdu","n":3}  APDU n is performed and answered by random bytes',
  'truncated-at-apdu':
    '{"fault":"truncated-at-apdu","n":3}  APDU n is performed, its answer keeps the status word and loses half of its data',
  'altered-at-apdu':
    '{"fault":"altered-at-apdu","n":3,"byte":-8}  byte 0, 1, ... of the answer, or -1, -2, ... from its end, comes altered: -8 is the first of a MAC',
  'without-mac-at-apdu':
    '{"fault":"without-mac-at-apdu","n":3,"bytes":8}  the last bytes before the status word, those of the MAC, are missing',
  'over-long-at-apdu': '{"fault":"over-long-at-apdu","n":3}  the answer is followed by 300 bytes more',
  'wrong-tlv-at-apdu':
    '{"fault":"wrong-tlv-at-apdu","n":3,"form":"indefinite"}  the length of the first object is indefinite, over-long (six bytes), beyond the data, or the object nested 60 deep',
  'wrong-read': '{"fault":"wrong-read","tag":"5A"}  a stored value comes back altered when it is read',
  'same-chip': '{"fault":"same-chip"}  the card presents the chip serial of the card before it',
  'other-make':
    '{"fault":"other-make","keyVersion":"31","lifeCycle":"7F","applet":"F0..."}  a new card is made otherwise, in what is named',
};

const makeWords = ['keyVersion', 'lifeCycle', 'applet'];

/** Reads `{"fault": ...}` of a control request; throws with plain words on anything else. */
export function parseFault(request: JsonObject): ArmedFault {
  const known = new Set([
    'fault',
    'n',
    'sw',
    'ms',
    'tag',
    'executed',
    'byte',
    'bytes',
    'form',
    'once',
    'card',
    ...makeWords,
  ]);
  for (const key of Object.keys(request)) if (!known.has(key)) throw new Error(`unknown word "${key}"`);
  const { once = true, card } = request;
  if (typeof once !== 'boolean') throw new Error('"once" must be true or false');
  if (card !== undefined && typeof card !== 'string') throw new Error('"card" must be a card id');
  return { fault: parseKind(request), reach: once ? 'once' : 'until-cleared', card };
}

function parseKind(request: JsonObject): CardFault {
  const kind = request['fault'];
  switch (kind) {
    case 'mute':
    case 'wrong-keys':
    case 'same-chip':
      return { kind };
    case 'pull-at-apdu':
      return { kind, n: positive(request, 'n'), executed: request['executed'] === true ? 'yes' : 'no' };
    case 'never-answers':
    case 'garbage-at-apdu':
    case 'truncated-at-apdu':
    case 'over-long-at-apdu':
      return { kind, n: positive(request, 'n') };
    case 'altered-at-apdu':
      return { kind, n: positive(request, 'n'), byte: place(request) };
    case 'without-mac-at-apdu':
      return {
        kind,
        n: positive(request, 'n'),
        bytes: request['bytes'] === undefined ? 8 : positive(request, 'bytes'),
      };
    case 'wrong-tlv-at-apdu': {
      const form = tlvForms.find((each) => each === request['form']);
      if (form === undefined) throw new Error(`"form" must be one of ${tlvForms.join(', ')}`);
      return { kind, n: positive(request, 'n'), form };
    }
    case 'status-at-apdu':
      return { kind, n: positive(request, 'n'), sw: hexadecimal(request, 'sw', /^[69][0-9a-fA-F]{3}$/) };
    case 'slow':
      return { kind, ms: positive(request, 'ms') };
    case 'wrong-read':
      return { kind, tag: hexadecimal(request, 'tag', /^([0-9a-fA-F]{2}){1,3}$/) };
    case 'other-make': {
      const byte = (name: string): number | undefined =>
        request[name] === undefined ? undefined : hexadecimal(request, name, /^[0-9a-fA-F]{2}$/);
      const { applet } = request;
      if (applet !== undefined && (typeof applet !== 'string' || !/^([0-9a-fA-F]{2}){5,16}$/.test(applet))) {
        throw new Error('"applet" must be an AID in hexadecimal digits');
      }
      return {
        kind,
        keyVersion: byte('keyVersion'),
        cardLifeCycle: byte('lifeCycle'),
        applicationAid: applet?.toLowerCase(),
      };
    }
    default:
      throw new Error(`unknown fault; known are ${Object.keys(faultWords).join(', ')}`);
  }
}

function positive(request: JsonObject, name: string): number {
  const value = request[name];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 3_600_000) {
    throw new Error(`"${name}" must be a whole number from 1`);
  }
  return value;
}

function place(request: JsonObject): number {
  const { byte } = request;
  if (typeof byte !== 'number' || !Number.isInteger(byte) || Math.abs(byte) > 65_535) {
    throw new Error('"byte" must be a whole number, below 0 from the end');
  }
  return byte;
}

function hexadecimal(request: JsonObject, name: string, form: RegExp): number {
  const value = request[name];
  if (typeof value !== 'string' || !form.test(value)) throw new Error(`"${name}" must be hexadecimal digits`);
  return Number.parseInt(value, 16);
}

/** The faults that wait for cards. */
export class FaultStore {
  #armed: readonly ArmedFault[] = [];

  arm(fault: ArmedFault): void {
    this.#armed = [...this.#armed, fault];
  }

  clear(): void {
    this.#armed = [];
  }

  get waiting(): readonly ArmedFault[] {
    return this.#armed;
  }

  /** Takes what concerns a card that is being inserted; faults of one card only are used up by it. */
  takeFor(card: string): readonly CardFault[] {
    const concerns = (each: ArmedFault): boolean => each.card === undefined || each.card === card;
    const taken = this.#armed.filter(concerns);
    this.#armed = this.#armed.filter((each) => !concerns(each) || each.reach === 'until-cleared');
    return taken.map(({ fault }) => fault);
  }
}
