// What it takes to read a card's print job again before its blank is fed, by product: milliseconds a card in the reading thread, on the processor, and how
// long the station's event loop stands still meanwhile; against packing the same sides.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { utf8 } from '#shared/bytes/bytes.ts';
import type { OrderFields } from '#shared/domain/order-field.ts';
import { flattenOrder } from '#shared/domain/order-fields.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { EvolisPrinter } from '../src-main/devices/printer/drivers/evolis/evolis-printer.ts';
import { PanelPacker } from '../src-main/devices/printer/drivers/evolis/panel-packer.ts';
import { CardPainter } from '../src-main/layout/card-painter.ts';
import { sampleOrder } from '../src-main/preparation/training-order.fixture.ts';
import { sharedPanelJudge, shippedPrintProduct } from '../src-main/production/print-proof.fixture.ts';
import { percentile, reportFigure, rounded } from './report-figure.ts';

const cards = 20;
const assets = fileURLToPath(new URL('../assets/', import.meta.url));
const { signal } = new AbortController();
const folder = mkdtempSync(join(tmpdir(), 'cardwright-bench-print-'));
const [painter, judge, packer] = [
  await CardPainter.open(
    {
      layoutsFolder: join(assets, 'layouts'),
      fontListFile: join(assets, 'fonts', 'fonts.json'),
      fontFolders: [join(assets, 'fonts'), '/usr/share/fonts/truetype/noto'],
      workFolder: folder,
    },
    signal,
  ),
  await sharedPanelJudge(),
  new PanelPacker(),
];
const printer = new EvolisPrinter({ open: () => Promise.reject(new Error('no link')), place: 'none', packer });

function subjectOf(product: ReturnType<typeof shippedPrintProduct>, fields: OrderFields) {
  return {
    product,
    digestKey: new Uint8Array(32),
    resolve: (reference: string) => {
      const value = fields[reference.slice('record:'.length) as keyof OrderFields];
      if (value === undefined) throw new StationFault('PREPARATION-NO-VALUE', { reference });
      return utf8(value);
    },
  };
}

try {
  for (const reference of ['emv-debit@1', 'loyalty-stripe@1', 'gift-print@1'] as const) {
    const product = shippedPrintProduct(reference);
    const [packing, reading]: [number[], number[]] = [[], []];
    const delay = monitorEventLoopDelay({ resolution: 1 });
    for (let at = 0; at < cards; at++) {
      const { fields } = flattenOrder(sampleOrder(reference, at));
      const sides = await painter.paint(product, fields, { specimen: 'on' }, signal);
      const began = performance.now();
      const { commands } = await printer.pack(sides, signal);
      packing.push(performance.now() - began);
      const from = performance.now();
      delay.enable();
      const { verdict, findings } = await judge.provePrint(subjectOf(product, fields), commands, signal);
      delay.disable();
      reading.push(performance.now() - from);
      if (verdict !== 'same') throw new Error(findings.map(({ text }) => text).join('; '));
    }
    reportFigure({
      name: `print read again, ${reference}`,
      value: rounded(percentile(reading, 0.5)),
      unit: 'ms a card',
      baseline: { name: 'packing it', value: rounded(percentile(packing, 0.5)) },
      about: { worst: rounded(percentile(reading, 0.99)), loopDelay99: rounded(delay.percentile(99) / 1e6, 1) },
    });
  }
} finally {
  await judge.close();
  await packer.close();
  await painter.close();
  rmSync(folder, { recursive: true, force: true });
}
