import { DOMParser, type Document, type Element } from '@xmldom/xmldom';
import { sideHeight, sideWidth } from '#shared/domain/print-side.ts';
import { orderFieldName, type OrderFieldName } from '#shared/domain/order-field.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { elementsOf, numberOf, svgNamespace, type BareArea, type CardLayout } from './card-layout.ts';
import { isFieldFormat } from './field-format.ts';
import { isCodeKind } from './draw-code.ts';

/** Drawing elements only: nothing that loads, embeds, runs, animates or filters. */
const allowedElements = new Set(
  (
    'svg defs g title desc path rect circle ellipse line polyline polygon text tspan ' +
    'linearGradient radialGradient stop clipPath mask pattern use'
  ).split(' '),
);

/**
 * Checks one layout: an SVG of 1016 x 648 pixels made of drawing elements, that names known fields and loads nothing.
 * Fault: LAYOUT-INVALID with file and reason.
 */
export function checkLayout(name: string, file: string, source: string): CardLayout {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new StationFault('LAYOUT-INVALID', { file, reason }, cause);
  };
  // Entities could name files or grow without end, and a style sheet instruction loads: a layout has no use for either.
  if (/<!DOCTYPE|<!ENTITY/i.test(source)) refuse('it has a document type declaration');
  if (/<\?(?!xml\s)/.test(source)) refuse('it has a processing instruction');
  let document: Document;
  try {
    const failing = (_level: unknown, message: string): never => {
      throw new SyntaxError(message);
    };
    document = new DOMParser({ onError: failing }).parseFromString(source, 'image/svg+xml');
  } catch (cause) {
    return refuse('it is no well-formed XML', cause);
  }
  const root = document.documentElement;
  if (root === null || root.localName !== 'svg') return refuse('it is no SVG');
  if (root.getAttribute('viewBox') !== `0 0 ${String(sideWidth)} ${String(sideHeight)}`) {
    refuse(`its viewBox is not 0 0 ${String(sideWidth)} ${String(sideHeight)}`);
  }
  if (numberOf(root, 'width', 0) !== sideWidth || numberOf(root, 'height', 0) !== sideHeight) {
    refuse(`its size is not ${String(sideWidth)} by ${String(sideHeight)}`);
  }
  const fields = new Set<OrderFieldName>();
  const areas: BareArea[] = [];
  for (const element of elementsOf(root)) {
    const place = `<${element.tagName}>`;
    if (element.namespaceURI !== svgNamespace || !allowedElements.has(element.localName ?? '')) {
      refuse(`the element ${place} is not allowed`);
    }
    checkAttributes(element, (reason) => refuse(`${reason} in ${place}`));
    const field = element.getAttribute('data-field');
    if (field !== null) fields.add(checkField(element, field, (reason) => refuse(`${reason} in ${place}`)));
    if (element.hasAttribute('data-area')) areas.push(readArea(element, refuse));
    const panel = element.getAttribute('data-panel');
    if (panel !== null && (panel !== 'black' || element.parentNode !== root || element.hasAttribute('transform'))) {
      refuse('data-panel is only allowed as "black" on untransformed children of the root');
    }
  }
  return { name, document, fields: [...fields], areas };
}

function checkAttributes(element: Element, refuse: (reason: string) => never): void {
  for (const attribute of element.attributes) {
    const { name, value } = attribute;
    const local = (attribute.localName ?? name).toLowerCase();
    if (/^on/i.test(local)) refuse(`the script attribute ${name} is not allowed`);
    if (local === 'style') refuse('style attributes are not allowed (use presentation attributes)');
    if (local === 'base') refuse('xml:base is not allowed');
    if (local === 'href' && !/^#[\w-]+$/.test(value)) refuse('a reference leads out of the file');
    for (const [, target] of value.matchAll(/url\(\s*["']?([^)"']*)/gi)) {
      if (!/^#[\w-]+$/.test(target ?? '')) refuse('a reference leads out of the file');
    }
    if (local !== 'href' && !name.startsWith('xmlns') && /(?:file|https?|data):/i.test(value)) {
      refuse('a reference leads out of the file');
    }
  }
}

function checkField(element: Element, text: string, refuse: (reason: string) => never): OrderFieldName {
  const field = orderFieldName.safeParse(text);
  if (!field.success) return refuse(`the field ${text} is unknown`);
  const format = element.getAttribute('data-format') ?? 'plain';
  if (!isFieldFormat(format)) refuse(`the format ${format} is unknown`);
  if (element.localName === 'rect') {
    const code = element.getAttribute('data-code');
    if (code === null || !isCodeKind(code)) refuse('a field in a rectangle needs a known data-code');
    for (const side of ['x', 'y', 'width', 'height']) {
      if (!Number.isInteger(numberOf(element, side, Number.NaN))) refuse(`a code needs a whole ${side}`);
    }
    return field.data;
  }
  if (element.localName !== 'text') refuse('a field must be a text or a code rectangle');
  const size = numberOf(element, 'font-size', Number.NaN);
  const least = numberOf(element, 'data-min-size', size);
  if (!(size >= 8) || !(least >= 8) || least > size)
    refuse('a field needs a font-size of 8 or more, and data-min-size within it');
  if (!(numberOf(element, 'data-max-width', Number.NaN) > 0)) refuse('a field needs a data-max-width');
  if (!['400', '700'].includes(element.getAttribute('font-weight') ?? '400'))
    refuse('a field has font-weight 400 or 700');
  const fit = element.getAttribute('data-fit') ?? 'none';
  if (!['none', 'shrink'].includes(fit)) refuse('data-fit is none or shrink');
  if (element.firstChild !== null && elementsOf(element).length > 1) refuse('a field holds no other elements');
  if (Number.isNaN(numberOf(element, 'letter-spacing', 0))) refuse('letter-spacing is a number of pixels');
  // Spacing would tear joined scripts apart, so only figures may have it.
  if (format === 'plain' && element.hasAttribute('letter-spacing')) refuse('free text has no letter-spacing');
  return field.data;
}

function readArea(element: Element, refuse: (reason: string) => never): BareArea {
  const kind = element.getAttribute('data-area');
  if (kind !== 'chip' && kind !== 'stripe') return refuse('data-area is chip or stripe');
  if (element.localName !== 'rect' || element.parentNode !== element.ownerDocument?.documentElement) {
    return refuse('a bare area is a rectangle directly in the root');
  }
  const [x, y, width, height, radius] = ['x', 'y', 'width', 'height', 'rx'].map((name) => numberOf(element, name, 0));
  const area = { kind, x: x ?? 0, y: y ?? 0, width: width ?? 0, height: height ?? 0, radius: radius ?? 0 } as const;
  const whole = [area.x, area.y, area.width, area.height, area.radius].every(
    (number) => Number.isInteger(number) && number >= 0,
  );
  if (!whole || area.width === 0 || area.x + area.width > sideWidth || area.y + area.height > sideHeight) {
    return refuse('a bare area is given in whole pixels within the card');
  }
  return area;
}
