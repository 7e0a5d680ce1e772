import sharp from 'sharp';
import { sideHeight, sideWidth, type PanelKind, type PrintSide } from '#shared/domain/print-side.ts';

/** Corners of a card: 3.18 mm (ISO/IEC 7810 §5.1.1) at 300 dots an inch. */
const cornerRadius = 38;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Shows a side as the finished card would look, as a PNG of 1016 x 648 with rounded corners: the panels laid on a white blank,
 * with contacts or stripe drawn where the overlay leaves the blank bare.
 */
export async function pictureSide(side: PrintSide): Promise<Uint8Array> {
  const samples = (kind: PanelKind) => side.panels.find((panel) => panel.kind === kind)?.samples;
  const [yellow, magenta, cyan, black] = [samples('yellow'), samples('magenta'), samples('cyan'), samples('black')];
  const pixels = new Uint8Array(sideWidth * sideHeight * 3);
  for (let at = 0; at < sideWidth * sideHeight; at++) {
    const bare = (black?.[at] ?? 0) === 255 ? 24 : 255;
    pixels[at * 3] = Math.min(bare, 255 - (cyan?.[at] ?? 0));
    pixels[at * 3 + 1] = Math.min(bare, 255 - (magenta?.[at] ?? 0));
    pixels[at * 3 + 2] = Math.min(bare, 255 - (yellow?.[at] ?? 0));
  }
  const box = bareBox(samples('overlay'));
  const laid = await sharp(pixels, { raw: { width: sideWidth, height: sideHeight, channels: 3 } })
    .ensureAlpha()
    .composite([
      ...(box === undefined
        ? []
        : [{ input: Buffer.from(svg(box.width > sideWidth / 2 ? stripe(box) : contacts(box))) }]),
      { input: Buffer.from(svg(card('#fff'))), blend: 'dest-in' as const },
    ])
    .png({ compressionLevel: 6 })
    .toBuffer();
  return new Uint8Array(laid);
}

function bareBox(overlay: Uint8Array | undefined): Box | undefined {
  if (overlay === undefined) return undefined;
  let [left, top, right, bottom] = [sideWidth, sideHeight, -1, -1];
  for (let y = 0; y < sideHeight; y++) {
    for (let x = 0; x < sideWidth; x++) {
      if (overlay[y * sideWidth + x] !== 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

const n = (value: number) => value.toFixed(1);

function svg(content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${String(sideWidth)}" height="${String(sideHeight)}">${content}</svg>`;
}

function card(fill: string): string {
  return `<rect width="100%" height="100%" rx="${String(cornerRadius)}" fill="${fill}"/>`;
}

function stripe({ top, height }: Box): string {
  return (
    '<defs><linearGradient id="s" x2="0" y2="1"><stop offset="0" stop-color="#3a302b"/><stop offset=".5" stop-color="#231c19"/>' +
    `<stop offset="1" stop-color="#2f2723"/></linearGradient></defs><rect y="${n(top)}" width="100%" height="${n(height)}" fill="url(#s)"/>`
  );
}

/** Eight contacts and the middle field of a module (ISO/IEC 7816-2), drawn to fill the bare box. */
function contacts({ left, top, width, height }: Box): string {
  const [x, y, w, h] = [left + 3, top + 3, width - 6, height - 6];
  const [a, b] = [x + w * 0.34, x + w * 0.66];
  const rows = [y + h / 4, y + h / 2, y + (h * 3) / 4];
  const middle = { top: y + h * 0.2, bottom: y + h * 0.8 };
  const lines =
    rows.map((row) => `M${n(x)} ${n(row)}H${n(a)}M${n(b)} ${n(row)}H${n(x + w)}`).join('') +
    `M${n(a)} ${n(y)}V${n(middle.top)}M${n(b)} ${n(y)}V${n(middle.top)}M${n(a)} ${n(middle.bottom)}V${n(y + h)}M${n(b)} ${n(middle.bottom)}V${n(y + h)}`;
  return (
    '<defs><linearGradient id="g" x2="1" y2="1"><stop offset="0" stop-color="#f6e6b0"/><stop offset=".45" stop-color="#d9b665"/>' +
    '<stop offset=".6" stop-color="#efd894"/><stop offset="1" stop-color="#b98f3e"/></linearGradient></defs>' +
    `<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" rx="17" fill="url(#g)" stroke="#8a6a2a" stroke-width="2"/>` +
    `<g fill="none" stroke="#7d6026" stroke-width="2.4"><path d="${lines}"/>` +
    `<rect x="${n(a)}" y="${n(middle.top)}" width="${n(b - a)}" height="${n(middle.bottom - middle.top)}" rx="14"/></g>`
  );
}
