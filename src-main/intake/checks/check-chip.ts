import type { EmvChip } from '#shared/domain/product.ts';
import type { DataGrouping as SentGrouping, OrderRecord } from '#shared/domain/order-record.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { IntakeFindingCode } from '#shared/faults/intake-findings.ts';
import { checkValue } from '#shared/protocols/emv/check-value.ts';
import { parseTlvs, type Tlv } from '#shared/protocols/tlv/ber-tlv.ts';
import { formatTag, walkTlvs } from '#shared/protocols/tlv/find-tlv.ts';
import { makeFinding, type Finding } from '../finding.ts';
import type { OrderUnderTest } from '../intake-rules.ts';
import { checkChipAgreement } from './check-chip-agreement.ts';

/** Template of a record of a file. EMV 4.3 Book 3 §6.5.11.4. */
const recordTemplate = 0x70;
/** Bytes of an AES block: what is enciphered for transport is whole blocks. */
const cipherBlock = 16;

type Wanted = EmvChip['dataGroupings'][number];

function wrong(code: IntakeFindingCode, details: Readonly<Record<string, string>>): Finding {
  return makeFinding(code, 'chip', details);
}

function read(value: Uint8Array): Tlv[] | undefined {
  try {
    return parseTlvs(value);
  } catch (thrown) {
    if (thrown instanceof StationFault) return undefined;
    throw thrown;
  }
}

/** One secret grouping: enciphered, in whole blocks; what is inside, nobody here can see. EMV CPS v1.1 §3. */
function checkSecret(sent: SentGrouping, wanted: Wanted): Finding[] {
  const { dgi, meaning } = wanted;
  if (sent.protection !== 'transport') return [wrong('INTAKE-DGI-IN-CLEAR', { dgi, meaning })];
  const bytes = sent.value.length / 2;
  return bytes % cipherBlock === 0 && bytes > 0 ? [] : [wrong('INTAKE-DGI-CIPHER', { dgi })];
}

/** One grouping in clear: well-formed, a record in its template, the tags that the product wants, each of its own form. */
function checkOpen(sent: SentGrouping, wanted: Wanted): { readonly findings: Finding[]; readonly objects: Tlv[] } {
  const { dgi } = wanted;
  if (sent.protection !== 'none') return { findings: [wrong('INTAKE-DGI-PROTECTION', { dgi })], objects: [] };
  if (sent.value === '') return { findings: [wrong('INTAKE-DGI-EMPTY', { dgi })], objects: [] };
  const outer = read(Buffer.from(sent.value, 'hex'));
  if (outer === undefined) return { findings: [wrong('INTAKE-DGI-FORM', { dgi })], objects: [] };
  const findings: Finding[] = [];
  let inner: readonly Tlv[] = outer;
  if (wanted.record !== undefined) {
    const [only, second] = outer;
    if (only?.tag !== recordTemplate || second !== undefined) {
      return { findings: [wrong('INTAKE-DGI-TEMPLATE', { dgi })], objects: [] };
    }
    inner = only.children ?? [];
  }
  const present = new Set(inner.map(({ tag }) => tag));
  for (const text of wanted.tags) {
    const tag = Number.parseInt(text, 16);
    if (!present.has(tag)) findings.push(wrong('INTAKE-TAG-MISSING', { dgi, tag: formatTag(tag) }));
  }
  const objects: Tlv[] = [];
  for (const [, object] of walkTlvs(outer)) {
    objects.push(object);
    for (const { kind, tag, text } of checkValue(object.tag, object.value)) {
      const code = kind === 'unknown-tag' ? 'INTAKE-TAG-UNKNOWN' : 'INTAKE-TAG-VALUE';
      findings.push(wrong(code, { dgi, tag: formatTag(tag), what: text }));
    }
  }
  return { findings, objects };
}

/** Each data object stands once on a card. EMV 4.3 Book 3 §7.4. */
function repeated(objects: readonly Tlv[]): Finding[] {
  const seen = new Set<number>();
  const twice = new Set<number>();
  for (const { tag } of objects) (seen.has(tag) ? twice : seen).add(tag);
  return [...twice].map((tag) => wrong('INTAKE-TAG-TWICE', { tag: formatTag(tag) }));
}

/** The groupings that come in the order: all of a product of ready containers, of one that the station prepares what the issuer alone can make. */
function ofOrder(product: EmvChip): readonly Wanted[] {
  return product.dataGroupings.filter(({ origin }) => origin === 'order');
}

function checkGroupings(chip: NonNullable<OrderRecord['chip']>, product: EmvChip, order: OrderUnderTest): Finding[] {
  const findings: Finding[] = [];
  const objects: Tlv[] = [];
  const sent = new Map<string, SentGrouping>();
  for (const grouping of chip.groupings) {
    if (sent.has(grouping.dgi)) findings.push(wrong('INTAKE-DGI-TWICE', { dgi: grouping.dgi }));
    sent.set(grouping.dgi, grouping);
  }
  for (const wanted of ofOrder(product)) {
    const grouping = sent.get(wanted.dgi);
    sent.delete(wanted.dgi);
    if (grouping === undefined) {
      findings.push(wrong('INTAKE-DGI-MISSING', { dgi: wanted.dgi, meaning: wanted.meaning }));
    } else if (wanted.content === 'secret') {
      findings.push(...checkSecret(grouping, wanted));
    } else {
      const checked = checkOpen(grouping, wanted);
      findings.push(...checked.findings);
      objects.push(...checked.objects);
    }
  }
  for (const dgi of sent.keys()) findings.push(wrong('INTAKE-DGI-UNKNOWN', { dgi }));
  return [...findings, ...repeated(objects), ...checkChipAgreement(objects, product, order.fields)];
}

/** The chip's part of an order against the product: groupings there and no others, secrets enciphered under a key held here, tags right, values as in the order. */
export function checkChip(order: OrderUnderTest): Finding[] {
  const { chip } = order.record;
  const { product, transportKeys } = order.rules;
  if (product.chip.kind === 'none' || ofOrder(product.chip).length === 0) {
    return chip === undefined ? [] : [makeFinding('INTAKE-CHIP-UNEXPECTED', 'chip')];
  }
  if (chip === undefined) return [makeFinding('INTAKE-CHIP-MISSING', 'chip')];
  const { name, kcv } = chip.transportKey;
  const key = transportKeys.get(name) === kcv ? [] : [makeFinding('INTAKE-TRANSPORT-KEY', 'chip')];
  return [...key, ...checkGroupings(chip, product.chip, order)];
}
