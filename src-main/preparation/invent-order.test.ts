import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { orderRecord } from '#shared/domain/order-record.ts';
import { productSchema, type Product } from '#shared/domain/product.ts';
import { validateOrder } from '../intake/validate-order.ts';
import { monthOf } from '../intake/checks/check-year-month.ts';
import { shippedProduct } from '../layout/test-painter.ts';
import { inventOrder } from './invent-order.ts';

const now = new Date(Date.UTC(2026, 10, 29));
const shipped = (await readdir(new URL('../../assets/profiles/', import.meta.url)))
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length));

function findings(product: Product): readonly string[] {
  const record = orderRecord.parse(inventOrder(product, now));
  const rules = { product, profile: null, further: [], month: monthOf(now) };
  return validateOrder(record, {
    ...rules,
    transportKeys: new Map([['dgi-transport/northbank/1', '000000']]),
    missingGlyph: () => null,
  }).findings.map(({ code, field }) => `${code} ${field ?? ''}`);
}

describe('an invented order', () => {
  test.each(shipped)('of %s keeps every rule of its fields', async (name) => {
    const product = productSchema.parse(await shippedProduct(name));
    // The chip of a ready container holds zeros: it has the tags of the product, and agrees with no field.
    expect(findings(product).filter((text) => !/^INTAKE-(?:TAG-VALUE|CHIP-DIFFERS|CHIP-CONSTANT) /.test(text))).toEqual(
      [],
    );
    expect(inventOrder(product, now)).toEqual(inventOrder(product, now));
  });

  test('has the first number of the first range, with its check digit, and names nobody', async () => {
    const product = productSchema.parse(await shippedProduct('debit-online-dda@1'));
    const { pan, printName, encodedName, expiry, effective } = inventOrder(product, now);
    expect({ printName, encodedName, expiry, effective }).toEqual({
      printName: 'Sample',
      encodedName: 'SAMPLE/CARD',
      expiry: '2911',
      effective: '2611',
    });
    expect(pan).toMatch(/^99\d{14}$/);
  });

  test('is printed in a script that the product has, and no longer than it allows', async () => {
    const product = await shippedProduct('debit-online-dda@1');
    const fields: Product['fields'] = {
      ...product.fields,
      printName: { need: 'required', rule: { kind: 'printed-text', longest: 3, scripts: ['Thai'] } },
    };
    expect(inventOrder({ ...product, fields }, now).printName).toBe('ตัวอ');
  });
});
