import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sideWidth, type PanelKind, type PrintSide } from '#shared/domain/print-side.ts';
import type { CardPainter } from './card-painter.ts';
import { CardPainter as Painter } from './card-painter.ts';
import { openTestPainter, sampleFields, shippedProduct, testSettings } from './test-painter.ts';

let painter: CardPainter;
const signal = AbortSignal.timeout(60_000);

beforeAll(async () => {
  painter = await openTestPainter();
});
afterAll(() => painter.close());

const off = { specimen: 'off' } as const;
const samplesOf = (side: PrintSide | undefined, kind: PanelKind) =>
  side?.panels.find((panel) => panel.kind === kind)?.samples ?? new Uint8Array();
const digest = (sides: readonly PrintSide[]) => {
  const hash = createHash('sha256');
  for (const side of sides) for (const panel of side.panels) hash.update(panel.samples);
  return hash.digest('hex');
};

describe('the shipped products', () => {
  test.each(['emv-debit@1', 'loyalty-stripe@1', 'gift-print@1'])(
    '%s is painted on both sides, five panels each',
    async (reference) => {
      const product = await shippedProduct(reference);
      await painter.check(product, signal);
      const sides = await painter.paint(product, sampleFields, off, signal);
      expect(sides.map((side) => [side.side, side.panels.map((panel) => panel.kind)])).toEqual([
        ['front', ['yellow', 'magenta', 'cyan', 'black', 'overlay']],
        ['back', ['yellow', 'magenta', 'cyan', 'black', 'overlay']],
      ]);
      for (const side of sides) {
        for (const panel of side.panels) expect(panel.samples.length).toBe(1016 * 648);
        for (const kind of ['black', 'overlay'] as const) {
          expect([...new Set(samplesOf(side, kind))].filter((value) => value !== 0 && value !== 255)).toEqual([]);
        }
      }
    },
  );

  test('nothing at all is laid on the chip and on the stripe', async () => {
    const [front, back] = await painter.paint(
      await shippedProduct('emv-debit@1'),
      sampleFields,
      { specimen: 'on' },
      signal,
    );
    const rows = (side: PrintSide | undefined, left: number, right: number, top: number, bottom: number) => {
      let laid = 0;
      for (const { samples } of side?.panels ?? []) {
        for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) laid += samples[y * sideWidth + x] ?? 0;
      }
      return laid;
    };
    expect([rows(front, 104, 256, 218, 356), rows(back, 0, 1016, 56, 194)]).toEqual([0, 0]);
    expect(samplesOf(front, 'overlay')[0]).toBe(255);
  });

  test('the same order gives the same bytes, in another painter too; SPECIMEN and another name give others', async () => {
    const product = await shippedProduct('emv-debit@1');
    const first = digest(await painter.paint(product, sampleFields, off, signal));
    const other = await openTestPainter();
    const again = digest(await other.paint(product, sampleFields, off, signal));
    await other.close();
    const specimen = digest(await painter.paint(product, sampleFields, { specimen: 'on' }, signal));
    const named = digest(await painter.paint(product, { ...sampleFields, printName: 'Zoe Åström-Nuñez' }, off, signal));
    expect(again).toBe(first);
    expect(new Set([first, specimen, named]).size).toBe(3);
  });

  test.each([
    ['Latin', 'Łukasz Żółć Đặng Ngọc'],
    ['Greek', 'Ελένη Παπαδοπούλου'],
    ['Cyrillic', 'Щербакова Юлія Їжак'],
    ['Arabic', 'محمد عبد الله الأحمدي'],
    ['Hebrew with points and figures', 'שָׁלוֹם בן־דוד 12'],
    ['Thai with SARA AM', 'กำพล น้ำทิพย์ สุขใจ'],
    ['Devanagari conjuncts', 'क्षत्रिया श्रीनिवास त्रिपाठी'],
    ['Armenian', 'Արամ Խաչատրյան'],
    ['Georgian', 'თამარ ბერიძე'],
    ['two directions', 'Ana (محمد) 7'],
  ])('%s is painted as wide as it was measured', async (_script, printName) => {
    const product = await shippedProduct('loyalty-stripe@1');
    const paint = async (name: string) =>
      samplesOf((await painter.paint(product, { ...sampleFields, printName: name }, off, signal))[0], 'black');
    const ink = await paint(printName);
    let [left, right] = [sideWidth, 0];
    for (let y = 372; y < 446; y++) {
      for (let x = 0; x < sideWidth; x++) {
        if (ink[y * sideWidth + x] === 0) continue;
        left = Math.min(left, x);
        right = Math.max(right, x);
      }
    }
    const { GlyphCoverage } = await import('./glyph-coverage.ts');
    const { findPinnedFonts } = await import('./pinned-fonts.ts');
    const settings = await testSettings();
    const coverage = await GlyphCoverage.open(await findPinnedFonts(settings.fontListFile, settings.fontFolders));
    const measured = coverage.measure(printName, 46, 700);
    expect(left).toBeGreaterThan(84);
    expect(Math.abs(right - left - measured)).toBeLessThan(measured * 0.03 + 6);
  });
});

