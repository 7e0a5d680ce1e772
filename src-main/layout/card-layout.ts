import type { Document, Element } from '@xmldom/xmldom';
import type { OrderFieldName } from '#shared/domain/order-field.ts';

/** A part of a side on which nothing may be printed, in pixels; corners rounded by `radius`. */
export interface BareArea {
  readonly kind: 'chip' | 'stripe';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly radius: number;
}

/** A layout that passed its check; the document is never changed, composing works on a copy. */
export interface CardLayout {
  readonly name: string;
  readonly document: Document;
  readonly fields: readonly OrderFieldName[];
  readonly areas: readonly BareArea[];
}

export const svgNamespace = 'http://www.w3.org/2000/svg';

/** All elements below and including this one, in document order. */
export function elementsOf(root: Element): Element[] {
  const found: Element[] = [root];
  for (let child = root.firstChild; child !== null; child = child.nextSibling) {
    if (child.nodeType === 1) found.push(...elementsOf(child as Element));
  }
  return found;
}

/** The element's attribute as a number, or the given one where it is absent; NaN where it is no plain decimal. */
export function numberOf(element: Element, name: string, absent: number): number {
  const text = element.getAttribute(name);
  if (text === null || text === '') return absent;
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}
