import { XMLSerializer, type Document, type Element } from '@xmldom/xmldom';
import type { OrderFieldName, OrderFields } from '#shared/domain/order-field.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { elementsOf, numberOf, svgNamespace, type CardLayout } from './card-layout.ts';
import { drawCode, isCodeKind } from './draw-code.ts';
import { formatField, isFieldFormat } from './field-format.ts';
import type { GlyphCoverage } from './glyph-coverage.ts';

/** `on` prints SPECIMEN across the side: every card of training and every proof. */
export type Specimen = 'on' | 'off';

/** One side as two drawings: what is made of dyes, and what is made of black resin alone. */
export interface ComposedSide {
  readonly colour: string;
  readonly black: string;
}

export interface ComposeOptions {
  readonly specimen: Specimen;
  readonly ribbon: 'ymcko' | 'k';
  /** Fields that an order may lack: their elements are left out. */
  readonly optional: readonly OrderFieldName[];
}

/**
 * Fills a layout with one order's fields. Faults: LAYOUT-FIELD-MISSING, LAYOUT-FIELD-FORM, LAYOUT-NO-GLYPH,
 * LAYOUT-TEXT-TOO-LONG, LAYOUT-CODE-TOO-WIDE; none carries the text of a field.
 */
export function composeSide(
  layout: CardLayout,
  fields: OrderFields,
  coverage: GlyphCoverage,
  options: ComposeOptions,
): ComposedSide {
  const document = layout.document.cloneNode(true) as Document;
  const root = document.documentElement;
  if (root === null) throw new StationFault('LAYOUT-INVALID', { file: layout.name, reason: 'it is empty' });
  for (const element of elementsOf(root)) {
    if (element.hasAttribute('data-area')) remove(element);
    const name = element.getAttribute('data-field') as OrderFieldName | null;
    if (name !== null) fillElement(element, name, layout.name, fields[name], coverage, options);
  }
  // What belongs to an absent field, such as its caption, goes with it.
  for (const element of elementsOf(root)) {
    const companion = element.getAttribute('data-with') as OrderFieldName | null;
    if (companion !== null && (fields[companion] ?? '') === '') remove(element);
  }
  if (options.specimen === 'on') root.appendChild(specimenMark(document, options.ribbon));
  return { colour: without(document, 'black'), black: only(document) };
}

function fillElement(
  element: Element,
  field: OrderFieldName,
  layout: string,
  text: string | undefined,
  coverage: GlyphCoverage,
  options: ComposeOptions,
): void {
  if (text === undefined || text === '') {
    if (options.optional.includes(field)) return remove(element);
    throw new StationFault('LAYOUT-FIELD-MISSING', { field, layout });
  }
  const format = element.getAttribute('data-format') ?? 'plain';
  const written = isFieldFormat(format) ? formatField(format, text) : undefined;
  if (written === undefined) throw new StationFault('LAYOUT-FIELD-FORM', { field, layout, format });
  if (element.localName === 'rect') fillCode(element, written, field, layout);
  else fillText(element, written, field, layout, coverage);
}

function fillText(element: Element, text: string, field: string, layout: string, coverage: GlyphCoverage): void {
  coverage.require(text, field);
  const most = numberOf(element, 'data-max-width', 0);
  const spacing = numberOf(element, 'letter-spacing', 0);
  const weight = element.getAttribute('font-weight') === '700' ? 700 : 400;
  const full = numberOf(element, 'font-size', 0);
  const least = element.getAttribute('data-fit') === 'shrink' ? numberOf(element, 'data-min-size', full * 0.6) : full;
  let size = full;
  // Widths are in proportion to the size but for the spacing, so half-pixel steps end after a few dozen rounds at most.
  while (coverage.measure(text, size, weight, spacing) > most) {
    size -= 0.5;
    if (size < least) throw new StationFault('LAYOUT-TEXT-TOO-LONG', { field, layout });
  }
  element.setAttribute('font-size', String(size));
  while (element.firstChild !== null) element.removeChild(element.firstChild);
  element.appendChild(element.ownerDocument!.createTextNode(text));
}

function fillCode(element: Element, text: string, field: string, layout: string): void {
  const kind = element.getAttribute('data-code') ?? '';
  const room = {
    x: numberOf(element, 'x', 0),
    y: numberOf(element, 'y', 0),
    width: numberOf(element, 'width', 0),
    height: numberOf(element, 'height', 0),
  };
  const data = isCodeKind(kind) ? drawCode(kind, text, room) : undefined;
  if (data === undefined) throw new StationFault('LAYOUT-CODE-TOO-WIDE', { field, layout });
  const path = element.ownerDocument!.createElementNS(svgNamespace, 'path');
  path.setAttribute('d', data);
  path.setAttribute('fill', element.getAttribute('fill') ?? '#000');
  path.setAttribute('shape-rendering', 'crispEdges');
  element.parentNode?.replaceChild(path, element);
}

function specimenMark(document: Document, ribbon: 'ymcko' | 'k'): Element {
  const group = document.createElementNS(svgNamespace, 'g');
  const text = document.createElementNS(svgNamespace, 'text');
  const look: Record<string, string> = {
    transform: 'rotate(-24 508 324)',
    x: '519',
    y: '377',
    'text-anchor': 'middle',
    'font-family': 'Noto Sans',
    'font-weight': '700',
    'font-size': '150',
    'letter-spacing': '22',
    ...(ribbon === 'k'
      ? { fill: 'none', stroke: '#000', 'stroke-width': '3' }
      : { fill: '#fff', 'fill-opacity': '0.34', stroke: '#1a1a1a', 'stroke-opacity': '0.42', 'stroke-width': '2.5' }),
  };
  for (const [name, value] of Object.entries(look)) text.setAttribute(name, value);
  text.appendChild(document.createTextNode('SPECIMEN'));
  group.appendChild(text);
  if (ribbon === 'k') group.setAttribute('data-panel', 'black');
  return group;
}

/** The drawing without what goes to a panel of its own. */
function without(document: Document, panel: 'black'): string {
  const copy = document.cloneNode(true) as Document;
  for (const child of childrenOf(copy)) if (child.getAttribute('data-panel') === panel) remove(child);
  return new XMLSerializer().serializeToString(copy);
}

/** Only what goes to the black panel, with the definitions that it may use. */
function only(document: Document): string {
  const copy = document.cloneNode(true) as Document;
  for (const child of childrenOf(copy)) {
    if (child.getAttribute('data-panel') !== 'black' && child.localName !== 'defs') remove(child);
  }
  return new XMLSerializer().serializeToString(copy);
}

function childrenOf(document: Document): Element[] {
  const root = document.documentElement;
  return root === null ? [] : elementsOf(root).filter((element) => element.parentNode === root);
}

function remove(element: Element): void {
  element.parentNode?.removeChild(element);
}
