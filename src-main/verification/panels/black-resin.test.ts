import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { utf8 } from '#shared/bytes/bytes.ts';
import type { OrderFields } from '#shared/domain/order-field.ts';
import type { Product } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { evolis } from '#shared/protocols/printers/evolis/commands.ts';
import { writePanel } from '../../devices/printer/drivers/evolis/write-panel.ts';
import { blackFront } from '../../layout/black-front.fixture.ts';
import { CardPainter } from '../../layout/card-painter.ts';
import { findPinnedFonts } from '../../layout/pinned-fonts.ts';
import { sampleFields, shippedProduct } from '../../layout/test-painter.ts';
import { PanelJudge } from './panel-judge.ts';

const assets = fileURLToPath(new URL('../../../assets/', import.meta.url));
const signal = AbortSignal.timeout(240_000);
const folder = mkdtempSync(join(tmpdir(), 'cardwright-black-'));
let painter: CardPainter;
let judge: PanelJudge;

beforeAll(async () => {
  writeFileSync(join(folder, 'black-front.svg'), blackFront);
  const fontFolders = [join(assets, 'fonts'), '/usr/share/fonts/truetype/noto'];
  const fontListFile = join(assets, 'fonts', 'fonts.json');
  const own = { layoutsFolder: folder, fontListFile, fontFolders, workFolder: join(folder, 'work') };
  painter = await CardPainter.open(own, signal);
  judge = new PanelJudge({
    layoutsFolder: folder,
    fonts: await findPinnedFonts(fontListFile, fontFolders),
    specimen: 'on',
  });
});
afterAll(async () => {
  await judge.close();
  await painter.close();
  rmSync(folder, { recursive: true });
});

async function findingsOf(printed: OrderFields, ordered: OrderFields) {
  const shipped = await shippedProduct('emv-debit@1');
  const print = { ...shipped.print, ribbon: 'k', front: 'black-front', back: 'none' } as const;
  const product: Product = { ...shipped, print };
  const sides = await painter.paint(product, printed, { specimen: 'on' }, signal);
  const commands = sides.flatMap(({ panels }) => [
    evolis.selectFront(),
    ...panels.map(({ kind, samples }) => writePanel(kind, samples)),
  ]);
  const resolve = (reference: string): Uint8Array => {
    const value = ordered[reference.slice('record:'.length) as keyof OrderFields];
    if (value === undefined) throw new StationFault('PREPARATION-NO-VALUE', { reference });
    return utf8(value);
  };
  const { findings } = await judge.provePrint({ product, digestKey: new Uint8Array(32), resolve }, commands, signal);
  return findings.map(({ text }) => text);
}

/** Numbers whose every figure comes under SPECIMEN somewhere. */
const numbers = ['9900081234561527', '4761739001010010', '8888888888888888', '1111111111111111', '0693586903586934'];

test.each(numbers)('a card in black resin alone is found again under SPECIMEN: %s', async (pan) => {
  for (const printName of ['Łukasz Żółć Đặng Ngọc', 'Mia Bergström', 'Wilhelmina Maximiliane van der Bruggen-Hoo']) {
    const fields = { ...sampleFields, pan, printName };
    expect(await findingsOf(fields, fields)).toEqual([]);
  }
});

test('another number, and another name, are found on it', async () => {
  const [first = '', second = ''] = numbers;
  const fields = { ...sampleFields, pan: first, printName: 'Mia Bergström' };
  expect(await findingsOf({ ...fields, pan: second }, fields)).toHaveLength(1);
  expect(await findingsOf({ ...fields, printName: 'Mio Bergström' }, fields)).toHaveLength(1);
});
