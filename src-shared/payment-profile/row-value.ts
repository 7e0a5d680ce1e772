import { fromHex, fromUtf8 } from '../bytes/bytes.ts';
import type { OrderFields } from '../domain/order-field.ts';
import { StationFault } from '../faults/station-fault.ts';
import { checkValue } from '../protocols/emv/check-value.ts';
import { encodeTlv } from '../protocols/tlv/ber-tlv.ts';
import { packCompressed, packNumeric } from '../protocols/emv/decimal-digits.ts';
import { profileFileLocator } from './check-records.ts';
import { rowsOf } from './known-rows.ts';
import { readSource, type PaymentProfile, type ProfileRow } from './profile-schema.ts';

function refuse(row: ProfileRow, reason: string): never {
  throw new StationFault('CARD-PERSONALISATION', { reason: `${row.item.toUpperCase()}: ${reason}` });
}

/** YYMM as the YYMMDD of the month's first or last day; undefined when it is no month. EMV 4.3 Book 3 Annex A1, 5F24 and 5F25. */
function dayOf(yearMonth: string, which: 'first' | 'last'): string | undefined {
  if (!/^\d{2}(?:0[1-9]|1[0-2])$/.test(yearMonth)) return undefined;
  if (which === 'first') return `${yearMonth}01`;
  const day = new Date(Date.UTC(2000 + Number(yearMonth.slice(0, 2)), Number(yearMonth.slice(2)), 0)).getUTCDate();
  return `${yearMonth}${String(day).padStart(2, '0')}`;
}

/**
 * Values that a profile's rows have from elsewhere than order and product, by source: of a key (`key:issuer-rsa/certificate`), of this card
 * (`card:icc-certificate`), or `computed:track2`, the chip's track 2 as text in ASCII. An empty value leaves its row out: the remainder of a key that fits its
 * certificate (EMV 4.3 Book 2 §5.1, §6.1).
 */
export type MadeValues = ReadonlyMap<string, Uint8Array>;

/** The order's text as the tag's bytes; undefined when it cannot be written so. EMV 4.3 Book 3 §4.3. */
function encode(row: ProfileRow, text: string): Uint8Array | undefined {
  try {
    if (row.item === '57') return /^[0-9=]*$/.test(text) ? packHalves(text.replaceAll('=', 'd')) : undefined;
    if (row.item === '5f24' || row.item === '5f25') {
      const date = dayOf(text, row.item === '5f24' ? 'last' : 'first');
      return date === undefined ? undefined : packNumeric(date, 3);
    }
    if (row.format === 'cn') return packCompressed(text);
    if (row.format === 'n') return packNumeric(text, row.most);
    return /^[\x20-\x7e]*$/.test(text) ? Uint8Array.from(text, (letter) => letter.charCodeAt(0)) : undefined;
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined;
    throw thrown;
  }
}

function packHalves(halves: string): Uint8Array {
  return fromHex(halves.length % 2 === 0 ? halves : `${halves}f`);
}

/** A value as text, and what to call it; undefined where the row's value is no text. */
function textOf(row: ProfileRow, fields: OrderFields, made: MadeValues): { text: string; what: string } | undefined {
  const { kind, rest } = readSource(row.source);
  if (row.source === 'computed:track2') {
    const track = made.get(row.source);
    return track === undefined ? undefined : { text: fromUtf8(track), what: 'track 2' };
  }
  if (kind !== 'record') return undefined;
  const text = (fields as Readonly<Record<string, string | undefined>>)[rest];
  if (text === undefined) throw new StationFault('PREPARATION-NO-VALUE', { reference: row.source });
  return { text, what: `the order's ${rest}` };
}

/** A directory's entry for the chip's payment application, without its template 61; undefined where it is not there yet. */
export const directoryEntrySource = 'computed:directory-entry';

function directoryValue({ item }: ProfileRow, made: MadeValues): Uint8Array | undefined {
  const inside = made.get(directoryEntrySource);
  // EMV Contactless Book B v2.6 §3.3.1: the contactless directory holds its entries, template and all.
  return inside === undefined || item === '61' ? inside : encodeTlv({ tag: 0x61, value: inside });
}

/**
 * The bytes of one row, or undefined where its value is a key's or is made for the card and not there yet; no bytes where the card has no
 * such value. PREPARATION-NO-VALUE when the order has no such field; CARD-PERSONALISATION names the tag, never the value, when what is to
 * stand on the card cannot.
 */
export function rowValue(
  profile: PaymentProfile,
  row: ProfileRow,
  fields: OrderFields,
  made: MadeValues,
): Uint8Array | undefined {
  const { kind, rest } = readSource(row.source);
  if (kind === 'constant') return fromHex(rest);
  if (row.source === 'computed:file-locator') return profileFileLocator(profile);
  if (row.source === directoryEntrySource) return directoryValue(row, made);
  const said = textOf(row, fields, made);
  const bytes = said === undefined ? made.get(row.source) : encode(row, said.text);
  const what = said?.what ?? row.source;
  if (bytes === undefined)
    return said === undefined ? undefined : refuse(row, `${what} cannot be written as ${row.format}`);
  if (bytes.length === 0 && said === undefined) return bytes;
  if (bytes.length < row.least || bytes.length > row.most) {
    return refuse(row, `${what} takes ${bytes.length} bytes, ${row.least} to ${row.most} may stand there`);
  }
  const [wrong] =
    rowsOf(profile).get(row.item)?.own !== undefined ? [] : checkValue(Number.parseInt(row.item, 16), bytes);
  return wrong === undefined ? bytes : refuse(row, wrong.text);
}
