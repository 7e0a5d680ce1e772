import { ask, command } from '../card-answer.ts';
import type { Findings } from '../findings.ts';
import type { Exchange } from '../pcsc-client.ts';
import { findTlv, readTlvs } from '../tlv.ts';
import type { Tlv } from '../tlv.ts';

/** How the judge's terminal finds the application. EMV Book 1 §12.2, §12.3; Book B §3.3. */
export type SelectionMethod =
  | { readonly kind: 'contact-directory' }
  | { readonly kind: 'contactless-directory' }
  | { readonly kind: 'list'; readonly names: readonly string[] };

/** The application that a terminal would use. */
export interface SelectedApplication {
  readonly aid: string;
  readonly control: readonly Tlv[];
}

const step = 'selection';
const clause = 'EMV Book 1 §12';

interface Candidate {
  readonly aid: string;
  readonly priority: number;
}

function candidatesOf(entries: readonly Tlv[], findings: Findings): readonly Candidate[] {
  return entries
    .filter(({ tag }) => tag === '61')
    .flatMap((entry) => {
      const aid = findTlv(entry.inner, '4F')?.value;
      if (aid === undefined || aid.length < 5 || aid.length > 16) {
        findings.add(step, 'EMV Book 1 §12.2.3', 'a directory entry bears no AID of 5 to 16 bytes');
        return [];
      }
      const label = findTlv(entry.inner, '50');
      findings.expect(label !== undefined, step, 'EMV Book 1 table 46', 'a directory entry has no application label');
      return [{ aid: hexOf(aid), priority: (findTlv(entry.inner, '87')?.value[0] ?? 15) & 0x0f || 15 }];
    });
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

async function select(exchange: Exchange, name: Uint8Array): ReturnType<typeof ask> {
  return ask(exchange, command('00A40400', name));
}

async function contactCandidates(exchange: Exchange, findings: Findings): Promise<readonly Candidate[]> {
  const name = Buffer.from('1PAY.SYS.DDF01');
  const { data, status } = await select(exchange, name);
  if (status !== '9000') findings.end(step, `${clause}.2.2`, `1PAY.SYS.DDF01 is answered ${status}`);
  const control = readTlvs(data);
  findings.expect(
    findTlv(control, '84')?.value.equals(name) === true,
    step,
    clause,
    'the directory does not bear its name',
  );
  const file = findTlv(control, '88')?.value[0] ?? 0;
  if (file < 1 || file > 10) findings.end(step, 'EMV Book 1 §10.1.1', 'the directory names no file from 1 to 10');
  const found: Candidate[] = [];
  for (let record = 1; record <= 16; record += 1) {
    const read = await ask(exchange, command(`00B2${hexOf(Buffer.of(record, (file << 3) | 4))}`));
    if (read.status === '6A83') break;
    if (read.status !== '9000')
      findings.end(step, clause, `record ${record} of the directory is answered ${read.status}`);
    const [template] = readTlvs(read.data);
    if (template?.tag !== '70') findings.end(step, 'EMV Book 1 §10.1.1', 'a directory record is no template 70');
    found.push(...candidatesOf(template.inner, findings));
  }
  return found;
}

async function contactlessCandidates(exchange: Exchange, findings: Findings): Promise<readonly Candidate[]> {
  const name = Buffer.from('2PAY.SYS.DDF01');
  const { data, status } = await select(exchange, name);
  if (status !== '9000') findings.end(step, 'EMV Book B §3.3.1', `2PAY.SYS.DDF01 is answered ${status}`);
  const control = readTlvs(data);
  findings.expect(
    findTlv(control, '84')?.value.equals(name) === true,
    step,
    clause,
    'the directory does not bear its name',
  );
  const issuerData = findTlv(control, 'BF0C');
  if (issuerData === undefined)
    findings.end(step, 'EMV Book B §3.3.1', 'the directory has no issuer discretionary data');
  return candidatesOf(issuerData.inner, findings);
}

/** Finds and selects the application of the highest priority, as a terminal that knows these RIDs does. */
export async function selectApplication(
  exchange: Exchange,
  method: SelectionMethod,
  known: readonly string[],
  findings: Findings,
): Promise<SelectedApplication> {
  const candidates =
    method.kind === 'list'
      ? method.names.map((aid) => ({ aid, priority: 15 }))
      : method.kind === 'contact-directory'
        ? await contactCandidates(exchange, findings)
        : await contactlessCandidates(exchange, findings);
  const mutual = candidates.filter(({ aid }) => known.some((name) => aid.startsWith(name)));
  const [first] = mutual.toSorted((one, other) => one.priority - other.priority);
  if (first === undefined)
    findings.end(step, 'EMV Book 1 §12.4', 'the card and the terminal have no application in common');
  const { data, status } = await select(exchange, Buffer.from(first.aid, 'hex'));
  if (status !== '9000') findings.end(step, 'EMV Book 1 §12.4', `the application is answered ${status}`);
  const control = readTlvs(data);
  const [template] = control;
  if (control.length !== 1 || template?.tag !== '6F')
    findings.end(step, 'EMV Book 1 table 45', 'SELECT gives no template 6F');
  const name = findTlv(control, '84')?.value;
  findings.expect(
    name !== undefined && hexOf(name).startsWith(first.aid),
    step,
    'EMV Book 1 §12.4',
    'the application bears another name than the one selected',
  );
  const proprietary = template.inner.find(({ tag }) => tag === 'A5');
  findings.expect(proprietary !== undefined, step, 'EMV Book 1 table 45', 'there is no template A5');
  const label = findTlv(control, '50')?.value.toString('latin1') ?? '';
  const labelFits = /^[ -~]{1,16}$/.test(label);
  findings.expect(labelFits, step, 'EMV Book 1 table 45', 'the application label is no text of 1 to 16 characters');
  return { aid: hexOf(name ?? Buffer.alloc(0)), control };
}
