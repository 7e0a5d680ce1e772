import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concatBytes, utf8 } from '#shared/bytes/bytes.ts';
import type { OrderFields } from '#shared/domain/order-field.ts';
import type { PanelKind, PrintSide } from '#shared/domain/print-side.ts';
import { sideWidth } from '#shared/domain/print-side.ts';
import type { Product } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { evolis } from '#shared/protocols/printers/evolis/commands.ts';
import { writePanel } from '../../devices/printer/drivers/evolis/write-panel.ts';
import type { CardPainter } from '../../layout/card-painter.ts';
import { findPinnedFonts } from '../../layout/pinned-fonts.ts';
import { openTestPainter, sampleFields, shippedProduct } from '../../layout/test-painter.ts';
import type { PrintSubject } from '../port.ts';
import { PanelJudge } from './panel-judge.ts';

const assets = fileURLToPath(new URL('../../../assets/', import.meta.url));
const signal = AbortSignal.timeout(240_000);
let painter: CardPainter;
let judge: PanelJudge;

beforeAll(async () => {
  painter = await openTestPainter();
  const fonts = await findPinnedFonts(join(assets, 'fonts', 'fonts.json'), ['/usr/share/fonts/truetype/noto']);
  judge = new PanelJudge({ layoutsFolder: join(assets, 'layouts'), fonts, specimen: 'on' });
});
afterAll(async () => {
  await judge.close();
  await painter.close();
});

function subjectOf(product: Product, fields: OrderFields): PrintSubject {
  return {
    product,
    digestKey: new Uint8Array(32),
    resolve: (reference) => {
      const value = fields[reference.slice('record:'.length) as keyof OrderFields];
      if (value === undefined) throw new StationFault('PREPARATION-NO-VALUE', { reference });
      return utf8(value);
    },
  };
}

/** The bytes that the station's own packer makes of the sides. */
function packed(sides: readonly PrintSide[]): Uint8Array[] {
  return sides.flatMap(({ side, panels }) => [
    side === 'front' ? evolis.selectFront() : evolis.selectBack(),
    ...panels.map(({ kind, samples }) => writePanel(kind, samples)),
  ]);
}

async function paint(
  product: Product,
  fields: OrderFields,
  specimen: 'on' | 'off' = 'on',
): Promise<readonly PrintSide[]> {
  return painter.paint(product, fields, { specimen }, signal);
}

async function findingsOf(product: Product, fields: OrderFields, commands: readonly Uint8Array[]) {
  const { verdict, findings } = await judge.provePrint(subjectOf(product, fields), commands, signal);
  expect(verdict).toBe(findings.length === 0 ? 'same' : 'differs');
  return findings.map(({ code, item, text }) => `${code} ${item}: ${text}`);
}

function panelOf(sides: readonly PrintSide[], side: 'front' | 'back', kind: PanelKind): Uint8Array {
  const found = sides.find((each) => each.side === side)?.panels.find((panel) => panel.kind === kind);
  if (found === undefined) throw new Error('no such panel');
  return found.samples;
}

/** Moves what lies in a rectangle of a panel, leaving nothing behind. */
function move(samples: Uint8Array, box: readonly [number, number, number, number], right: number, down: number): void {
  const [left, top, width, height] = box;
  const kept = Array.from({ length: height }, (_, y) =>
    samples.slice((top + y) * sideWidth + left, (top + y) * sideWidth + left + width),
  );
  kept.forEach((_, y) => samples.fill(0, (top + y) * sideWidth + left, (top + y) * sideWidth + left + width));
  kept.forEach((row, y) => samples.set(row, (top + y + down) * sideWidth + left + right));
}

const products = ['emv-debit@1', 'debit-online-dda@1', 'loyalty-stripe@1', 'gift-print@1'] as const;
const fields: OrderFields = { ...sampleFields, cvv2: '386' };

describe('what the station sends is found again', () => {
  test.each(products)('%s, with SPECIMEN and without', async (reference) => {
    const product = await shippedProduct(reference);
    for (const specimen of ['on', 'off'] as const) {
      expect(await findingsOf(product, fields, packed(await paint(product, fields, specimen)))).toEqual([]);
    }
  });

  test.each([
    ['Latin', 'Łukasz Żółć Đặng Ngọc'],
    ['Latin, shrunk', 'Wilhelmina Maximiliane van der Bruggen-Hoo'],
    ['Greek', 'Ελένη Παπαδοπούλου'],
    ['Cyrillic', 'Александр Щукин-Ёлкин'],
    ['Armenian', 'Արմեն Պետրոսյան'],
    ['Georgian', 'გიორგი ბერიძე'],
    ['Hebrew', 'שרה לוי-כהן'],
    ['Arabic', 'محمد علي الحسن'],
    ['Devanagari', 'प्रिया शर्मा'],
    ['Thai', 'สมชาย ใจดี'],
    ['Latin and Hebrew', 'Anna שרה Levi'],
  ])('names in %s', async (_, printName) => {
    // Black resin, and white of three dyes under SPECIMEN.
    for (const reference of ['loyalty-stripe@1', 'emv-debit@1']) {
      const product = await shippedProduct(reference);
      const named = { ...fields, printName };
      expect(await findingsOf(product, named, packed(await paint(product, named)))).toEqual([]);
    }
  });

  test('a name that an order may lack leaves its place free', async () => {
    const product = await shippedProduct('gift-print@1');
    const { printName: _, ...without } = fields;
    expect(await findingsOf(product, without, packed(await paint(product, without)))).toEqual([]);
  });
});

