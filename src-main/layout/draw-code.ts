import bwip from 'bwip-js';

const kinds = ['code128', 'qrcode'] as const;

/** Symbologies: ISO/IEC 15417 Code 128 and ISO/IEC 18004 QR Code (error correction M). */
export type CodeKind = (typeof kinds)[number];

export function isCodeKind(text: string): text is CodeKind {
  return (kinds as readonly string[]).includes(text);
}

/** The room for a code, quiet zone included, in whole pixels. */
export interface CodeRoom {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Narrower modules do not survive a 300 dpi head. */
const leastModule = 2;

/**
 * Draws a code as SVG path data: modules of whole pixels on whole pixels (no grey edges), as large as the room allows, centred,
 * quiet zones kept (10 modules a side for Code 128, 4 around a QR code). Returns undefined where modules would be under 2 pixels.
 */
export function drawCode(kind: CodeKind, text: string, room: CodeRoom): string | undefined {
  return kind === 'code128' ? drawBars(text, room) : drawSquare(text, room);
}

function drawBars(text: string, room: CodeRoom): string | undefined {
  const [symbol] = bwip.raw('code128', text);
  if (symbol === undefined || !('sbs' in symbol)) return undefined;
  const widths = symbol.sbs;
  const modules = widths.reduce((sum, width) => sum + width, 0);
  const size = Math.floor(room.width / (modules + 20));
  if (size < leastModule) return undefined;
  let x = room.x + Math.floor((room.width - modules * size) / 2);
  let path = '';
  widths.forEach((width, at) => {
    if (at % 2 === 0) path += rectangle(x, room.y, width * size, room.height);
    x += width * size;
  });
  return path;
}

function drawSquare(text: string, room: CodeRoom): string | undefined {
  const [symbol] = bwip.raw('qrcode', text, 'eclevel=M');
  if (symbol === undefined || !('pixs' in symbol)) return undefined;
  const across = symbol.pixx;
  const size = Math.floor(Math.min(room.width, room.height) / (across + 8));
  if (size < leastModule) return undefined;
  const left = room.x + Math.floor((room.width - across * size) / 2);
  const top = room.y + Math.floor((room.height - across * size) / 2);
  let path = '';
  symbol.pixs.forEach((dark, at) => {
    if (dark === 1) path += rectangle(left + (at % across) * size, top + Math.floor(at / across) * size, size, size);
  });
  return path;
}

function rectangle(x: number, y: number, width: number, height: number): string {
  return `M${String(x)} ${String(y)}h${String(width)}v${String(height)}h-${String(width)}z`;
}
