import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { contentDigest } from '#shared/domain/content-digest.ts';
import type { OrderFieldRule } from '#shared/domain/order-field.ts';
import { orderRecord } from '#shared/domain/order-record.ts';
import { productSchema, type Product } from '#shared/domain/product.ts';
import { passesLuhn } from '#shared/protocols/magstripe/luhn.ts';
import { shippedProduct, shippedProfile } from '../layout/test-painter.ts';
import { sha256 } from '../journal/sha256.ts';
import { checkAmount, checkDigits } from './checks/check-digits.ts';
import { checkEncodedNameField } from './checks/check-encoded-name.ts';
import { checkPan } from './checks/check-pan.ts';
import { checkPrintedText, countGraphemes } from './checks/check-printed-text.ts';
import { checkTrack } from './checks/check-track.ts';
import { checkDateOrder, checkYearMonth, monthOf, readYearMonth } from './checks/check-year-month.ts';
import { ContentDigestStream } from './content-digest-stream.ts';
import type { IntakeRules } from './intake-rules.ts';
import { readAhead } from './read-ahead.ts';
import { readOrder } from './read-order.ts';
import { validateOrder } from './validate-order.ts';

const codes = (findings: readonly { code: string }[]) => findings.map(({ code }) => code.replace('INTAKE-', ''));
const rule = <Kind extends OrderFieldRule['kind']>(value: Extract<OrderFieldRule, { kind: Kind }>) => value;
let gift: Product;
let debit: Product;
const read = async (name: string) =>
  productSchema.parse(
    JSON.parse(await readFile(new URL(`../../assets/profiles/${name}.json`, import.meta.url), 'utf8')),
  );
beforeAll(async () => {
  [gift, debit] = await Promise.all([read('gift-print@1'), read('emv-debit@1')]);
});

