import { hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OrderFields } from '#shared/domain/order-field.ts';
import { maskPan } from '#shared/domain/order-record.ts';
import type { EventPayload } from '#shared/journal-format/event-kinds.ts';
import type { SealedRecord } from '../keys/port.ts';
import type { Product } from '#shared/domain/product.ts';
import { isLonger } from './checks/check-printed-text.ts';
import { makeFinding, type Finding } from './finding.ts';
import type { IntakeRules } from './intake-rules.ts';
import type { KnownOrders } from './known-orders.ts';
import { readOrder } from './read-order.ts';
import { validateOrder } from './validate-order.ts';

export type AcceptedRecord = EventPayload<'batch.records-accepted'>['records'][number];

/** A record opened and authentic; the plaintext is wiped once it was read. */
export interface OpenRecord {
  readonly index: number;
  readonly plaintext: Uint8Array;
  readonly sealed: SealedRecord;
}

/** Lays an order's printed text out as its layout wants it and says what does not fit; it has a price, so only long texts are tried. */
export type LayoutFit = (product: Product, fields: OrderFields, signal: AbortSignal) => Promise<Finding | null>;

export interface Examination {
  readonly rules: IntakeRules;
  readonly known: KnownOrders;
  readonly layoutFit: LayoutFit | null;
  /** HMAC of each text under the issuer's PAN digest key, hexadecimal. */
  readonly digest: (texts: readonly string[], signal: AbortSignal) => Promise<readonly string[]>;
}

/** What is kept of a record once it was read. */
export interface Examined {
  readonly index: number;
  readonly order: string;
  readonly sealed: SealedRecord;
  readonly findings: readonly Finding[];
  readonly maskedPan: string | null;
  /** What tells this card from others; null without a PAN. */
  readonly card: string | null;
  /** The fields of an order that is good so far and whose printed text is long; null for any other. */
  readonly long: OrderFields | null;
}

/** Records examined before others get their turn: about 10 ms. */
const turn = 50;
/** Most findings that are kept of one record. */
const mostFindings = 12;
/** Printed characters from which a layout is asked whether they fit. */
const longText = 26;
const wholePan = /^\d{12,19}$/;
/** Twelve digits or more, also in groups. */
const mayHoldPan = /(?:\d[._-]?){12}/;

/** The text whose keyed digest tells one card from another: PAN, sequence number and expiry. */
function cardText({ pan, panSequence = '', expiry = '' }: OrderFields): string | null {
  return pan !== undefined && wholePan.test(pan) ? `${pan}/${panSequence}/${expiry}` : null;
}

function examine({ index, plaintext, sealed }: OpenRecord, rules: IntakeRules): Examined {
  const read = readOrder(plaintext);
  plaintext.fill(0);
  const nameless = `record-${String(index)}`;
  if (read.kind === 'unreadable') {
    const { orderId, findings } = read;
    // What cannot be read cannot be compared with its card number: an id that might be one is not taken into the journal.
    const order = orderId === null || mayHoldPan.test(orderId) ? nameless : orderId;
    return { index, order, sealed, findings, maskedPan: null, card: null, long: null };
  }
  const { fields, findings } = validateOrder(read.record, rules);
  const pan = fields.pan !== undefined && wholePan.test(fields.pan) ? fields.pan : null;
  const maskedPan = pan === null ? null : maskPan(pan);
  const common = { index, sealed, maskedPan, card: cardText(fields) };
  const { orderId } = read.record;
  if (pan !== null && orderId.includes(pan)) {
    const shown = makeFinding('INTAKE-ORDER-ID-SHOWS-PAN', null);
    return { ...common, order: nameless, findings: [...findings, shown], long: null };
  }
  const long = findings.length === 0 && hasLongText(fields, rules.product) ? fields : null;
  return { ...common, order: orderId, findings, long };
}

function hasLongText(fields: OrderFields, product: Product): boolean {
  return Object.entries(product.fields).some(([name, { rule }]) => {
    const text = fields[name as keyof OrderFields];
    return rule.kind === 'printed-text' && text !== undefined && isLonger(text, longText);
  });
}

function bounded(findings: readonly Finding[]): Finding[] {
  if (findings.length <= mostFindings) return [...findings];
  const kept = findings.slice(0, mostFindings - 1);
  return [...kept, makeFinding('INTAKE-MORE-FINDINGS', null, { count: findings.length - kept.length })];
}

/** Records read and validated, whose card digests are on their way. */
export interface ExaminedSlice {
  readonly records: readonly Examined[];
  readonly digests: Promise<readonly string[]>;
}

/** Reads and validates opened records, and asks for the digests of their cards; the plaintext is gone when a slice is handed on. */
export async function* examineRecords(
  slices: AsyncIterable<readonly OpenRecord[]>,
  { rules, digest }: Examination,
  signal: AbortSignal,
): AsyncGenerator<ExaminedSlice> {
  for await (const slice of slices) {
    const records: Examined[] = [];
    for (const record of slice) {
      records.push(examine(record, rules));
      if (records.length % turn === 0) await nextTurn(undefined, { signal });
    }
    const digests = digest(
      records.map(({ card }) => card).filter((text) => text !== null),
      signal,
    );
    // Whoever compares them hears the fault; until then it must not count as unheard.
    digests.catch(() => undefined);
    yield { records, digests };
  }
}

/** Compares examined records, in order of index, with the orders known, and gives the journal's view of each: without name and full PAN. */
export async function acceptRecords(
  { records, digests }: ExaminedSlice,
  { rules, known, layoutFit }: Examination,
  signal: AbortSignal,
): Promise<readonly AcceptedRecord[]> {
  const cardDigests = (await digests).values();
  const accepted: AcceptedRecord[] = [];
  for (const record of records) {
    const { index, order, sealed, maskedPan, card, long } = record;
    const cardDigest = card === null ? null : (cardDigests.next().value ?? null);
    const findings = [...record.findings, ...known.check({ order, cardDigest })];
    if (layoutFit !== null && long !== null && findings.length === 0) {
      const misfit = await layoutFit(rules.product, long, signal);
      if (misfit !== null) findings.push(misfit);
      // While it was drawn, a batch that is pulled beside this one may have claimed the same card.
      else findings.push(...known.check({ order, cardDigest }));
    }
    if (findings.length === 0) known.claim({ order, cardDigest });
    const sealedDigest = hash('sha256', sealed.bytes, 'hex');
    accepted.push({ index, order, maskedPan, cardDigest, sealedDigest, findings: bounded(findings) });
  }
  return accepted;
}
