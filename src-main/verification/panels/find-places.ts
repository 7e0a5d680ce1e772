import { DOMParser, type Element } from '@xmldom/xmldom';
import type { OrderFieldName } from '#shared/domain/order-field.ts';

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

interface Place {
  readonly field: OrderFieldName;
  readonly format: string;
  /** Laid down as black resin, or mixed of the dyes. */
  readonly panel: 'black' | 'dyes';
  readonly colour: Colour;
}

/** Where a field's text stands: its baseline and the room it may take. */
export interface TextPlace extends Place {
  readonly kind: 'text';
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly weight: 400 | 700;
  /** The size and the least one that a long text may be set in. */
  readonly size: number;
  readonly leastSize: number;
  readonly spacing: number;
  readonly room: number;
}

/** The rectangle that holds a field's bar or square code with its quiet zone. */
export interface CodePlace extends Place {
  readonly kind: 'code';
  readonly symbology: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type FieldPlace = TextPlace | CodePlace;

/** A layout says where its fields stand in a way that this reader cannot follow. */
export class UnreadableLayout extends Error {}

/** Reads from a layout's SVG where each field stands and how it looks: presentation attributes, inherited as SVG 1.1 6.4 says; of transformations only `translate`. */
export function findPlaces(svg: string): readonly FieldPlace[] {
  const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  if (root === null) throw new UnreadableLayout('the layout is empty');
  return Array.from(root.getElementsByTagName('*'))
    .filter((element) => element.hasAttribute('data-field'))
    .map((element) => placeOf(element));
}

function placeOf(element: Element): FieldPlace {
  const field = element.getAttribute('data-field') as OrderFieldName;
  const shift = shiftOf(element, field);
  const own = (name: string, absent: number): number => {
    const text = element.getAttribute(name);
    return text === null || text === '' ? absent : Number(text);
  };
  const common = {
    field,
    format: element.getAttribute('data-format') ?? 'plain',
    panel: inherited(element, 'data-panel') === 'black' ? 'black' : 'dyes',
    colour: colourOf(inherited(element, 'fill') ?? '#000', field),
    x: own('x', 0) + shift.x,
    y: own('y', 0) + shift.y,
  } as const;
  if (element.localName === 'rect') {
    const symbology = element.getAttribute('data-code') ?? '';
    return { ...common, kind: 'code', symbology, width: own('width', 0), height: own('height', 0) };
  }
  const anchor = inherited(element, 'text-anchor') ?? 'start';
  const size = own('font-size', 0);
  return {
    ...common,
    kind: 'text',
    anchor: anchor === 'middle' || anchor === 'end' ? anchor : 'start',
    weight: inherited(element, 'font-weight') === '700' ? 700 : 400,
    size,
    leastSize: element.getAttribute('data-fit') === 'shrink' ? own('data-min-size', size * 0.6) : size,
    spacing: Number(inherited(element, 'letter-spacing') ?? '0'),
    room: own('data-max-width', 0),
  };
}

function inherited(element: Element, name: string): string | null {
  for (let at: Element | null = element; at !== null; at = parentOf(at)) {
    const value = at.getAttribute(name);
    if (value !== null && value !== '') return value;
  }
  return null;
}

function parentOf(element: Element): Element | null {
  const { parentNode } = element;
  return parentNode !== null && parentNode.nodeType === 1 ? (parentNode as Element) : null;
}

function shiftOf(element: Element, field: string): { readonly x: number; readonly y: number } {
  const shift = { x: 0, y: 0 };
  for (let at: Element | null = element; at !== null; at = parentOf(at)) {
    const transform = at.getAttribute('transform');
    if (transform === null || transform === '') continue;
    const found = /^\s*translate\(\s*(-?[\d.]+)(?:[\s,]+(-?[\d.]+))?\s*\)\s*$/.exec(transform);
    if (found === null) throw new UnreadableLayout(`the field ${field} is turned or stretched`);
    shift.x += Number(found[1]);
    shift.y += Number(found[2] ?? '0');
  }
  return shift;
}

function colourOf(text: string, field: string): Colour {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text);
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  const channel = (at: 1 | 2 | 3): number => {
    const digits = long?.[at] ?? (short?.[at] ?? '').repeat(2);
    if (digits === '') throw new UnreadableLayout(`the field ${field} has no plain colour`);
    return Number.parseInt(digits, 16);
  };
  return [channel(1), channel(2), channel(3)];
}
