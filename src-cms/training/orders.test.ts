import { readFileSync } from 'node:fs';
import { createDecipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fromHex } from '#shared/bytes/bytes.ts';
import { encodedNamePattern, type OrderFieldRule } from '#shared/domain/order-field.ts';
import { orderRecord, type OrderRecord } from '#shared/domain/order-record.ts';
import { productSchema, type Product } from '#shared/domain/product.ts';
import { completeProduct } from '#shared/payment-profile/product-of-profile.ts';
import { paymentProfileSchema } from '#shared/payment-profile/profile-schema.ts';
import { parseTlvs } from '#shared/protocols/tlv/ber-tlv.ts';
import { badRecords, spoilerNames } from './bad-batch.ts';
import { luhnDigit, numberFor } from './card-numbers.ts';
import { showcaseNames } from './names.ts';
import { trainingOrder, trainingProducts, type TrainingProduct } from './orders.ts';
import { checkValue, encipherForTransport } from './transport-cipher.ts';

const today = new Date('2026-11-22T10:00:00Z');
const key = Buffer.alloc(32, 0x5c);
const transportKey = { name: 'dgi-transport/northbank/1', kcv: checkValue(key), key };
const scripts = 'Latin Greek Cyrillic Armenian Georgian Hebrew Arabic Devanagari Thai'.split(' ');

const make = (product: TrainingProduct, position: number, seed = 'test') =>
  trainingOrder(product, { seed, today, serial: 4_000 + position, position }, transportKey);

