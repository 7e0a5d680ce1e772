import { fromHex, fromUtf8 } from '#shared/bytes/bytes.ts';
import type { ValueForm } from '#shared/domain/chip-proof.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { emvDataDictionary } from '#shared/protocols/emv/data-dictionary.ts';
import { packCompressed, packNumeric } from '#shared/protocols/emv/decimal-digits.ts';

/**
 * Writes the order's text as the bytes that a tag must hold on the card; see `ValueForm` for each form.
 * CARD-PERSONALISATION (naming the tag, never the value) when the text cannot be written so. EMV Book 3 v4.4 §4.3.
 */
export function formValue(tag: number, form: ValueForm, source: Uint8Array): Uint8Array {
  if (form === 'bytes') return source;
  try {
    return formText(tag, form, fromUtf8(source));
  } catch (thrown) {
    if (!(thrown instanceof RangeError) && !(thrown instanceof TypeError)) throw thrown;
    const reason = `the order's value for ${tag.toString(16)} has not the form ${form}`;
    throw new StationFault('CARD-PERSONALISATION', { reason });
  }
}

function formText(tag: number, form: Exclude<ValueForm, 'bytes'>, text: string): Uint8Array {
  switch (form) {
    case 'compressed-numeric':
      return packCompressed(text);
    case 'numeric':
      return packNumeric(text, emvDataDictionary.get(tag)?.most ?? Math.ceil(text.length / 2));
    case 'alphanumeric':
      return characters(text);
    case 'date-last-day':
      return packNumeric(`${text}${lastDay(text)}`, 3);
    case 'date-first-day':
      return packNumeric(`${text}01`, 3);
    case 'track2-equivalent': {
      if (!/^[0-9=]*$/.test(text)) throw new RangeError('not track 2');
      const halves = text.replaceAll('=', 'D');
      return fromHex(halves.length % 2 === 0 ? halves : `${halves}F`);
    }
  }
}

/** ISO 8859-1, one byte a character. */
function characters(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    if (code > 255) throw new RangeError('a character outside ISO 8859-1');
    return code;
  });
}

/** EMV dates of the 2000s: the last day of YYMM's month, two digits. */
function lastDay(yearMonth: string): string {
  if (!/^\d{2}(?:0[1-9]|1[0-2])$/.test(yearMonth)) throw new RangeError('not YYMM');
  const day = new Date(Date.UTC(2000 + Number(yearMonth.slice(0, 2)), Number(yearMonth.slice(2)), 0)).getUTCDate();
  return String(day).padStart(2, '0');
}
