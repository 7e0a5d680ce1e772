import { StationFault } from '#shared/faults/station-fault.ts';

/** Header of a key block: everything that is readable and authenticated with the key. ANSI X9.143-2022 §6.2, table 1. */
export interface KeyBlockHeader {
  /** B: protected by TDES with keys derived by CMAC; D: the same by AES. */
  readonly version: 'B' | 'D';
  readonly usage: string;
  /** A: AES, T: TDES. */
  readonly algorithm: string;
  readonly mode: string;
  /** 00: none; c and a digit: what is enciphered is one component of the key (table 5). */
  readonly keyVersion: string;
  readonly exportability: string;
  /** 0: as the protection key says; 1: only for storage under it; 2: only for exchange. */
  readonly context: string;
  readonly optional: ReadonlyMap<string, string>;
  /** Characters of the header with its optional blocks. */
  readonly length: number;
}

/** Optional blocks whose meaning changes nothing in how the key may be used, or that are heeded here (KC). ANSI X9.143-2022 §6.3.6. */
const understood: ReadonlySet<string> = new Set(['KC', 'KP', 'KS', 'KV', 'LB', 'PB', 'TC', 'TS', 'WP']);

/** KEYS-BLOCK with what is wrong in words; never any part of the block. */
export function blockFault(reason: string): StationFault {
  return new StationFault('KEYS-BLOCK', { reason });
}

function readDigits(text: string, at: number, count: number): number {
  const digits = text.slice(at, at + count);
  return digits.length === count && /^[0-9A-F]+$/.test(digits) ? Number.parseInt(digits, 16) : 0;
}

/**
 * Length of the optional block at `at`, its id included, and where its data begins: two hexadecimal digits, or 00, then the number of bytes of a
 * longer length, then that length, two digits a byte. ANSI X9.143-2022 §6.3.6.
 */
function readLength(text: string, at: number): { readonly length: number; readonly data: number } {
  const short = readDigits(text, at + 2, 2);
  if (short !== 0 || text.slice(at + 2, at + 4) !== '00') return { length: short, data: at + 4 };
  const digits = readDigits(text, at + 4, 2) * 2;
  return { length: digits === 0 ? 0 : readDigits(text, at + 6, digits), data: at + 6 + digits };
}

function readOptional(
  text: string,
  count: number,
): { readonly blocks: ReadonlyMap<string, string>; readonly end: number } {
  const blocks = new Map<string, string>();
  let at = 16;
  for (let index = 0; index < count; index++) {
    const id = text.slice(at, at + 2);
    const { length, data } = readLength(text, at);
    if (data > at + length || at + length > text.length) throw blockFault('an optional block has a wrong length');
    if (!understood.has(id) || blocks.has(id))
      throw blockFault(`the optional block ${/^[0-9A-Z]{2}$/.test(id) ? id : '?'} is not understood`);
    blocks.set(id, text.slice(data, at + length));
    at += length;
  }
  return { blocks, end: at };
}

/** Reads the header of a key block of version B or D; KEYS-BLOCK on any form that the standard does not name. */
export function readKeyBlockHeader(text: string): KeyBlockHeader {
  if (!/^[\x20-\x7e]{16,9992}$/.test(text)) throw blockFault('it is no text of the right length');
  const fixed = /^([BD])(\d{4})([0-9A-Z]{2})([AT])([A-Z])([0-9A-Za-z]{2})([ENS])(\d{2})([012])0/.exec(text);
  if (fixed === null) throw blockFault('its header is not of version B or D');
  const [, version, length, usage = '', algorithm = '', mode = '', keyVersion = '', exportability = ''] = fixed;
  const [count, context = ''] = fixed.slice(8);
  if (Number(length) !== text.length) throw blockFault('its length is not the one that it names');
  const { blocks, end } = readOptional(text, Number(count));
  const unit = version === 'B' ? 8 : 16;
  if (end % unit !== 0) throw blockFault('its optional blocks do not fill whole cipher blocks');
  return {
    version: version === 'B' ? 'B' : 'D',
    usage,
    algorithm,
    mode,
    keyVersion,
    exportability,
    context,
    optional: blocks,
    length: end,
  };
}