function asset(folder: string, name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../assets/${folder}/${name}.json`, import.meta.url), 'utf8'));
}

function profile(product: TrainingProduct): Product {
  const names = [
    'contact-online-pin-sda@1',
    'contact-online-pin-dda@1',
    'contact-offline-pin-cda@1',
    'contact-enciphered-pin-cda@1',
    'club-membership@1',
    'dual-offline-pin-cda@1',
    'contact-directory@1',
    'contactless-directory@1',
  ];
  const known = names.map((name) => [name, paymentProfileSchema.parse(asset('payment-profiles', name))] as const);
  const completed = completeProduct(asset('profiles', product), new Map(known));
  if (completed.kind === 'refused') throw new Error(completed.reason);
  return productSchema.parse(completed.content);
}

function fieldsOf(order: OrderRecord): Record<string, string> {
  const { version: _version, orderId: _id, chip: _chip, fields, ...rest } = order;
  return { ...(rest as Record<string, string>), ...fields };
}

function characters(text: string): number {
  return [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].length;
}

/** Says what a value breaks of a product's rule: a second reading of the rules, not the station's. */
function breach(rule: OrderFieldRule, value: string): string | null {
  const when = (fine: boolean) => (fine ? null : `${rule.kind}: ${value}`);
  switch (rule.kind) {
    case 'pan':
      return when(
        rule.lengths.includes(value.length) &&
          luhnDigit(value.slice(0, -1)) === value.at(-1) &&
          rule.binRanges.some(({ from, to }) => value.slice(0, from.length) >= from && value.slice(0, to.length) <= to),
      );
    case 'digits':
      return when(
        /^\d+$/.test(value) &&
          value.length >= rule.shortest &&
          value.length <= rule.longest &&
          (rule.check === 'none' || luhnDigit(value.slice(0, -1)) === value.at(-1)),
      );
    case 'year-month':
      return when(
        /^\d\d(0[1-9]|1[0-2])$/.test(value) &&
          (rule.when === 'any' || (rule.when === 'future' ? value >= '2611' : value <= '2611' || value > '9000')),
      );
    case 'service-code':
      return when(rule.allowed.includes(value));
    case 'printed-text': {
      const letters = new RegExp(
        `^(?:[\\p{Script=Common}\\p{Script=Inherited}${scripts.map((name) => `\\p{Script=${name}}`).join('')}])+$`,
        'u',
      );
      return when(characters(value) <= rule.longest && letters.test(value) && value === value.normalize('NFC'));
    }
    case 'encoded-name':
      return when(encodedNamePattern.test(value));
    case 'track':
      return when(value.length <= rule.longest && (rule.track === 1 ? /^[ -_]+$/ : /^[0-?]+$/).test(value));
    case 'amount':
      return when(Number(value) >= rule.least && Number(value) <= rule.most);
  }
}

describe('training orders', () => {
  it.each(trainingProducts)('%s: 500 orders keep every rule of the product', (product) => {
    const { fields } = profile(product);
    const findings: string[] = [];
    for (let position = 0; position < 500; position++) {
      const order = fieldsOf(orderRecord.parse(make(product, position)));
      for (const [name, { need }] of Object.entries(fields)) {
        if (need === 'required' && order[name] === undefined) findings.push(`${name} missing`);
      }
      for (const [name, value] of Object.entries(order)) {
        const field = fields[name as keyof typeof fields];
        const found = field === undefined ? `${name} unknown` : breach(field.rule, value);
        if (found !== null) findings.push(`${String(position)} ${name} ${found}`);
      }
    }
    expect(findings).toEqual([]);
  });

  it('are the same for the same seed and others for another', () => {
    for (const product of trainingProducts) {
      expect(make(product, 7)).toEqual(make(product, 7));
      expect(make(product, 7, 'other')).not.toEqual(make(product, 7));
    }
  });

  it('never share a number', () => {
    const numbers = new Set(Array.from({ length: 20_000 }, (_, serial) => numberFor('990001', serial)));
    expect(numbers.size).toBe(20_000);
  });

  it('bring the data groupings of the profile, with the tags it names and the values of the order', () => {
    const { chip } = profile('emv-debit@1');
    if (chip.kind !== 'emv') throw new Error('no chip');
    const order = make('emv-debit@1', 0);
    const groupings = order.chip?.groupings ?? [];
    expect(groupings.map(({ dgi, protection }) => [dgi, protection])).toEqual(
      chip.dataGroupings.map(({ dgi, content }) => [dgi, content === 'secret' ? 'transport' : 'none']),
    );
    const values = new Map<string, string>();
    for (const { dgi, tags, record } of chip.dataGroupings.filter(({ content }) => content === 'open')) {
      const parsed = parseTlvs(fromHex(groupings.find((grouping) => grouping.dgi === dgi)?.value ?? ''));
      const inner = record === undefined ? parsed : (parsed[0]?.children ?? []);
      expect(inner.map(({ tag }) => tag.toString(16))).toEqual(tags);
      for (const { tag, value } of inner) values.set(tag.toString(16), Buffer.from(value).toString('hex'));
    }
    expect(values.get('5a')).toBe(order.pan);
    expect(values.get('57')).toBe(`${(order.track2 ?? '').replace('=', 'd')}f`.slice(0, 38));
    expect(Buffer.from(values.get('5f20') ?? '', 'hex').toString()).toBe(order.encodedName);
    expect(values.get('5f24')?.slice(0, 4)).toBe(order.expiry);
    expect(values.get('9f42')).toBe('0978');
  });

  it('leave all to the station but the reference PIN, where its chip checks one', () => {
    const online = make('debit-online-dda@1', 3);
    expect([online.chip, online.track1, online.track2]).toEqual([undefined, undefined, undefined]);
    const { chip, track2 } = make('debit-offline-cda@1', 3);
    expect([chip?.groupings.map(({ dgi, protection }) => [dgi, protection]), track2]).toEqual([
      [['8010', 'transport']],
      undefined,
    ]);
    const decipher = createDecipheriv('aes-256-cbc', key, Buffer.alloc(16)).setAutoPadding(false);
    const sent = Buffer.from(chip?.groupings[0]?.value ?? '', 'hex');
    expect(Buffer.concat([decipher.update(sent), decipher.final()]).toString('hex')).toMatch(/^24\d{4}f{10}80(00){7}$/);
  });

  it('encipher keys and PIN under the transport key', () => {
    const [keys, pin] = (make('emv-debit@1', 1).chip?.groupings ?? []).slice(-2).map(({ value }) => {
      const decipher = createDecipheriv('aes-256-cbc', key, Buffer.alloc(16)).setAutoPadding(false);
      return Buffer.concat([decipher.update(Buffer.from(value, 'hex')), decipher.final()]);
    });
    expect([keys?.length, keys?.subarray(48).toString('hex')]).toEqual([64, `80${'00'.repeat(15)}`]);
    expect(pin?.toString('hex')).toMatch(/^24\d{4}f{10}80(00){7}$/);
    expect(encipherForTransport(key, Buffer.alloc(16)).length).toBe(32);
  });

  it('show names of every script, the shortest and the longest', () => {
    const printed = showcaseNames.map(({ printName }) => printName);
    for (const script of scripts) {
      expect(printed.some((name) => new RegExp(`\\p{Script=${script}}`, 'u').test(name))).toBe(true);
    }
    const lengths = printed.map(characters);
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([3, 42]);
  });
});

/** Key of NIST SP 800-38B appendix D.3; the value is that of `openssl mac -cipher AES-256-CBC -macopt hexkey:... CMAC` over 16 zeros. */
describe('check value', () => {
  it('is the CMAC of a zero block', () => {
    const published = Buffer.from('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4', 'hex');
    expect(checkValue(published)).toBe('1a0b2d');
  });
});

describe('the bad batch', () => {
  it('holds each fault once beside good orders', () => {
    const elsewhere = make('emv-debit@1', 499);
    const records = [...badRecords({ seed: 'test', today, serial: 8_000 }, transportKey, elsewhere)];
    expect(records.flatMap(({ fault }) => (fault === null ? [] : [fault]))).toEqual(spoilerNames);
    expect(new Set(records.map(({ orderId }) => orderId)).size).toBe(records.length);
    for (const { fault, text } of records) {
      if (fault === null) expect(orderRecord.safeParse(JSON.parse(text)).success).toBe(true);
    }
    const texts = records.filter(({ fault }) => fault !== null).map(({ text }) => text);
    expect(texts.every((text) => !records.some((record) => record.fault === null && record.text === text))).toBe(true);
  });
});
