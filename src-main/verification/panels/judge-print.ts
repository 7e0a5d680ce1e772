import type { OrderFields } from '#shared/domain/order-field.ts';
import type { ProofFinding } from '../port.ts';
import type { CardType } from './card-type.ts';
import { expectedText } from './expected-text.ts';
import type { FieldPlace, TextPlace } from './find-places.ts';
import { readPrintStream, UnreadableStream, type SidePicture } from './print-stream.ts';
import { readCode } from './read-code.ts';
import { readText, type TextReading } from './read-text.ts';
import { blackInk, zoneWithin } from './ink.ts';

/** What a print job is compared with. */
export interface WantedPrint {
  readonly front: readonly FieldPlace[];
  /** Null where the back is not printed. */
  readonly back: readonly FieldPlace[] | null;
  /** The order's fields, those included that the station computed. */
  readonly fields: OrderFields;
  /** Pixels that SPECIMEN hides in the black panel. */
  readonly hidden: ReadonlySet<number>;
}

/** What was found in a print job: findings, and every text and code as it was read, in the order of the layout. */
export interface PrintReading {
  readonly findings: readonly ProofFinding[];
  readonly read: readonly string[];
}

function finding(code: string, item: string, text: string): ProofFinding {
  return { code: `PROOF-PRINT-${code}`, item, text };
}

/**
 * Finds the order's fields again in the bytes of a print job: texts by their pictures, codes by their dots. Whatever is not there, stands elsewhere or
 * reads otherwise is a finding, which names field and place and never a value. Never throws for what the bytes hold.
 */
export function judgePrint(commands: readonly Uint8Array[], wanted: WantedPrint, type: CardType): PrintReading {
  let sides: readonly SidePicture[];
  try {
    sides = readPrintStream(commands);
  } catch (thrown) {
    if (!(thrown instanceof UnreadableStream)) throw thrown;
    return { findings: [finding('STREAM', 'print', `the print job cannot be read: ${thrown.message}`)], read: [] };
  }
  const findings: ProofFinding[] = [];
  const read: string[] = [];
  for (const [name, places] of [
    ['front', wanted.front],
    ['back', wanted.back],
  ] as const) {
    const side = sides.find((each) => each.side === name);
    if (places === null) {
      if (side !== undefined)
        findings.push(finding('SIDE', name, `the ${name} is printed though the product leaves it free`));
      continue;
    }
    if (side === undefined) {
      if (places.length > 0) findings.push(finding('SIDE', name, `nothing is printed on the ${name}`));
      continue;
    }
    for (const place of places) judgePlace(side, place, wanted, type, findings, read);
  }
  return { findings, read };
}

function judgePlace(
  side: SidePicture,
  place: FieldPlace,
  { fields, hidden }: WantedPrint,
  type: CardType,
  findings: ProofFinding[],
  read: string[],
): void {
  const item = `${side.side} ${place.field}`;
  const value = fields[place.field] ?? '';
  if (value === '') {
    if (place.kind === 'text' && isTaken(side, place, hidden)) {
      findings.push(
        finding('TEXT', item, `the order has no ${place.field}, but something stands at its place on the ${side.side}`),
      );
    }
    return;
  }
  const text = expectedText(place.format, value);
  if (text === null) {
    findings.push(finding('TEXT', item, `the ${place.field} cannot be written as the layout asks`));
    return;
  }
  if (place.kind === 'text') {
    const reading = readText(side, place, text, { type, hidden });
    if (reading.kind === 'same') read.push(text);
    else findings.push(finding('TEXT', item, `the ${place.field} on the ${side.side} ${inWords(reading)}`));
    return;
  }
  const reading = readCode(side, place, hidden);
  if (reading.kind === 'read' && reading.text === text) read.push(text);
  else {
    const says =
      reading.kind === 'read'
        ? 'holds another value than the order'
        : reading.kind === 'unreadable'
          ? `cannot be read: ${reading.reason}`
          : 'is not there';
    findings.push(finding('CODE', item, `the code of the ${place.field} on the ${side.side} ${says}`));
  }
}

/** Dyes are not judged: what lies under an absent field may have any colour. */
function isTaken(side: SidePicture, place: TextPlace, hidden: ReadonlySet<number>): boolean {
  if (place.panel !== 'black') return false;
  const left = place.x - (place.anchor === 'start' ? 0 : place.anchor === 'middle' ? place.room / 2 : place.room);
  const zone = zoneWithin(left, place.y - place.size * 0.6, left + place.room, place.y - place.size * 0.1);
  return blackInk(side, zone, hidden).includes(1);
}

function inWords(reading: Exclude<TextReading, { kind: 'same' }>): string {
  switch (reading.kind) {
    case 'nothing-there':
      return 'is not there';
    case 'no-contrast':
      return 'cannot be told from its ground';
    case 'too-long':
      return 'does not fit into its room';
    case 'elsewhere':
      return `stands beside its place: ${offset(reading.right, 'right', 'left')}${offset(reading.down, 'down', 'up')}`.trim();
    case 'other-character':
      return `reads otherwise: character ${reading.position} of ${reading.of} is another`;
    case 'missing':
      return `is not whole: character ${reading.position} of ${reading.of} lacks ink`;
    case 'unsure':
      return `cannot be read for certain: character ${reading.position} of ${reading.of}`;
    case 'more':
      return 'has something beside it that does not belong there';
  }
}

function offset(by: number, forwards: string, backwards: string): string {
  return by === 0 ? '' : `${Math.abs(by)} dots ${by > 0 ? forwards : backwards} `;
}
