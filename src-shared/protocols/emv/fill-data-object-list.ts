import { concatBytes } from '../../bytes/bytes.ts';
import type { DolEntry } from '../tlv/data-object-list.ts';
import { isConstructed } from '../tlv/ber-tlv.ts';
import { emvDataDictionary } from './data-dictionary.ts';

/** Fits one value to the length asked for. EMV 4.3 Book 3 §5.4, steps 2c to 2e. */
function fit(tag: number, value: Uint8Array, length: number): Uint8Array {
  const format = emvDataDictionary.get(tag)?.format ?? 'b';
  if (value.length > length) return format === 'n' ? value.slice(value.length - length) : value.slice(0, length);
  const fitted = new Uint8Array(length).fill(format === 'cn' ? 0xff : 0x00);
  fitted.set(value, format === 'n' ? length - value.length : 0);
  return fitted;
}

/**
 * Builds the data that a card's list asks for, joined without tags: unknown and constructed objects become zeros, n is
 * cut and filled on the left, cn filled with FF on the right, all others cut and filled on the right. EMV 4.3 Book 3 §5.4.
 */
export function fillDataObjectList(
  entries: readonly DolEntry[],
  values: ReadonlyMap<number, Uint8Array>,
): Uint8Array<ArrayBuffer> {
  return concatBytes(
    ...entries.map(({ tag, length }) => {
      const value = values.get(tag);
      return value === undefined || isConstructed(tag) ? new Uint8Array(length) : fit(tag, value, length);
    }),
  );
}
