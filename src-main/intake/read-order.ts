import { z } from 'zod';
import { orderId } from '#shared/domain/identifiers.ts';
import { orderRecord, type OrderRecord } from '#shared/domain/order-record.ts';
import { makeFinding, type Finding } from './finding.ts';

/** What came out of a record: an order, or what is wrong with its form and the id that it claims, where that is one. */
export type ReadOrder =
  | { readonly kind: 'order'; readonly record: OrderRecord }
  | { readonly kind: 'unreadable'; readonly orderId: string | null; readonly findings: readonly Finding[] };

const decoder = new TextDecoder('utf-8', { fatal: true });
const claimed = z.looseObject({ orderId });
const members: ReadonlySet<string> = new Set(Object.keys(orderRecord.shape));

function unreadable(code: Parameters<typeof makeFinding>[0], claims: unknown): ReadOrder {
  const id = claimed.safeParse(claims);
  return { kind: 'unreadable', orderId: id.success ? id.data.orderId : null, findings: [makeFinding(code, null)] };
}

/** Names where the form is broken by our own words for the members: an unknown one may be anything. */
function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? String(step) : members.has(String(step)) ? String(step) : '…'))
    .join('.');
}

/** Reads the plaintext of a record: UTF-8, JSON, version, and the strict shape of an order. */
export function readOrder(plaintext: Uint8Array): ReadOrder {
  let text: string;
  try {
    text = decoder.decode(plaintext);
  } catch {
    return unreadable('INTAKE-NOT-TEXT', null);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return unreadable('INTAKE-NOT-JSON', null);
  }
  const parsed = orderRecord.safeParse(value);
  if (parsed.success) return { kind: 'order', record: parsed.data };
  const [issue] = parsed.error.issues;
  const [first] = issue?.path ?? [];
  if (first === 'version' && typeof (value as { version?: unknown }).version === 'number') {
    return unreadable('INTAKE-VERSION', value);
  }
  if (issue?.code === 'unrecognized_keys') return unreadable('INTAKE-MEMBER-UNKNOWN', value);
  if (first === 'orderId') return unreadable('INTAKE-ORDER-ID', value);
  const where = issue === undefined || issue.path.length === 0 ? 'the whole' : placeOf(issue.path);
  const id = claimed.safeParse(value);
  return {
    kind: 'unreadable',
    orderId: id.success ? id.data.orderId : null,
    findings: [makeFinding('INTAKE-SHAPE', null, { where })],
  };
}
