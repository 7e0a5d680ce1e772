import type { ProofStep } from '#shared/domain/chip-proof.ts';
import type { ChipApplication } from '#shared/domain/product.ts';
import type { OfflineAuthentication } from '#shared/protocols/emv/certificates/certificate-lengths.ts';
import type { ProofCheck, ProofFinding } from './port.ts';

interface CheckRow {
  readonly name: ProofCheck['name'];
  readonly clause: string;
  /** Codes of the findings that say it failed; all others say nothing of it. */
  readonly codes: readonly string[];
  /** Tags of `PROOF-CERTIFICATE` that belong to it. */
  readonly items?: readonly string[];
  readonly done: (of: { readonly steps: ReadonlySet<ProofStep>; readonly authentication: Authentication }) => boolean;
}

type Authentication = OfflineAuthentication | 'none';

const reads = ({ steps }: { readonly steps: ReadonlySet<ProofStep> }): boolean => steps.has('read-records');
const finds: readonly ProofStep[] = ['contact-directory', 'contactless-directory', 'aid-list', 'select'];

/** What a proof says of a chip, in the order in which it is done. */
const rows: readonly CheckRow[] = [
  {
    name: 'found',
    clause: 'EMV Book 1 v4.4 §12.3',
    codes: ['PROOF-UNREADABLE'],
    done: ({ steps }) => finds.some((step) => steps.has(step)),
  },
  {
    name: 'as-sent',
    clause: 'EMV Book 3 v4.4 §10.2',
    codes: [
      'PROOF-RECORD',
      'PROOF-RECORD-MISSING',
      'PROOF-RECORD-UNKNOWN',
      'PROOF-GROUPING',
      'PROOF-VALUE',
      'PROOF-MISSING',
      'PROOF-UNEXPECTED',
    ],
    done: reads,
  },
  { name: 'rules', clause: 'EMV Book 3 v4.4 §7', codes: ['PROOF-RULE'], done: reads },
  {
    name: 'issuer-certificate',
    clause: 'EMV Book 2 v4.4 §5.3, §6.3',
    codes: ['PROOF-CERTIFICATE'],
    items: ['8f', '90'],
    done: ({ authentication }) => authentication !== 'none',
  },
  {
    name: 'static-data',
    clause: 'EMV Book 2 v4.4 §5.4',
    codes: ['PROOF-CERTIFICATE'],
    items: ['93'],
    done: ({ authentication }) => authentication === 'sda',
  },
  {
    name: 'card-certificate',
    clause: 'EMV Book 2 v4.4 §6.4',
    codes: ['PROOF-CERTIFICATE'],
    items: ['9f46', '9f2d'],
    done: ({ authentication }) => authentication === 'dda' || authentication === 'cda',
  },
  {
    name: 'signature',
    clause: 'EMV Book 2 v4.4 §6.5.2, §6.6.2',
    codes: ['PROOF-SIGNATURE'],
    done: ({ steps, authentication }) =>
      steps.has('internal-authenticate') || (steps.has('generate-ac') && authentication === 'cda'),
  },
  {
    name: 'cryptogram',
    clause: 'EMV Book 2 v4.4 §8.1',
    codes: ['PROOF-CRYPTOGRAM', 'PROOF-SIGNATURE'],
    items: ['9f26', '9f27', '9f4b'],
    done: ({ steps }) => steps.has('generate-ac'),
  },
  {
    name: 'counter',
    clause: 'EMV Book 3 v4.4 §6.5.7',
    codes: ['PROOF-COUNTER'],
    done: ({ steps }) => steps.has('read-counter'),
  },
];

/**
 * What was proven of one application, check by check: right, wrong, or not done where the product's sequence does not ask for it or the reading broke off
 * before it.
 */
export function checksOf(
  { name, proof }: Pick<ChipApplication, 'name' | 'proof'>,
  authentication: Authentication,
  findings: readonly ProofFinding[],
): readonly ProofCheck[] {
  const steps = new Set(proof.sequence);
  const broken = findings.some(({ code }) => code === 'PROOF-UNREADABLE');
  return rows.map((row) => {
    const failed = findings.some(
      ({ code, item }) => row.codes.includes(code) && (row.items === undefined || row.items.includes(item)),
    );
    const done = row.done({ steps, authentication }) && (!broken || failed);
    const outcome = failed ? 'wrong' : done ? 'right' : 'not-done';
    return { application: name, name: row.name, clause: row.clause, outcome };
  });
}