describe('what is planted is found', () => {
  const emv = () => shippedProduct('emv-debit@1');
  const loyalty = () => shippedProduct('loyalty-stripe@1');

  test.each([
    ['one digit of the card number', { pan: '9900010000000018' }, /front pan.*character 16 of 16 is another/],
    ['a digit in the middle of it', { pan: '9900010080000017' }, /front pan.*character 9 of 16 is another/],
    ['6 for 8', { cvv2: '366' }, /back cvv2.*character 2 of 3 is another/],
    ['another name', { printName: 'Zoë Åström-Nunez' }, /front printName.*character 13 of 15/],
    ['an accent', { printName: 'Zoè Åström-Nuñez' }, /front printName.*character 3 of 15 is another/],
    ['a name of another order', { printName: 'Maximilian Berg' }, /front printName/],
    ['another expiry', { expiry: '3211' }, /front expiry.*is another/],
    ['a missing digit', { pan: '990001000000001' }, /front pan/],
    ['a digit too many', { panSequence: '012' }, /panSequence on the back has something beside it/],
  ] as const)('%s', async (_, printed, said) => {
    const product = await shippedProduct('debit-online-dda@1');
    const found = await findingsOf(product, fields, packed(await paint(product, { ...fields, ...printed })));
    expect(found.join('\n')).toMatch(said);
    // Words for people, never a value.
    expect(found.join('\n')).not.toMatch(/99000100|Zo[eëè]|Berg|386|366/);
  });

  test.each([
    ['Arabic', 'محمد علي', 'محمد عمر'],
    ['one dot of Arabic', 'نبيل', 'تبيل'],
    ['Devanagari', 'प्रिया शर्मा', 'प्रिया वर्मा'],
    ['a vowel sign of Devanagari', 'शर्मा', 'शर्मी'],
    ['Thai', 'สมชาย', 'สมหาย'],
    ['a tone mark of Thai', 'น้อย', 'น่อย'],
    ['Hebrew', 'שרה', 'שרח'],
    ['Cyrillic', 'Щукин', 'Шукин'],
    ['Armenian', 'Արմեն', 'Արմեռ'],
  ])('another name in %s', async (_, ordered, printed) => {
    const product = await loyalty();
    const sides = await paint(product, { ...fields, printName: printed });
    expect((await findingsOf(product, { ...fields, printName: ordered }, packed(sides))).join()).toMatch(
      /front printName/,
    );
  });

  test('a field beside its place, in words', async () => {
    const product = await loyalty();
    const sides = await paint(product, fields);
    move(panelOf(sides, 'front', 'black'), [88, 380, 560, 62], 9, -4);
    expect(await findingsOf(product, fields, packed(sides))).toEqual([
      'PROOF-PRINT-TEXT front printName: the printName on the front stands beside its place: 9 dots right 4 dots up',
    ]);
  });

  test('swapped sides, a side left out, and a side too many', async () => {
    const product = await emv();
    const sides = await paint(product, fields);
    const turned = sides.map(({ side, panels }) => ({ side: side === 'front' ? 'back' : 'front', panels }) as const);
    expect((await findingsOf(product, fields, packed(turned))).map((text) => text.split(':')[0])).toEqual([
      'PROOF-PRINT-TEXT front pan',
      'PROOF-PRINT-TEXT front effective',
      'PROOF-PRINT-TEXT front expiry',
      'PROOF-PRINT-TEXT front printName',
      'PROOF-PRINT-TEXT back pan',
      'PROOF-PRINT-TEXT back panSequence',
      'PROOF-PRINT-TEXT back expiry',
    ]);
    expect(await findingsOf(product, fields, packed(sides.slice(0, 1)))).toEqual([
      'PROOF-PRINT-SIDE back: nothing is printed on the back',
    ]);
    const oneSided: Product = { ...product, print: { ...product.print, back: 'none' } };
    expect(await findingsOf(oneSided, fields, packed(sides))).toEqual([
      'PROOF-PRINT-SIDE back: the back is printed though the product leaves it free',
    ]);
  });

  test('codes of another card, and codes with one wrong dot', async () => {
    const product = await loyalty();
    const other = await paint(product, { ...fields, loyaltyNumber: '6009900000001242' });
    expect((await findingsOf(product, fields, packed(other))).filter((text) => text.includes('CODE'))).toEqual([
      'PROOF-PRINT-CODE back loyaltyNumber: the code of the loyaltyNumber on the back holds another value than the order',
      'PROOF-PRINT-CODE back loyaltyNumber: the code of the loyaltyNumber on the back holds another value than the order',
    ]);
    const sides = await paint(product, fields);
    const black = panelOf(sides, 'back', 'black');
    const first = black.indexOf(255, 360 * sideWidth + 94);
    black[first] = 0;
    const corner = black.indexOf(255, 400 * sideWidth + 740);
    black[corner] = 0;
    expect((await findingsOf(product, fields, packed(sides))).filter((text) => text.includes('CODE'))).toEqual([
      'PROOF-PRINT-CODE back loyaltyNumber: the code of the loyaltyNumber on the back cannot be read: its bars are damaged',
      'PROOF-PRINT-CODE back loyaltyNumber: the code of the loyaltyNumber on the back cannot be read: a module is neither dark nor light',
    ]);
  });

  test('bytes that are no print job', async () => {
    const product = await emv();
    const commands = packed(await paint(product, fields));
    const cut = commands.map((command, at) =>
      at === 1 ? concatBytes(command.subarray(0, -9), Uint8Array.of(0x0d)) : command,
    );
    expect(await findingsOf(product, fields, cut)).toEqual([expect.stringMatching(/^PROOF-PRINT-STREAM print: /)]);
    expect(await findingsOf(product, fields, commands.slice(1))).toEqual([
      'PROOF-PRINT-STREAM print: the print job cannot be read: a panel comes before a side is chosen',
    ]);
  });
});
