import { parentPort, workerData } from 'node:worker_threads';
import type { OrderFieldName } from '#shared/domain/order-field.ts';
import type { PrintSide } from '#shared/domain/print-side.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { CardLayout } from './card-layout.ts';
import { composeSide } from './compose-side.ts';
import { GlyphCoverage } from './glyph-coverage.ts';
import { layoutsOf, loadLayouts, type LayoutCatalogue, type PrintedProduct } from './layout-catalogue.ts';
import type { LayoutOutcome, LayoutReply, LayoutRequest, LayoutTask, LayoutWorkerStart } from './layout-message.ts';
import { pictureSide } from './picture-side.ts';
import { findPinnedFonts } from './pinned-fonts.ts';
import { proveFontsPinned, renderSide } from './render-side.ts';
import { hasColour, separatePanels } from './separate-panels.ts';

// The thread in which cards are drawn: loads layouts and fonts once, then answers one task after the other.

function optionalFields({ fields }: PrintedProduct): readonly OrderFieldName[] {
  return Object.entries(fields)
    .filter(([, row]) => row.need === 'optional')
    .map(([name]) => name as OrderFieldName);
}

/** Lays the fields out on both sides without drawing them: a hundredth of the work of painting, and all that a fit depends on. */
function fit(
  { product, fields }: Extract<LayoutTask, { kind: 'fit' }>,
  catalogue: LayoutCatalogue,
  coverage: GlyphCoverage,
): void {
  const { ribbon } = product.print;
  const { front, back } = layoutsOf(catalogue, product);
  for (const layout of back === undefined ? [front] : [front, back]) {
    composeSide(layout, fields, coverage, { specimen: 'off', ribbon, optional: optionalFields(product) });
  }
}

async function paint(
  task: Extract<LayoutTask, { kind: 'paint' }>,
  catalogue: LayoutCatalogue,
  coverage: GlyphCoverage,
): Promise<readonly PrintSide[]> {
  const { ribbon } = task.product.print;
  const optional = optionalFields(task.product);
  const paintSide = async (layout: CardLayout, side: PrintSide['side']): Promise<PrintSide> => {
    const drawn = await renderSide(
      composeSide(layout, task.fields, coverage, { specimen: task.specimen, ribbon, optional }),
    );
    if (ribbon === 'k' && hasColour(drawn.colour)) {
      throw new StationFault('LAYOUT-COLOUR-ON-BLACK-RIBBON', { layout: layout.name });
    }
    return { side, panels: separatePanels(drawn, ribbon, layout.areas) };
  };
  const { front, back } = layoutsOf(catalogue, task.product);
  const sides = [await paintSide(front, 'front')];
  if (back !== undefined) sides.push(await paintSide(back, 'back'));
  return sides;
}

async function perform(task: LayoutTask, catalogue: LayoutCatalogue, coverage: GlyphCoverage): Promise<LayoutOutcome> {
  switch (task.kind) {
    case 'paint':
      return { kind: 'sides', sides: await paint(task, catalogue, coverage) };
    case 'fit':
      fit(task, catalogue, coverage);
      return { kind: 'fits' };
    case 'check':
      layoutsOf(catalogue, task.product);
      return { kind: 'checked' };
    case 'picture':
      return { kind: 'picture', png: await pictureSide(task.side) };
  }
}

function faultOf(thrown: unknown): LayoutOutcome {
  if (thrown instanceof StationFault) return { kind: 'fault', code: thrown.code, details: thrown.details };
  // The name only: a message of a library could quote what was to be printed.
  const reason = thrown instanceof Error ? thrown.name : 'unknown';
  return { kind: 'fault', code: 'LAYOUT-RENDERER-FAILED', details: { reason } };
}

function buffersOf(outcome: LayoutOutcome): ArrayBuffer[] {
  if (outcome.kind === 'picture') return [outcome.png.buffer as ArrayBuffer];
  if (outcome.kind !== 'sides') return [];
  return outcome.sides.flatMap((side) => side.panels.map((panel) => panel.samples.buffer as ArrayBuffer));
}

async function start(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('this file runs as a worker');
  const answer = (id: number, outcome: LayoutOutcome) =>
    port.postMessage({ id, outcome } satisfies LayoutReply, buffersOf(outcome));
  try {
    const settings = workerData as LayoutWorkerStart;
    const fonts = await findPinnedFonts(settings.fontListFile, settings.fontFolders);
    const coverage = await GlyphCoverage.open(fonts);
    const catalogue = await loadLayouts(settings.layoutsFolder);
    await proveFontsPinned(fonts[0]?.family ?? '');
    let last = Promise.resolve();
    port.on('message', (request: LayoutRequest) => {
      last = last.then(async () => {
        answer(request.id, await perform(request.task, catalogue, coverage).catch(faultOf));
      });
    });
    answer(0, { kind: 'ready' });
  } catch (thrown) {
    answer(0, faultOf(thrown));
  }
}

await start();
