import { equalBytes, fromHex } from '#shared/bytes/bytes.ts';
import { readValueSource } from '#shared/domain/chip-proof.ts';
import { groupingReference, type ChipApplication } from '#shared/domain/product.ts';
import { isFault } from '#shared/faults/station-fault.ts';
import { loyaltyTags } from '#shared/payment-profile/loyalty-rows.ts';
import { parseApplicationRecord } from '#shared/protocols/emv/application-selection.ts';
import { emvDataDictionary } from '#shared/protocols/emv/data-dictionary.ts';
import { parseTlvs } from '#shared/protocols/tlv/ber-tlv.ts';
import { walkTlvs } from '#shared/protocols/tlv/find-tlv.ts';
import type { RulePack } from '#shared/rule-pack/rule-pack-schema.ts';
import type { ChipReading } from './chip-reading.ts';
import { recordName, tagItem } from './chip-reading.ts';
import { compareCertificates, noCertificates } from './compare-certificates.ts';
import { compareCryptogramAnswer, compareDynamicSignature, type ComparedCryptogram } from './compare-dynamic.ts';
import { holdToRules } from './hold-to-rules.ts';
import type { ProofFinding, ProofSubject } from './port.ts';
import { formValue } from './value-form.ts';

/** Compares what a terminal read of one application with what was planned; findings name tags and places, never a value. */
export function compareChip(
  chip: ChipApplication,
  reading: ChipReading,
  card: ProofSubject,
  rules: readonly RulePack[],
): ComparedCryptogram {
  // Only the first application has a key pair. EMV CPS v1.1 annex A, 8201 to 8205.
  const certificates = chip.place === '' ? compareCertificates(reading, card) : noCertificates;
  const answered = compareCryptogramAnswer(reading, chip.proof, certificates.cardKey);
  return {
    findings: [
      ...compareRecords(chip, reading, card),
      ...compareGroupings(chip, reading, card),
      ...compareValues(chip, reading, card),
      ...holdToRules(chip, reading, card.product, rules),
      ...certificates.findings,
      ...compareDynamicSignature(reading, certificates.cardKey),
      ...answered.findings,
    ],
    cryptogram: answered.cryptogram,
  };
}

function found(code: string, item: string, text: string): ProofFinding {
  return { code: `PROOF-${code}`, item, text };
}

function tagName(tag: number): string {
  const item = tagItem(tag).toUpperCase();
  const name = emvDataDictionary.get(tag)?.name ?? loyaltyTags.get(tagItem(tag))?.name;
  return name === undefined ? item : `${item} (${name})`;
}

/** Whole records byte for byte: none missing, none more than planned, none different. */
function compareRecords(chip: ChipApplication, reading: ChipReading, card: ProofSubject): readonly ProofFinding[] {
  if (!chip.proof.sequence.includes('read-records')) return [];
  const findings: ProofFinding[] = [];
  for (const { sfi, number, from } of chip.proof.records) {
    const read = reading.records.filter((record) => record.sfi === sfi && record.number === number);
    const name = recordName({ sfi, number });
    const item = `${sfi}/${number}`;
    const expected = card.resolve(from);
    const [record] = read;
    if (record === undefined) findings.push(found('RECORD-MISSING', item, `${name} is not on the card`));
    else if (!equalBytes(record.bytes, expected)) {
      findings.push(found('RECORD', item, `${name} differs from what was sent${whereDiffers(expected, record.bytes)}`));
    }
  }
  for (const { sfi, number } of reading.records) {
    if (chip.proof.records.some((planned) => planned.sfi === sfi && planned.number === number)) continue;
    findings.push(
      found('RECORD-UNKNOWN', `${sfi}/${number}`, `${recordName({ sfi, number })} is on the card and not in the plan`),
    );
  }
  return findings;
}

/** Names the first tag that is not as sent, where both records can be taken apart. */
function whereDiffers(expected: Uint8Array, read: Uint8Array): string {
  try {
    const planned = [...walkTlvs(parseApplicationRecord(expected))].map(([, object]) => object);
    const actual = [...walkTlvs(parseApplicationRecord(read))].map(([, object]) => object);
    for (const [at, object] of planned.entries()) {
      const other = actual[at];
      if (other?.tag !== object.tag) return `: ${tagName(object.tag)} is not in its place`;
      if (!equalBytes(other.value, object.value)) return ` in ${tagName(object.tag)}`;
    }
    return actual.length > planned.length ? ': it holds more objects' : '';
  } catch {
    return '';
  }
}

/** Groupings that are no record and come back in an answer: EMV CPS v1.1 annex A, 9102 (SELECT) and 9104 (GET PROCESSING OPTIONS). */
const answeredBy = { '9102': 'select', '9104': 'get-processing-options' } as const;

function compareGroupings(chip: ChipApplication, reading: ChipReading, card: ProofSubject): readonly ProofFinding[] {
  return Object.entries(answeredBy).flatMap(([dgi, step]) => {
    const planned = chip.dataGroupings.some((grouping) => grouping.dgi === dgi);
    if (!planned || !chip.proof.sequence.includes(step)) return [];
    return [...walkTlvs(parseTlvs(card.resolve(groupingReference(chip, dgi)), { padding: 'skip-zero' }))].flatMap(
      ([, { tag, value }]) => {
        const [object] = reading.find(tag);
        if (object === undefined) return [found('MISSING', tagItem(tag), `${tagName(tag)} is not on the card`)];
        if (equalBytes(object.value, value)) return [];
        return [found('GROUPING', tagItem(tag), `${tagName(tag)} in ${object.where} differs from what was sent`)];
      },
    );
  });
}

/** Single values, wherever on the card they were found, in the form that the product says. */
function compareValues(chip: ChipApplication, reading: ChipReading, card: ProofSubject): readonly ProofFinding[] {
  const findings: ProofFinding[] = [];
  for (const { tag: digits, from, form } of chip.proof.values) {
    const tag = Number.parseInt(digits, 16);
    const expected = expectedValue(tag, form, from, card);
    const [object] = reading.find(tag);
    if (object === undefined) {
      if (expected !== null) findings.push(found('MISSING', digits, `${tagName(tag)} is not on the card`));
    } else if (expected === null) {
      findings.push(
        found('UNEXPECTED', digits, `${tagName(tag)} is in ${object.where} though the order has no such value`),
      );
    } else if (!equalBytes(object.value, expected)) {
      findings.push(found('VALUE', digits, `${tagName(tag)} in ${object.where} is not the value of the order`));
    }
  }
  return findings;
}

/** Null where the order leaves an optional field out. */
function expectedValue(
  tag: number,
  form: ChipApplication['proof']['values'][number]['form'],
  from: string,
  card: ProofSubject,
): Uint8Array | null {
  const source = readValueSource(from);
  if (source.kind === 'constant') return formValue(tag, form, fromHex(source.hex));
  if (source.kind === 'container') return card.resolve(from);
  if (source.kind === 'card') return formValue(tag, form, card.resolve(from));
  try {
    return formValue(tag, form, card.resolve(from));
  } catch (thrown) {
    const optional = card.product.fields[source.field]?.need === 'optional';
    if (optional && isFault(thrown, 'PREPARATION-NO-VALUE')) return null;
    throw thrown;
  }
}