describe('what cannot be printed is refused, without the text in the fault', () => {
  test('a character that no font has is named by code point and place', async () => {
    const fields = { ...sampleFields, printName: 'Li 李' };
    await expect(painter.paint(await shippedProduct('emv-debit@1'), fields, off, signal)).rejects.toMatchObject({
      code: 'LAYOUT-NO-GLYPH',
      details: { field: 'printName', character: 'U+674E', position: 4 },
    });
  });

  test('a long name shrinks to fit, a longer one is refused', async () => {
    const product = await shippedProduct('emv-debit@1');
    const long = { ...sampleFields, printName: 'Maria-Magdalena Konstantinopoulou von Hohe' };
    await expect(painter.paint(product, long, off, signal)).resolves.toHaveLength(2);
    await expect(painter.fit(product, long, signal)).resolves.toBeUndefined();
    const longer = { ...sampleFields, printName: 'W'.repeat(42) };
    await expect(painter.fit(product, longer, signal)).rejects.toMatchObject({
      code: 'LAYOUT-TEXT-TOO-LONG',
      details: { field: 'printName', layout: 'northbank-debit-front' },
    });
    await expect(painter.paint(product, longer, off, signal)).rejects.toMatchObject({
      code: 'LAYOUT-TEXT-TOO-LONG',
      details: { field: 'printName', layout: 'northbank-debit-front' },
    });
  });

  test('an absent field: optional is left out, required is refused; a malformed one is refused', async () => {
    const product = await shippedProduct('gift-print@1');
    const { printName: _name, ...without } = sampleFields;
    await expect(painter.paint(product, without, off, signal)).resolves.toHaveLength(2);
    const { giftAmount: _amount, ...lacking } = sampleFields;
    await expect(painter.paint(product, lacking, off, signal)).rejects.toMatchObject({
      code: 'LAYOUT-FIELD-MISSING',
      details: { field: 'giftAmount', layout: 'mercato-gift-front' },
    });
    await expect(painter.paint(product, { ...sampleFields, expiry: '2913' }, off, signal)).rejects.toMatchObject({
      code: 'LAYOUT-FIELD-FORM',
    });
  });

  test('markup in a field is printed as text, not obeyed', async () => {
    const product = await shippedProduct('loyalty-stripe@1');
    const fields = { ...sampleFields, printName: '<rect width="9"/>&amp;' };
    await expect(painter.paint(product, fields, off, signal)).resolves.toHaveLength(2);
  });

  test('an abort is obeyed and a closed painter says so', async () => {
    const product = await shippedProduct('gift-print@1');
    const stop = new AbortController();
    const painted = painter.paint(product, sampleFields, off, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(painted).rejects.toThrow('stopped');
    const closed = await openTestPainter();
    await closed.close();
    await expect(closed.paint(product, sampleFields, off, signal)).rejects.toMatchObject({
      code: 'LAYOUT-RENDERER-FAILED',
    });
  });

  test('a worker that does not answer in time is given up', async () => {
    const settings = { ...(await testSettings()), deadline: 1 };
    await expect(Painter.open(settings, signal)).rejects.toMatchObject({
      code: 'LAYOUT-TIMEOUT',
      details: { seconds: 0.001 },
    });
  });

  test('a missing font names its package', async () => {
    const settings = { ...(await testSettings()), fontFolders: ['/nowhere'] };
    await expect(Painter.open(settings, signal)).rejects.toMatchObject({
      code: 'LAYOUT-FONT-MISSING',
      details: { file: 'NotoSans-Regular.ttf', package: 'fonts-noto-core' },
    });
  });
});

describe('a layout of four plain shapes', () => {
  const head = '<svg xmlns="http://www.w3.org/2000/svg" width="1016" height="648" viewBox="0 0 1016 648">';
  let folder: string;
  let plain: CardPainter;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'layouts-'));
    await writeFile(
      join(folder, 'red.svg'),
      `${head}<rect x="10" y="10" width="100" height="50" fill="#ff0000"/></svg>`,
    );
    await writeFile(
      join(folder, 'text.svg'),
      `${head}<g data-panel="black"><text data-field="printName" data-max-width="900" x="50" y="300" font-size="60"></text></g></svg>`,
    );
    plain = await openTestPainter(folder);
  });
  afterAll(async () => {
    await plain.close();
    await rm(folder, { recursive: true });
  });

  const sums = (side: PrintSide | undefined) =>
    Object.fromEntries(
      side?.panels.map((panel) => [panel.kind, panel.samples.reduce((sum, sample) => sum + sample, 0)]) ?? [],
    );

  test('pure red is full magenta and yellow and nothing else; black text is in black only', async () => {
    const gift = await shippedProduct('gift-print@1');
    const product = { ...gift, print: { ...gift.print, front: 'red', back: 'text' } };
    const [front, back] = await plain.paint(product, sampleFields, off, signal);
    const area = 100 * 50 * 255;
    const overlay = 1016 * 648 * 255;
    expect(sums(front)).toEqual({ yellow: area, magenta: area, cyan: 0, black: 0, overlay });
    expect(sums(back)).toEqual({ yellow: 0, magenta: 0, cyan: 0, black: expect.any(Number) as number, overlay });
    expect(sums(back)['black']).toBeGreaterThan(255 * 2000);
  });

  test('a black ribbon has one panel, takes SPECIMEN in black, and refuses colour', async () => {
    const gift = await shippedProduct('gift-print@1');
    const black = { ...gift, print: { ...gift.print, ribbon: 'k', front: 'text', back: 'none' } } as const;
    const [front, ...others] = await plain.paint(black, sampleFields, { specimen: 'on' }, signal);
    expect([front?.panels.map((panel) => panel.kind), others]).toEqual([['black'], []]);
    const coloured = { ...black, print: { ...black.print, front: 'red' } };
    await expect(plain.paint(coloured, sampleFields, off, signal)).rejects.toMatchObject({
      code: 'LAYOUT-COLOUR-ON-BLACK-RIBBON',
    });
  });

  test('a product whose layout is absent, or leaves no room for the chip, is refused', async () => {
    const debit = await shippedProduct('emv-debit@1');
    await expect(plain.check(debit, signal)).rejects.toMatchObject({ code: 'LAYOUT-UNKNOWN' });
    const chipless = { ...debit, print: { ...debit.print, front: 'red', back: 'none' } };
    await expect(plain.check(chipless, signal)).rejects.toMatchObject({ code: 'LAYOUT-PRODUCT-MISMATCH' });
  });
});

test('a picture is a PNG of the side with transparent corners', async () => {
  const [front] = await painter.paint(await shippedProduct('emv-debit@1'), sampleFields, off, signal);
  const png = await painter.picture(front as PrintSide, signal);
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels, data[3]]).toEqual([1016, 648, 4, 0]);
});

test('20 cards: time a card, while the event loop stays free', async () => {
  const product = await shippedProduct('emv-debit@1');
  let worst = 0;
  let last = performance.now();
  const beat = setInterval(() => {
    worst = Math.max(worst, performance.now() - last - 5);
    last = performance.now();
  }, 5);
  const begin = performance.now();
  for (let at = 0; at < 20; at++) await painter.paint(product, sampleFields, off, signal);
  clearInterval(beat);
  process.stdout.write(
    `paint: ${((performance.now() - begin) / 20).toFixed(0)} ms a card of two sides, longest loop delay ${worst.toFixed(0)} ms\n`,
  );
});
