import { hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OrderFields } from '#shared/domain/order-field.ts';
import { maskPan } from '#shared/domain/order-record.ts';
import type { EventPayload } from '#shared/journal-format/event-kinds.ts';
import type { SealedRecord } from '../keys/port.ts';
import type { Product } from '#shared/domain/product.ts';
import { countGraphemes } from './checks/check-printed-text.ts';
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

/** Draws an order's printed text as its layout wants it and says what does not fit; costly, so only long texts are tried. */
export type LayoutFit = (product: Product, fields: OrderFields, signal: AbortSignal) => Promise<Finding | null>;

export interface Examination {
  readonly rules: IntakeRules;
  readonly known: KnownOrders;
  readonly layoutFit: LayoutFit | null;
  /** HMAC of each text under the issuer's PAN digest key, hexadecimal. */
  readonly digest: (texts: readonly string[], signal: AbortSignal) => Promise<readonly string[]>;
}

interface Examined {
  readonly index: number;
  readonly order: string;
  readonly sealed: SealedRecord;
  readonly fields: OrderFields | null;
  readonly findings: readonly Finding[];
}

/** Records examined before others get their turn: about 10 ms. */
const turn = 50;
/** Most findings that are kept of one record. */
const mostFindings = 12;
/** Printed characters from which a layout is asked whether they fit. */
const longText = 26;
const wholePan = /^\d{12,19}$/;

/** The text whose keyed digest tells one card from another: PAN, sequence number and expiry. */
function cardText({ pan, panSequence = '', expiry = '' }: OrderFields): string | null {
  return pan !== undefined && wholePan.test(pan) ? `${pan}/${panSequence}/${expiry}` : null;
}

function examine({ index, plaintext, sealed }: OpenRecord, rules: IntakeRules): Examined {
  const read = readOrder(plaintext);
  plaintext.fill(0);
  const nameless = `record-${String(index)}`;
  if (read.kind === 'unreadable') {
    return { index, order: read.orderId ?? nameless, sealed, fields: null, findings: read.findings };
  }
  const { record } = read;
  const { fields, findings } = validateOrder(record, rules);
  const shown = fields.pan !== undefined && wholePan.test(fields.pan) && record.orderId.includes(fields.pan);
  if (!shown) return { index, order: record.orderId, sealed, fields, findings };
  return {
    index,
    order: nameless,
    sealed,
    fields,
    findings: [...findings, makeFinding('INTAKE-ORDER-ID-SHOWS-PAN', null)],
  };
}

function needsFit({ fields, findings }: Examined, product: Product): boolean {
  if (fields === null || findings.length > 0) return false;
  return Object.entries(product.fields).some(([name, row]) => {
    const text = fields[name as keyof OrderFields];
    return row.rule.kind === 'printed-text' && text !== undefined && countGraphemes(text) > longText;
  });
}

function bounded(findings: readonly Finding[]): Finding[] {
  if (findings.length <= mostFindings) return [...findings];
  const kept = findings.slice(0, mostFindings - 1);
  return [...kept, makeFinding('INTAKE-MORE-FINDINGS', null, { count: findings.length - kept.length })];
}

/** Reads, validates and compares the records of one chunk, in order of index; gives the journal's view of each, without name and full PAN. */
export async function examineRecords(
  records: readonly OpenRecord[],
  { rules, known, layoutFit, digest }: Examination,
  signal: AbortSignal,
): Promise<readonly AcceptedRecord[]> {
  const examined: Examined[] = [];
  for (const record of records) {
    examined.push(examine(record, rules));
    if (examined.length % turn === 0) await nextTurn(undefined, { signal });
  }
  const texts = examined.map(({ fields }) => (fields === null ? null : cardText(fields)));
  const digests = await digest(
    texts.filter((text) => text !== null),
    signal,
  );
  const accepted: AcceptedRecord[] = [];
  let used = 0;
  for (const [at, record] of examined.entries()) {
    const { index, order, sealed, fields } = record;
    const cardDigest = texts[at] === null ? null : (digests[used++] ?? null);
    const findings = [...record.findings, ...known.check({ order, cardDigest })];
    if (layoutFit !== null && fields !== null && findings.length === 0 && needsFit(record, rules.product)) {
      const misfit = await layoutFit(rules.product, fields, signal);
      if (misfit !== null) findings.push(misfit);
    }
    if (findings.length === 0) known.claim({ order, cardDigest });
    const maskedPan = fields?.pan !== undefined && wholePan.test(fields.pan) ? maskPan(fields.pan) : null;
    const sealedDigest = hash('sha256', sealed.bytes, 'hex');
    accepted.push({ index, order, maskedPan, cardDigest, sealedDigest, findings: bounded(findings) });
  }
  return accepted;
}
