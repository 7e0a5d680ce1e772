import { ask, command } from '../card-answer.ts';
import type { Findings } from '../findings.ts';
import type { Exchange } from '../pcsc-client.ts';
import { findTlv, primitives, readTlvs, writeTlv } from '../tlv.ts';
import type { Tlv } from '../tlv.ts';
import type { SelectedApplication } from './select-application.ts';
import { fillList } from './terminal-data.ts';

/** All that the judge has read of an application. */
export interface ReadApplication {
  readonly aid: string;
  /** Every primitive object by its tag; what stands twice is a finding, the first counts. */
  readonly objects: ReadonlyMap<string, Buffer>;
  readonly interchange: Buffer;
  /** What the signature over static data covers: records as the AFL says. EMV Book 3 §10.3. */
  readonly staticRecords: Buffer;
  /** The values that were sent for the PDOL. */
  readonly optionsData: Buffer;
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

interface Options {
  readonly interchange: Buffer;
  readonly locator: Buffer;
  /** What else the answer holds. */
  readonly further: readonly Tlv[];
}

function readOptions(data: Buffer, findings: Findings): Options {
  const step = 'processing options';
  const clause = 'EMV Book 3 §6.5.8.4';
  const [template] = readTlvs(data);
  if (template?.tag === '80') {
    if (template.value.length < 6) findings.end(step, clause, 'the answer is shorter than a profile and one file');
    return { interchange: template.value.subarray(0, 2), locator: template.value.subarray(2), further: [] };
  }
  if (template?.tag !== '77') findings.end(step, clause, 'the answer is neither of format 1 nor of format 2');
  const interchange = findTlv(template.inner, '82')?.value;
  const locator = findTlv(template.inner, '94')?.value;
  if (interchange?.length !== 2 || locator === undefined)
    findings.end(step, clause, 'profile or file locator is missing');
  const further = primitives(template.inner).filter(({ tag }) => tag !== '82' && tag !== '94');
  return { interchange, locator, further };
}

/** Initiates the application and reads every record that its file locator names. EMV Book 3 §10.1, §10.2. */
export async function readApplication(
  exchange: Exchange,
  { aid, control }: SelectedApplication,
  terminal: ReadonlyMap<string, Buffer>,
  findings: Findings,
): Promise<ReadApplication> {
  const optionsData = fillList(findTlv(control, '9F38')?.value ?? Buffer.alloc(0), terminal);
  const asked = await ask(exchange, command('80A80000', writeTlv('83', optionsData)));
  if (asked.status !== '9000')
    findings.end('processing options', 'EMV Book 3 §10.1', `GET PROCESSING OPTIONS is answered ${asked.status}`);
  const { interchange, locator, further } = readOptions(asked.data, findings);
  const objects = new Map<string, Buffer>();
  const take = (tag: string, value: Buffer): void => {
    findings.expect(!objects.has(tag), 'records', 'EMV Book 3 §10.2', `${tag} stands more than once on the card`);
    if (!objects.has(tag)) objects.set(tag, value);
  };
  for (const { tag, value } of primitives(control)) take(tag, value);
  take('82', interchange);
  take('94', locator);
  for (const { tag, value } of further) take(tag, value);
  const signed: Buffer[] = [];
  const step = 'records';
  const wrong: (text: string) => never = (text) => findings.end(step, 'EMV Book 3 §10.2', text);
  if (locator.length === 0 || locator.length % 4 !== 0) wrong('the file locator is no list of four bytes each');
  for (let at = 0; at < locator.length; at += 4) {
    const [head = 0, first = 0, last = 0, covered = 0] = locator.subarray(at, at + 4);
    const file = head >> 3;
    if ((head & 7) !== 0 || file < 1 || file > 30) wrong('the file locator names no file from 1 to 30');
    if (first === 0 || last < first || covered > last - first + 1) wrong('the file locator names no such records');
    for (let record = first; record <= last; record += 1) {
      const read = await ask(exchange, command(`00B2${hexOf(Buffer.of(record, head | 4))}`));
      if (read.status !== '9000') wrong(`record ${record} of file ${file} is answered ${read.status}`);
      const isSigned = record < first + covered;
      if (file > 10) {
        if (isSigned) signed.push(read.data);
        continue;
      }
      const [template, ...further] = readTlvs(read.data);
      if (template?.tag !== '70' || further.length > 0) wrong(`record ${record} of file ${file} is no one template 70`);
      for (const each of primitives(template?.inner ?? [])) take(each.tag, each.value);
      // Files 1 to 10: the content of the template without its tag and length. EMV Book 3 §10.3.
      if (isSigned) signed.push(template?.value ?? Buffer.alloc(0));
    }
  }
  return { aid, objects, interchange, staticRecords: Buffer.concat(signed), optionsData };
}
