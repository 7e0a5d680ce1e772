import sharp from 'sharp';
import { sideHeight, sideWidth } from '#shared/domain/print-side.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { pinProof } from './pinned-fonts.ts';
import type { ComposedSide } from './compose-side.ts';

// One card at a time in the worker: more threads or a cache would only hold memory, and card data.
sharp.concurrency(1);
sharp.cache(false);

/** A drawing laid on white: 1016 * 648 pixels, three bytes each (red, green, blue), row by row from the top left. */
export type Pixels = Uint8Array;

/** Draws both parts of a side on white. Fault: LAYOUT-RENDERER-FAILED. Reads no file: the drawing comes as bytes, without a base. */
export async function renderSide(side: ComposedSide): Promise<{ readonly colour: Pixels; readonly black: Pixels }> {
  return { colour: await draw(side.colour), black: await draw(side.black) };
}

async function draw(svg: string): Promise<Pixels> {
  try {
    const { data, info } = await sharp(Buffer.from(svg), { density: 72 })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.width !== sideWidth || info.height !== sideHeight || info.channels !== 3) {
      throw new RangeError(`drawn as ${String(info.width)} x ${String(info.height)} x ${String(info.channels)}`);
    }
    return new Uint8Array(data.buffer, data.byteOffset, data.length);
  } catch (cause) {
    throw new StationFault('LAYOUT-RENDERER-FAILED', { reason: 'the drawing was refused' }, cause);
  }
}

/**
 * Proves that text is drawn by our font configuration and no other: a family that it alone knows must come out in bold.
 * Fault: LAYOUT-FONTS-NOT-PINNED.
 */
export async function proveFontsPinned(firstFamily: string): Promise<void> {
  const text = (family: string, weight: 400 | 700) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="${String(sideWidth)}" height="${String(sideHeight)}">` +
    `<text x="20" y="200" font-family="${family}" font-weight="${String(weight)}" font-size="90">Rag &amp; Qy 1459</text></svg>`;
  const [known, bold] = [await draw(text(pinProof, 400)), await draw(text(firstFamily, 700))];
  if (!Buffer.from(known).equals(Buffer.from(bold))) throw new StationFault('LAYOUT-FONTS-NOT-PINNED');
}