describe('single fields', () => {
  it('card number: digits, length, range over its own digits, check digit (ISO/IEC 7812-1 annex B: 4992739871 6)', () => {
    const pan = rule<'pan'>({ kind: 'pan', binRanges: [{ from: '499273', to: '499273' }], lengths: [16] });
    const cases = ['4992739871600006', '4992730000000007', '4992740000000006', '499273', '49927300000000O7', ''];
    expect(cases.map((value) => codes(checkPan(value, pan)))).toEqual([
      ['PAN-CHECK-DIGIT'],
      ['PAN-CHECK-DIGIT'],
      ['PAN-RANGE', 'PAN-CHECK-DIGIT'],
      ['PAN-LENGTH', 'PAN-CHECK-DIGIT'],
      ['PAN-DIGITS'],
      ['PAN-DIGITS'],
    ]);
    const short = rule<'pan'>({ kind: 'pan', binRanges: [{ from: '49927398', to: '49927399' }], lengths: [12, 16] });
    expect(codes(checkPan('49927398716', short))).toEqual(['PAN-LENGTH']);
  });

  it('digits and amounts', () => {
    const luhn = rule<'digits'>({ kind: 'digits', shortest: 11, longest: 12, check: 'luhn' });
    expect(
      ['49927398716', '49927398717', '4', '4992739871a'].map((value) => codes(checkDigits('giftNumber', value, luhn))),
    ).toEqual([[], ['CHECK-DIGIT'], ['DIGITS-LENGTH'], ['DIGITS']]);
    const amount = rule<'amount'>({ kind: 'amount', currency: 'EUR', least: 500, most: 50_000 });
    expect(
      ['500', '499', '50001', '0500', '5e3', '-1'].map((value) => codes(checkAmount('giftAmount', value, amount))),
    ).toEqual([[], ['AMOUNT-RANGE'], ['AMOUNT-RANGE'], ['AMOUNT'], ['AMOUNT'], ['AMOUNT']]);
  });

  it('year and month, with the century of EMV 4.3 Book 4 §6.7.3', () => {
    const now = monthOf(new Date('2026-11-30T23:59:59Z'));
    const check = (value: string, when: 'future' | 'past') =>
      codes(checkYearMonth('expiry', value, rule<'year-month'>({ kind: 'year-month', when }), now));
    expect(
      ['2611', '2610', '4912', '5001', '2613', '2600', '26 1', '261'].map((value) => check(value, 'future')),
    ).toEqual([[], ['DATE-PAST'], [], ['DATE-PAST'], ['DATE'], ['DATE'], ['DATE'], ['DATE']]);
    expect(['2611', '2612', '9905'].map((value) => check(value, 'past'))).toEqual([[], ['DATE-FUTURE'], []]);
    expect(readYearMonth('9912')).toBe(1999 * 12 + 11);
    expect(codes(checkDateOrder({ effective: '2712', expiry: '2711' }))).toEqual(['DATES-CROSSED']);
    expect(checkDateOrder({ effective: '2711', expiry: '2711' })).toEqual([]);
  });

  it('printed text: what people see counts, what nobody sees is named', () => {
    const text = rule<'printed-text'>({
      kind: 'printed-text',
      longest: 10,
      scripts: ['Latin', 'Devanagari', 'Arabic'],
    });
    const check = (value: string) =>
      codes(checkPrintedText('printName', value, text, (shown) => (shown.includes('€') ? '€' : null)));
    expect(
      [
        'Zoë',
        'Zoe\u0308',
        'प्रिया शर्मा',
        'می\u200cخواهم',
        'A\u200dB',
        'A\u202eB',
        'Иван',
        'A\ud800',
        '5 €',
        'Wolfeschlegel',
      ].map(check),
    ).toEqual([
      [],
      ['PRINT-FORM'],
      [],
      [],
      ['PRINT-CONTROL'],
      ['PRINT-CONTROL'],
      ['PRINT-SCRIPT'],
      ['PRINT-CONTROL'],
      ['PRINT-GLYPH'],
      ['PRINT-TOO-LONG'],
    ]);
    expect(['Bo', 'é', 'e\u0301', 'น้ำ', '👩‍👧'].map(countGraphemes)).toEqual([2, 1, 1, 1, 1]);
  });

  it('encoded name and tracks', () => {
    expect(
      ['LI/BO', 'L', 'MÜLLER/ZOË', 'A/B/C', 'A'.repeat(27), 'A^B'].map((name) => codes(checkEncodedNameField(name))),
    ).toEqual([
      [],
      ['ENCODED-NAME-LENGTH'],
      ['ENCODED-NAME-CHARACTER'],
      ['ENCODED-NAME-FORM'],
      ['ENCODED-NAME-LENGTH'],
      ['ENCODED-NAME-CHARACTER'],
    ]);
    const order = { pan: '9900010000000017', expiry: '3012', serviceCode: '201', encodedName: 'LI/BO' };
    const first = rule<'track'>({ kind: 'track', track: 1, longest: 76, content: 'iso-7813' });
    const second = rule<'track'>({ kind: 'track', track: 2, longest: 37, content: 'iso-7813' });
    expect(codes(checkTrack('track1', 'B9900010000000017^LI/BO^30122010000', first, order))).toEqual([]);
    expect(codes(checkTrack('track1', 'B9900010000000025^LI/B^3011221', first, order))).toEqual([
      'TRACK-PAN',
      'TRACK-EXPIRY',
      'TRACK-SERVICE-CODE',
      'TRACK-NAME',
    ]);
    const tracks = [
      '9900010000000017=3012201000',
      '9900010000000017=3012201A',
      '9900010000000017',
      `1=${'0'.repeat(40)}`,
      '',
    ];
    expect(tracks.map((content) => codes(checkTrack('track2', content, second, order)))).toEqual([
      [],
      ['TRACK-CHARACTER'],
      ['TRACK-FORM'],
      ['TRACK-LENGTH'],
      ['TRACK-FORM'],
    ]);
  });
});

