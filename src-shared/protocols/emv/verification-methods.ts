import { concatBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';

/** One rule of a CVM list: how the cardholder is verified, when, and what follows where it does not succeed. EMV 4.3 Book 3 Annex C3. */
export interface VerificationRule {
  /** CVM code, six bits. */
  readonly method: number;
  /** CVM condition code, one byte. */
  readonly condition: number;
  readonly failing: 'fail' | 'next-rule';
}

/** The list: two amounts in the application's currency, without decimal point, and rules in the order in which they are tried. §10.5. */
export interface VerificationMethods {
  readonly amountX: number;
  readonly amountY: number;
  readonly rules: readonly VerificationRule[];
}

const methods: Readonly<Record<number, string>> = {
  0x00: 'fail CVM processing',
  0x01: 'plaintext PIN checked by the card',
  0x02: 'enciphered PIN checked online',
  0x03: 'plaintext PIN checked by the card, and signature',
  0x04: 'enciphered PIN checked by the card',
  0x05: 'enciphered PIN checked by the card, and signature',
  0x1e: 'signature',
  0x1f: 'no CVM required',
};

const conditions: Readonly<Record<number, string>> = {
  0x00: 'always',
  0x01: 'if unattended cash',
  0x02: 'if not unattended cash, not manual cash and not purchase with cashback',
  0x03: 'if the terminal supports it',
  0x04: 'if manual cash',
  0x05: 'if purchase with cashback',
  0x06: 'if under X in the application currency',
  0x07: 'if over X in the application currency',
  0x08: 'if under Y in the application currency',
  0x09: 'if over Y in the application currency',
};

function refuse(reason: string): never {
  throw new StationFault('EMV-VALUE-FORM', { what: 'CVM list', reason });
}

/** A method that EMV itself names; 06 to 1D are reserved, 20 to 2F belong to payment systems, 30 to 3E to issuers, 3F is not to be used. */
function isReserved(method: number): boolean {
  return method === 0x3f || (method < 0x20 && !Object.hasOwn(methods, method));
}

/**
 * Reads a CVM list of 10 to 252 bytes: two amounts of 4 bytes, at least one rule of 2 bytes. EMV-VALUE-FORM on half a rule, a method or
 * condition that is reserved, or bit 8 of a rule. EMV 4.3 Book 3 §10.5, Annex C3.
 */
export function parseVerificationMethods(bytes: Uint8Array): VerificationMethods {
  if (bytes.length < 10 || bytes.length > 252) return refuse('not 10 to 252 bytes');
  if (bytes.length % 2 !== 0) return refuse('it has half a rule');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const rules: VerificationRule[] = [];
  for (let at = 8; at < bytes.length; at += 2) {
    const [code = 0, condition = 0] = bytes.subarray(at, at + 2);
    const method = code & 0x3f;
    if ((code & 0x80) !== 0 || isReserved(method)) return refuse(`rule ${rules.length + 1} has a reserved method`);
    if (condition > 0x09 && condition < 0x80) return refuse(`rule ${rules.length + 1} has a reserved condition`);
    rules.push({ method, condition, failing: (code & 0x40) === 0 ? 'fail' : 'next-rule' });
  }
  return { amountX: view.getUint32(0), amountY: view.getUint32(4), rules };
}

/** Writes a CVM list. EMV-VALUE-FORM when it could not be read back. */
export function encodeVerificationMethods({ amountX, amountY, rules }: VerificationMethods): Uint8Array<ArrayBuffer> {
  const amounts = new DataView(new ArrayBuffer(8));
  amounts.setUint32(0, amountX);
  amounts.setUint32(4, amountY);
  if (amounts.getUint32(0) !== amountX || amounts.getUint32(4) !== amountY) return refuse('an amount is not 4 bytes');
  const body = rules.flatMap(({ method, condition, failing }) => [
    method | (failing === 'fail' ? 0x00 : 0x40),
    condition,
  ]);
  if (body.some((byte) => !Number.isInteger(byte) || byte < 0 || byte > 255)) return refuse('a rule is not 2 bytes');
  const list = concatBytes(new Uint8Array(amounts.buffer), Uint8Array.from(body));
  parseVerificationMethods(list);
  return list;
}

function methodName(method: number): string {
  const owner = method >= 0x30 ? 'issuer' : 'payment system';
  return methods[method] ?? `method ${method.toString(16).toUpperCase().padStart(2, '0')} of the ${owner}`;
}

function conditionName(condition: number): string {
  return conditions[condition] ?? `on condition ${condition.toString(16).toUpperCase()} of the payment system`;
}

/** Says a list in words: amounts where a rule speaks of them, then one sentence a rule. */
export function describeVerificationMethods({ amountX, amountY, rules }: VerificationMethods): string[] {
  const speaksOf = (...codes: readonly number[]): boolean => rules.some(({ condition }) => codes.includes(condition));
  return [
    ...(speaksOf(6, 7) || amountX !== 0 ? [`X is ${amountX}`] : []),
    ...(speaksOf(8, 9) || amountY !== 0 ? [`Y is ${amountY}`] : []),
    ...rules.map(({ method, condition, failing }) => {
      const then = failing === 'fail' ? 'else verification fails' : 'else the next rule';
      return `${methodName(method)}, ${conditionName(condition)}, ${then}`;
    }),
  ];
}
