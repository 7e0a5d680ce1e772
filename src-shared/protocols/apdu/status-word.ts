import type { RetrySafety } from '../../faults/station-fault.ts';

/** The classes of ISO/IEC 7816-4:2013 §5.6, figure 3; `more` is 61xx, `length` 6Cxx. */
export type StatusClass = 'success' | 'more' | 'warning' | 'execution-error' | 'length' | 'checking-error' | 'unknown';

/** What a status word says, and whether the same command may be sent again without harm. */
export interface StatusMeaning {
  readonly class: StatusClass;
  readonly text: string;
  readonly retry: RetrySafety;
}

/** ISO/IEC 7816-4:2013 tables 5 to 7; GlobalPlatform's own readings are from GPC_SPE_034 v2.3.1 §11.1.3 and each command. */
const exact: Readonly<Record<number, readonly [text: string, retry: RetrySafety]>> = {
  0x9000: ['done', 'never'],
  0x6200: ['warning without detail, nothing changed', 'ask-operator'],
  0x6281: ['part of the data may be corrupt', 'ask-operator'],
  0x6282: ['the end of the record was reached early', 'ask-operator'],
  0x6283: ['the application or file is blocked', 'never'],
  0x6284: ['the control information is not in the expected form', 'never'],
  0x6285: ['the application or file is terminated', 'never'],
  0x6300: ['the authentication failed', 'never'],
  0x6310: ['more data is available', 'retry'],
  0x6400: ['execution error, nothing changed', 'ask-operator'],
  0x6500: ['execution error, memory may have changed', 'never'],
  0x6581: ['memory failure', 'never'],
  0x6600: ['security problem', 'never'],
  0x6700: ['wrong length', 'never'],
  0x6881: ['logical channel not supported', 'never'],
  0x6882: ['secure messaging not supported', 'never'],
  0x6883: ['the last command of the chain was expected', 'never'],
  0x6884: ['command chaining not supported', 'never'],
  0x6982: ['the security condition is not met', 'never'],
  0x6983: ['the authentication method is blocked', 'never'],
  0x6984: ['the referenced data is not usable', 'never'],
  0x6985: ['the conditions of use are not met', 'never'],
  0x6986: ['command not allowed here', 'never'],
  0x6987: ['a secure messaging object is missing', 'never'],
  0x6988: ['a secure messaging object is wrong', 'never'],
  0x6999: ['the application could not be selected', 'never'],
  0x6a80: ['the data of the command is wrong', 'never'],
  0x6a81: ['the function is not supported, or the card is locked', 'never'],
  0x6a82: ['file or application not found', 'never'],
  0x6a83: ['record not found', 'never'],
  0x6a84: ['not enough memory', 'never'],
  0x6a85: ['Lc does not fit the data structure', 'never'],
  0x6a86: ['wrong P1 or P2', 'never'],
  0x6a87: ['Lc does not fit P1 and P2', 'never'],
  0x6a88: ['referenced data not found', 'never'],
  0x6a89: ['the file already exists', 'never'],
  0x6b00: ['wrong P1 or P2', 'never'],
  0x6d00: ['command not known', 'never'],
  0x6e00: ['class not supported', 'never'],
  0x6f00: ['error without diagnosis', 'ask-operator'],
  0x9484: ['algorithm not supported', 'never'],
  0x9485: ['wrong key check value', 'never'],
};

const byFirstByte: Readonly<Record<number, readonly [StatusClass, string, RetrySafety]>> = {
  0x61: ['more', 'more of the answer waits to be fetched', 'retry'],
  0x62: ['warning', 'warning, nothing changed', 'ask-operator'],
  0x63: ['warning', 'warning, memory has changed', 'never'],
  0x64: ['execution-error', 'execution error, nothing changed', 'ask-operator'],
  0x65: ['execution-error', 'execution error, memory has changed', 'never'],
  0x66: ['execution-error', 'security problem', 'never'],
  0x67: ['checking-error', 'wrong length', 'never'],
  0x68: ['checking-error', 'function of the class byte not supported', 'never'],
  0x69: ['checking-error', 'command not allowed', 'never'],
  0x6a: ['checking-error', 'wrong parameters', 'never'],
  0x6b: ['checking-error', 'wrong P1 or P2', 'never'],
  0x6c: ['length', 'wrong expected length, the right one is given', 'retry'],
  0x6d: ['checking-error', 'command not known', 'never'],
  0x6e: ['checking-error', 'class not supported', 'never'],
  0x6f: ['checking-error', 'error without diagnosis', 'ask-operator'],
};

/** Writes a status word as four upper-case digits. */
export function formatStatus(statusWord: number): string {
  return statusWord.toString(16).toUpperCase().padStart(4, '0');
}

/** Says what a status word means. ISO/IEC 7816-4:2013 §5.6. */
export function describeStatus(statusWord: number): StatusMeaning {
  const family = byFirstByte[statusWord >> 8];
  const known = exact[statusWord];
  if ((statusWord & 0xfff0) === 0x63c0) {
    return { class: 'warning', text: `the check failed, ${statusWord & 15} tries are left`, retry: 'never' };
  }
  if (known !== undefined) {
    const fallback: StatusClass = statusWord === 0x9000 ? 'success' : 'checking-error';
    return { class: family?.[0] ?? fallback, text: known[0], retry: known[1] };
  }
  if (family !== undefined) return { class: family[0], text: family[1], retry: family[2] };
  return { class: 'unknown', text: 'a status word that no standard names', retry: 'ask-operator' };
}

/** What the transport must still do before an answer is whole. ISO/IEC 7816-3:2006 §10.3.3, §12.2.1. */
export type Continuation =
  | { readonly kind: 'complete' }
  | { readonly kind: 'get-response'; readonly le: number }
  | { readonly kind: 'repeat-with-length'; readonly le: number };

/** Reads 61xx and 6Cxx; xx = 00 is 256 bytes. Every other status word ends the exchange. */
export function continuationOf(statusWord: number): Continuation {
  const le = statusWord & 255 || 256;
  if (statusWord >> 8 === 0x61) return { kind: 'get-response', le };
  if (statusWord >> 8 === 0x6c) return { kind: 'repeat-with-length', le };
  return { kind: 'complete' };
}