describe('whole orders', () => {
  const month = monthOf(new Date('2026-11-15T00:00:00Z'));
  const rules = (product: Product): IntakeRules => ({
    product,
    profile: null,
    further: [],
    month,
    transportKeys: new Map(),
    missingGlyph: () => null,
  });
  const order = {
    version: 1,
    orderId: 'g-1',
    expiry: '2811',
    fields: { giftNumber: '2700200000000009', giftAmount: '500' },
  };

  it('have what the product wants, at its place, and nothing else', () => {
    const check = (value: unknown) => codes(validateOrder(orderRecord.parse(value), rules(gift)).findings);
    const good = check(order);
    expect(good.filter((code) => code !== 'CHECK-DIGIT')).toEqual([]);
    expect(check({ ...order, fields: { giftAmount: '500' } })).toEqual(['FIELD-MISSING']);
    expect(check({ ...order, printName: '' })).toEqual([...good, 'FIELD-EMPTY']);
    expect(check({ ...order, pan: '1' })).toEqual([...good, 'FIELD-UNKNOWN']);
    expect(check({ ...order, fields: { ...order.fields, colour: '1' } })).toEqual(['FIELD-UNKNOWN', ...good]);
    expect(check({ ...order, fields: { ...order.fields, expiry: '2811' } })).toEqual(['FIELD-MISPLACED', ...good]);
    const chip = { transportKey: { name: 'k', kcv: '000000' }, groupings: [] };
    expect(check({ ...order, chip })).toEqual([...good, 'CHIP-UNEXPECTED']);
  });

  describe('of cards that the station prepares', () => {
    const kcv = 'abcdef';
    const prepared = async (
      name: 'debit-online-dda@1' | 'debit-offline-cda@1' | 'debit-loyalty-dual@1',
    ): Promise<IntakeRules> => {
      const product = await shippedProduct(name);
      const { chip } = product;
      if (chip.kind === 'none' || chip.preparation.kind === 'container') throw new Error('a station product is wanted');
      const profile = await shippedProfile(chip.preparation.profile);
      const further = await Promise.all((chip.further ?? []).map((one) => shippedProfile(one.profile)));
      return { ...rules(product), profile, further, transportKeys: new Map([['dgi-transport/northbank/1', kcv]]) };
    };
    const transportKey = { name: 'dgi-transport/northbank/1', kcv };
    const own = {
      version: 1,
      orderId: 'nd-1',
      pan: '9900500000000000',
      panSequence: '01',
      expiry: '2911',
      effective: '2611',
      serviceCode: '201',
      printName: 'Ada Lovelace',
      encodedName: 'LOVELACE/ADA',
    };
    const luhn = (pan: string) => Array.from('0123456789', (digit) => pan.slice(0, -1) + digit).find(passesLuhn) ?? pan;
    const pin = (value: string, protection: 'none' | 'transport' = 'transport') => ({
      chip: { transportKey, groupings: [{ dgi: '8010', value, protection }] },
    });

    it('take pan, dates, service code and name, and nothing that the station makes', async () => {
      const online = await prepared('debit-online-dda@1');
      const order = { ...own, pan: luhn(own.pan) };
      const check = (value: unknown) => codes(validateOrder(orderRecord.parse(value), online).findings);
      expect(check(order)).toEqual([]);
      expect(check({ ...order, track2: '9900500000000000=29112010000000000' })).toEqual(['FIELD-UNKNOWN']);
      expect(check({ ...order, fields: { cvv2: '123' } })).toEqual(['FIELD-UNKNOWN']);
      expect(check({ ...order, ...pin('00'.repeat(16)) })).toEqual(['CHIP-UNEXPECTED']);
      expect(check({ ...order, encodedName: 'Lovelace' })).toEqual(['ENCODED-NAME-CHARACTER']);
      const { serviceCode: _code, ...without } = order;
      expect(check(without)).toEqual(['FIELD-MISSING']);
    });

    it('bring the reference PIN where the chip checks it: alone, enciphered, under a key held here', async () => {
      const offline = await prepared('debit-offline-cda@1');
      const order = { ...own, pan: luhn('9900700000000000') };
      const check = (value: unknown) => codes(validateOrder(orderRecord.parse(value), offline).findings);
      expect(check({ ...order, ...pin('00'.repeat(16)) })).toEqual([]);
      expect(check(order)).toEqual(['CHIP-MISSING']);
      expect(check({ ...order, chip: { transportKey, groupings: [] } })).toEqual(['DGI-MISSING']);
      expect(check({ ...order, ...pin('00'.repeat(8)) })).toEqual(['DGI-CIPHER']);
      expect(check({ ...order, ...pin('241234ffffffffff', 'none') })).toEqual(['DGI-IN-CLEAR']);
      const keys = { dgi: '8000', value: '00'.repeat(64), protection: 'transport' };
      const groupings = [...pin('00'.repeat(16)).chip.groupings, keys];
      expect(check({ ...order, chip: { transportKey, groupings } })).toEqual(['DGI-UNKNOWN']);
      const other = { ...transportKey, kcv: '000000' };
      expect(check({ ...order, chip: { ...pin('00'.repeat(16)).chip, transportKey: other } })).toEqual([
        'TRANSPORT-KEY',
      ]);
    });

    it('are tried on the profile of the second application too', async () => {
      const dual = await prepared('debit-loyalty-dual@1');
      const check = (fields: object) =>
        validateOrder(orderRecord.parse({ ...own, pan: luhn('9900000000000000'), fields }), dual).findings;
      const loyaltyNumber = luhn('2700300000000000');
      expect(check({ loyaltyNumber, tier: 'Gold' })).toEqual([]);
      expect(codes(check({ loyaltyNumber }))).toEqual(['FIELD-MISSING']);
      expect(check({ loyaltyNumber, tier: 'Épée' })).toEqual([
        { code: 'INTAKE-PREPARATION', field: null, text: expect.stringContaining('DF41') as string },
      ]);
    });

    it('are tried on the profile: what no tag or track can hold is found though the field rules let it pass', async () => {
      const online = await prepared('debit-online-dda@1');
      const panSequence = {
        need: 'required',
        rule: { kind: 'digits', shortest: 1, longest: 4, check: 'none' },
      } as const;
      const wide = { ...online, product: { ...online.product, fields: { ...online.product.fields, panSequence } } };
      const { findings } = validateOrder(orderRecord.parse({ ...own, pan: luhn(own.pan), panSequence: '0123' }), wide);
      expect(findings).toEqual([
        { code: 'INTAKE-PREPARATION', field: null, text: expect.stringContaining('5F34') as string },
      ]);
      expect(findings[0]?.text).not.toContain('0123');
    });
  });

  it('never break the checks, whatever they hold, and no finding repeats a value', () => {
    const text = fc.string({ unit: 'binary', minLength: 3, maxLength: 30 });
    const groupings = fc.array(
      fc.record({
        dgi: fc.constantFrom('0101', '0102', '0201', '8000', 'ffff'),
        value: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('hex')),
        protection: fc.constantFrom('none', 'transport'),
      }),
      { maxLength: 8 },
    );
    const any = fc.record(
      {
        version: fc.constant(1),
        orderId: fc.constant('o-1'),
        pan: text,
        expiry: fc.string({ maxLength: 8 }),
        effective: fc.string({ maxLength: 8 }),
        printName: text,
        encodedName: text,
        track1: text,
        track2: text,
        fields: fc.dictionary(fc.string({ maxLength: 20 }), text, { maxKeys: 3 }),
        chip: fc.record({ transportKey: fc.constant({ name: 'k', kcv: '000000' }), groupings }),
      },
      { requiredKeys: ['version', 'orderId'] },
    );
    fc.assert(
      fc.property(any, (value) => {
        const record = orderRecord.parse(value);
        const { findings } = validateOrder(record, rules(debit));
        expect(findings.length).toBeGreaterThan(0);
        const said = JSON.stringify(findings.map(({ text: words }) => words));
        for (const held of [record.pan, record.printName, record.encodedName]) {
          // Letters alone may be a piece of the wording itself.
          if (held !== undefined && /^[^\s"\\{}]{5,}$/.test(held) && !/^[a-z]+$/i.test(held))
            expect(said).not.toContain(held);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are told apart from what is no order', () => {
    const open = (text: string | Uint8Array) => {
      const result = readOrder(typeof text === 'string' ? Buffer.from(text) : text);
      return result.kind === 'order' ? 'order' : [codes(result.findings)[0], result.orderId];
    };
    expect(
      [
        JSON.stringify(order),
        new Uint8Array([0xff, 0xfe]),
        '{"version":1,',
        JSON.stringify({ ...order, version: 2 }),
        JSON.stringify({ ...order, colour: 'blue' }),
        JSON.stringify({ ...order, orderId: '../x' }),
        JSON.stringify({ ...order, expiry: 2811 }),
        '[]',
        'null',
      ].map(open),
    ).toEqual([
      'order',
      ['NOT-TEXT', null],
      ['NOT-JSON', null],
      ['VERSION', 'g-1'],
      ['MEMBER-UNKNOWN', 'g-1'],
      ['ORDER-ID', null],
      ['SHAPE', 'g-1'],
      ['SHAPE', null],
      ['SHAPE', null],
    ]);
  });
});

describe('the content digest', () => {
  it('fed record by record is the shared one', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.constantFrom('ready', 'held'))), (rows) => {
        const batch = { batch: 'b', product: 'p@1', productDigest: 'd', manifestDigest: 'm' };
        const records = rows.map(([order, state], index) => ({ index, order, sealedDigest: 'e', state }) as const);
        const stream = new ContentDigestStream(batch);
        for (const record of records) stream.add(record);
        expect(stream.end()).toBe(contentDigest(batch, records, sha256));
      }),
    );
  });
});

describe('reading ahead', () => {
  it('keeps the order, is one ahead and no more, and passes on the fault at its place', async () => {
    let made = 0;
    async function* numbers(): AsyncGenerator<number> {
      for (; made < 5; made++) yield made;
      throw new Error('end');
    }
    const seen: number[] = [];
    const leads: number[] = [];
    await expect(
      (async () => {
        for await (const value of readAhead(numbers())) {
          await new Promise((resolve) => setTimeout(resolve, 1));
          seen.push(value);
          leads.push(made - value);
        }
      })(),
    ).rejects.toThrow('end');
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    expect(Math.max(...leads)).toBe(1);
  });
});
