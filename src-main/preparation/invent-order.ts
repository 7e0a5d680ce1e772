import { toHex } from '#shared/bytes/bytes.ts';
import type { OrderFieldName, OrderFieldRule, OrderFields, PrintScript } from '#shared/domain/order-field.ts';
import { orderId } from '#shared/domain/identifiers.ts';
import type { OrderRecord } from '#shared/domain/order-record.ts';
import type { DataGrouping, Product } from '#shared/domain/product.ts';
import { emvDataDictionary } from '#shared/protocols/emv/data-dictionary.ts';
import { luhnCheckDigit } from '#shared/protocols/magstripe/luhn.ts';
import { constructed, encodeTlv, encodeTlvs, isConstructed, primitive } from '#shared/protocols/tlv/ber-tlv.ts';

/** Words that mean nobody, one for each script that is printed. */
const words: Readonly<Record<PrintScript, string>> = {
  Latin: 'Sample',
  Greek: 'Δείγμα',
  Cyrillic: 'Образец',
  Armenian: 'Նմուշ',
  Georgian: 'ნიმუში',
  Hebrew: 'דוגמה',
  Arabic: 'عينة',
  Devanagari: 'नमूना',
  Thai: 'ตัวอย่าง',
};
const encodedName = 'SAMPLE/CARD';
/** Cards last three years from their sample order on. */
const yearsOfCard = 3;
const recordTemplate = 0x70;
/** What a secret grouping is enciphered in. */
const secretBlock = 16;

function checked(digits: string, check: 'none' | 'luhn'): string {
  return check === 'none' ? `${digits}0` : `${digits}${luhnCheckDigit(digits)}`;
}

function yearMonth(now: Date, years: number): string {
  const year = (now.getUTCFullYear() + years) % 100;
  return `${String(year).padStart(2, '0')}${String(now.getUTCMonth() + 1).padStart(2, '0')}`;
}

function firstCharacters(text: string, most: number): string {
  return [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)]
    .slice(0, most)
    .map(({ segment }) => segment)
    .join('');
}

/** ISO/IEC 7813 §6.2, §6.3: the order's own number and date; of an issuer's own track, zeros. */
function trackText({ track, longest, content }: Extract<OrderFieldRule, { kind: 'track' }>, made: OrderFields): string {
  const { pan = '0', expiry = '0001', serviceCode = '000', encodedName: name = encodedName } = made;
  if (content === 'issuer') return '0'.repeat(Math.min(longest, 20));
  const text = track === 1 ? `B${pan}^${name}^${expiry}${serviceCode}` : `${pan}=${expiry}${serviceCode}`;
  return `${text}${'0'.repeat(8)}`.slice(0, longest);
}

function fieldValue(name: OrderFieldName, rule: OrderFieldRule, made: OrderFields, now: Date): string {
  switch (rule.kind) {
    case 'pan': {
      const [range] = rule.binRanges;
      const length = rule.lengths[0] ?? 16;
      return checked((range?.from ?? '').padEnd(length - 1, '0'), 'luhn');
    }
    case 'digits':
      return checked('0'.repeat(rule.shortest - 1), rule.check);
    case 'year-month':
      return yearMonth(now, name === 'expiry' || rule.when === 'future' ? yearsOfCard : 0);
    case 'service-code':
      return rule.allowed[0] ?? '';
    case 'printed-text':
      return firstCharacters(
        rule.scripts.includes('Latin') ? words.Latin : words[rule.scripts[0] ?? 'Latin'],
        rule.longest,
      );
    case 'encoded-name':
      return encodedName;
    case 'track':
      return trackText(rule, made);
    case 'amount':
      return String(rule.least);
  }
}

/** A grouping of zeros that has its tags, each as short as it may be; of a secret one, a block. EMV CPS v1.1 §2.4: a record is in its template. */
function invented({ dgi, content, record, tags }: DataGrouping): {
  dgi: string;
  value: string;
  protection: 'none' | 'transport';
} {
  if (content === 'secret') return { dgi, value: '00'.repeat(secretBlock), protection: 'transport' };
  const objects = tags.map((text) => {
    const tag = Number.parseInt(text, 16);
    const length = emvDataDictionary.get(tag)?.least ?? 1;
    return isConstructed(tag) ? constructed(tag, []) : primitive(tag, new Uint8Array(length));
  });
  const bytes = record === undefined ? encodeTlvs(objects) : encodeTlv(constructed(recordTemplate, objects));
  return { dgi, value: toHex(bytes), protection: 'none' };
}

/**
 * An order that keeps every rule of a product's fields, and is nobody's: the number is the first of the first range, names say that they are samples, and
 * a ready container holds zeros in the product's tags. For dry runs of drafts alone.
 *
 * @param now its dates lie around this instant
 */
export function inventOrder(product: Product, now: Date): OrderRecord {
  const { chip, fields: rules } = product;
  const made: Partial<Record<OrderFieldName, string>> = {};
  const wanted = Object.entries(rules) as [OrderFieldName, NonNullable<(typeof rules)[OrderFieldName]>][];
  // Tracks come last: they are made of the others.
  for (const [name, { rule }] of wanted.toSorted(
    ([, a], [, b]) => Number(a.rule.kind === 'track') - Number(b.rule.kind === 'track'),
  ))
    made[name] = fieldValue(name, rule, made, now);
  const {
    pan,
    panSequence,
    expiry,
    effective,
    serviceCode,
    printName,
    encodedName: name,
    track1,
    track2,
    ...fields
  } = made;
  const own = { pan, panSequence, expiry, effective, serviceCode, printName, encodedName: name, track1, track2 };
  const present = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  const ofOrder = chip.kind === 'none' ? [] : chip.dataGroupings.filter(({ origin }) => origin === 'order');
  return {
    version: 1,
    orderId: orderId.parse('SAMPLE'),
    ...present,
    ...(Object.keys(fields).length === 0 ? {} : { fields }),
    ...(ofOrder.length === 0
      ? {}
      : {
          chip: {
            transportKey: { name: `dgi-transport/${product.issuer}/1`, kcv: '000000' },
            groupings: ofOrder.map(invented),
          },
        }),
  };
}
