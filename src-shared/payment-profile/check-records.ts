import { encodeFileLocator, type FileLocatorEntry } from '../protocols/emv/file-locator.ts';
import { formatTag } from '../protocols/tlv/find-tlv.ts';
import type { ProfileFinding } from './check-row.ts';
import type { PaymentProfile, ProfileGrouping } from './profile-schema.ts';

/** Longest record with its template. EMV 4.3 Book 3 §5.3.2 and Annex B. */
const longestRecord = 254;

type Recorded = ProfileGrouping & { readonly record: NonNullable<ProfileGrouping['record']> };

function recordsOf(profile: PaymentProfile): readonly Recorded[] {
  return profile.groupings
    .flatMap((grouping) => (grouping.record === undefined ? [] : [{ ...grouping, record: grouping.record }]))
    .sort((a, b) => a.record.sfi - b.record.sfi || a.record.number - b.record.number);
}

/** Bytes of an object: tag, length of one or two bytes, value. */
function objectLength(tagBytes: number, value: number): number {
  return tagBytes + (value > 0x7f ? 2 : 1) + value;
}

/** Most bytes of a grouping's record, template included. */
export function longestRecordOf(grouping: ProfileGrouping): number {
  const inside = grouping.rows.reduce((sum, { item, most }) => sum + objectLength(item.length / 2, most), 0);
  return objectLength(1, inside);
}

/** The file locator of a profile: each file's records in one run, those that are signed first. EMV 4.3 Book 3 §10.2. */
export function profileFileLocator(profile: PaymentProfile): Uint8Array {
  const entries = new Map<number, FileLocatorEntry>();
  for (const { record } of recordsOf(profile)) {
    const before = entries.get(record.sfi);
    entries.set(record.sfi, {
      shortFileIdentifier: record.sfi,
      firstRecord: before?.firstRecord ?? record.number,
      lastRecord: record.number,
      signedRecords: (before?.signedRecords ?? 0) + (record.coverage === 'signed' ? 1 : 0),
    });
  }
  return encodeFileLocator([...entries.values()]);
}

/** Records: named as EMV CPS v1.1 §2.4 names them, not too long, without gaps, the signed ones first. */
export function checkRecords(profile: PaymentProfile): readonly ProfileFinding[] {
  const findings: ProfileFinding[] = [];
  const fail = (rule: string, dgi: string, text: string) => findings.push({ rule, dgi, item: '-', text });
  const seen = new Set<string>();
  let last: Recorded['record'] | undefined;
  for (const grouping of profile.groupings) {
    const { dgi } = grouping;
    if (seen.has(dgi)) fail('once-only', dgi, 'the grouping stands there more than once');
    seen.add(dgi);
    if (Number.parseInt(dgi.slice(0, 2), 16) <= 10 !== (grouping.record !== undefined)) {
      fail('record-name', dgi, 'groupings 01xx to 0Axx, and no others, are records');
    }
  }
  for (const grouping of recordsOf(profile)) {
    const { dgi, record } = grouping;
    const name = formatTag(record.sfi * 256 + record.number)
      .padStart(4, '0')
      .toLowerCase();
    if (name !== dgi) fail('record-name', dgi, `record ${record.number} of file ${record.sfi} is grouping ${name}`);
    const before = last?.sfi === record.sfi ? last : undefined;
    if (record.number !== (before?.number ?? 0) + 1) fail('record-gap', dgi, 'the record before it is missing');
    if (before?.coverage === 'unsigned' && record.coverage === 'signed') {
      fail('signed-first', dgi, 'a signed record stands after one that is not');
    }
    const length = longestRecordOf(grouping);
    if (length > longestRecord)
      fail('record-length', dgi, `may have ${length} bytes, a record has at most ${longestRecord}`);
    last = record;
  }
  return findings;
}
