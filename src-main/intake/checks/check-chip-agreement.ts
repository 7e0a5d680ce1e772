import { readValueSource, type ValueForm } from '#shared/domain/chip-proof.ts';
import type { OrderFields } from '#shared/domain/order-field.ts';
import type { EmvChip } from '#shared/domain/product.ts';
import { packCompressed, packNumeric } from '#shared/protocols/emv/decimal-digits.ts';
import { formatTag } from '#shared/protocols/tlv/find-tlv.ts';
import type { Tlv } from '#shared/protocols/tlv/ber-tlv.ts';
import { fieldTitle } from '#shared/domain/order-field-title.ts';
import { makeFinding, type Finding } from '../finding.ts';

/** Last day of a month YYMM, two digits. */
function lastDay(yearMonth: string): string {
  const days = new Date(Date.UTC(2000 + Number(yearMonth.slice(0, 2)), Number(yearMonth.slice(2)), 0)).getUTCDate();
  return String(days).padStart(2, '0');
}

/** The bytes that a field's text must have become in the chip, or null where the text itself is wrong (which is a finding of its own). */
function expectedBytes(form: ValueForm, text: string, length: number): Uint8Array | null {
  try {
    switch (form) {
      case 'compressed-numeric':
        return packCompressed(text);
      case 'numeric':
        return packNumeric(text, length);
      case 'alphanumeric':
        return Buffer.from(text, 'latin1');
      case 'date-last-day':
        return packNumeric(`${text}${lastDay(text)}`, 3);
      case 'date-first-day':
        return packNumeric(`${text}01`, 3);
      case 'track2-equivalent': {
        const halves = text.replaceAll('=', 'D');
        return /^[0-9D]+$/.test(halves) ? Buffer.from(halves.length % 2 === 0 ? halves : `${halves}F`, 'hex') : null;
      }
      case 'bytes':
        return Buffer.from(text, 'hex');
    }
  } catch (thrown) {
    if (thrown instanceof RangeError) return null;
    throw thrown;
  }
}

/** Each value that the finished card will be read for must stand in the chip data as the order has it: a card that contradicts its stripe or print is refused before it is made. */
export function checkChipAgreement(objects: readonly Tlv[], product: EmvChip, order: OrderFields): Finding[] {
  const findings: Finding[] = [];
  for (const { tag: text, from, form } of product.proof.values) {
    const tag = Number.parseInt(text, 16);
    const source = readValueSource(from);
    const wanted = source.kind === 'record' ? order[source.field] : source.kind === 'constant' ? source.hex : undefined;
    if (wanted === undefined) continue;
    for (const object of objects) {
      if (object.tag !== tag) continue;
      const expected = expectedBytes(form, wanted, object.value.length);
      if (expected === null || Buffer.compare(expected, object.value) === 0) continue;
      const named = { tag: formatTag(tag) };
      findings.push(
        source.kind === 'record'
          ? makeFinding('INTAKE-CHIP-DIFFERS', source.field, { ...named, field: fieldTitle(source.field) })
          : makeFinding('INTAKE-CHIP-CONSTANT', 'chip', named),
      );
    }
  }
  return findings;
}
