import { beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '#shared/bytes/secret.ts';
import type { ApprovalId, IssuerId, PersonId } from '#shared/domain/identifiers.ts';
import { openJournal } from '../journal/journal.fixture.ts';
import type { Journal } from '../journal/journal.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { Approvals, type Signer } from './approvals.ts';
import type { ApprovalRequest } from './port.ts';

const people: readonly Signer[] = [
  { person: 'olga', roles: ['operator'], issuers: 'all' },
  { person: 'oleg', roles: ['operator'], issuers: 'all' },
  { person: 'sara', roles: ['supervisor'], issuers: 'all' },
  { person: 'siri', roles: ['supervisor'], issuers: ['mercato'] },
];
const subjectDigest = 'a'.repeat(64);
const release: ApprovalRequest = {
  act: 'batch-release',
  subject: 'batch-1',
  subjectDigest,
  fields: [{ label: 'Batch', value: 'batch-1' }],
  issuer: 'northbank' as IssuerId,
  asker: 'olga' as PersonId,
  subjects: { batch: 'batch-1' },
};
const approve = { kind: 'approve' } as const;
const hour = 3_600_000;

let journal: Journal;
let approvals: Approvals;
let now: number;

beforeEach(() => {
  journal = openJournal();
  now = Date.parse('2026-03-03T10:00:00.000Z');
  const find = (person: string) => people.find((one) => one.person === person) ?? null;
  approvals = new Approvals({
    journal,
    rows: journal.projections.approvals,
    prove: async (name, password) => {
      const person = find(name);
      return person !== null && password.reveal() === `of ${name}`
        ? { kind: 'known', person }
        : { kind: 'refused', reason: 'password' };
    },
    signer: find,
    station: 'cw-01',
    clock: { now: () => new Date(now), monotonic: () => now },
    randomness: systemRandomness,
  });
});

const sign = (approval: ApprovalId, approver: string, statementDigest: string, password = `of ${approver}`) =>
  approvals.decide({
    approval,
    approver: approver as PersonId,
    password: new Secret(password),
    statementDigest,
    verdict: approve,
  });
const fault = (code: string): unknown => expect.objectContaining({ code });
const state = (approval: string) => journal.projections.approvals.find(approval)?.state;
const lastFailure = () => journal.read(journal.head().sequence, 1)[0]?.payload;

describe('dual control', () => {
  it('takes a signature of a second person with the right and the issuer, over the very statement; each refusal is an event', async () => {
    const { approval, statementDigest } = approvals.request(release);
    const cases: readonly (readonly [string, Promise<void>, string, string])[] = [
      ['own request', sign(approval, 'olga', statementDigest), 'APPROVAL-OWN-REQUEST', 'own-request'],
      ['no right', sign(approval, 'oleg', statementDigest), 'ACCESS-NO-RIGHT', 'no-right'],
      ['other issuer', sign(approval, 'siri', statementDigest), 'ACCESS-NO-RIGHT', 'no-right'],
      ['other statement', sign(approval, 'sara', 'b'.repeat(64)), 'APPROVAL-OTHER-STATEMENT', 'digest'],
      ['password', sign(approval, 'sara', statementDigest, 'guess'), 'ACCESS-REFUSED', 'password'],
    ];
    for (const [, attempt, code, reason] of cases) {
      await expect(attempt).rejects.toEqual(fault(code));
      expect(journal.projections.approvals.find(approval)?.state).toBe('open');
      expect(lastFailure()).toMatchObject({ approval, reason: expect.any(String) as string });
      expect(
        journal.read(1, 100).some((entry) => (entry.payload as { reason?: string } | null)?.reason === reason),
      ).toBe(true);
    }
    await sign(approval, 'sara', statementDigest);
    expect(state(approval)).toBe('given');
    await expect(sign(approval, 'sara', statementDigest)).rejects.toEqual(fault('APPROVAL-SETTLED'));
  });

  it('is good for its act and its content only, once, and until it expires', async () => {
    const { approval, statementDigest } = approvals.request(release);
    expect(() => approvals.use(approval, 'batch-release', subjectDigest)).toThrow(fault('APPROVAL-NOT-GIVEN'));
    await sign(approval, 'sara', statementDigest);
    expect(() => approvals.use(approval, 'batch-close', subjectDigest)).toThrow(fault('APPROVAL-OTHER-SUBJECT'));
    expect(() => approvals.use(approval, 'batch-release', 'c'.repeat(64))).toThrow(fault('APPROVAL-OTHER-SUBJECT'));
    const [once, again] = [1, 2].map(() => approvals.use(approval, 'batch-release', subjectDigest));
    if (once === undefined || again === undefined) throw new Error('two uses are wanted');
    journal.append(once);
    // Two acts that both looked before either was written: the journal takes one.
    expect(() => journal.append(again)).toThrow(fault('JOURNAL-IMPOSSIBLE'));
    expect(() => approvals.use(approval, 'batch-release', subjectDigest)).toThrow(fault('APPROVAL-NOT-GIVEN'));

    const late = approvals.request(release);
    await sign(late.approval, 'sara', late.statementDigest);
    now += 9 * hour;
    expect(() => approvals.use(late.approval, 'batch-release', subjectDigest)).toThrow(fault('APPROVAL-NOT-GIVEN'));
    expect(state(late.approval)).toBe('expired');
  });

  it('asks once for one content, and stands or falls with what follows from asking', () => {
    approvals.request(release);
    expect(() => approvals.request(release)).toThrow(fault('APPROVAL-OPEN'));
    expect(() => approvals.request({ ...release, asker: 'sara' as PersonId })).toThrow(fault('ACCESS-NO-RIGHT'));
    const before = journal.head();
    const other = { ...release, subjectDigest: 'd'.repeat(64) };
    const alongside = (approval: ApprovalId) =>
      ({
        kind: 'batch.release-requested',
        actor: { kind: 'person', person: 'olga' },
        issuer: 'northbank',
        subjects: { batch: 'no-such-batch', approval },
        payload: { approval, contentDigest: other.subjectDigest },
      }) as const;
    expect(() => approvals.request(other, alongside)).toThrow(fault('JOURNAL-IMPOSSIBLE'));
    expect(journal.head()).toEqual(before);
    expect(journal.projections.approvals.inState('open')).toHaveLength(1);
  });

  it('lets the asker take a signed request back before it is used, and nobody else', async () => {
    const { approval, statementDigest } = approvals.request(release);
    await sign(approval, 'sara', statementDigest);
    expect(() => approvals.withdraw(approval, 'oleg' as PersonId)).toThrow(
      expect.objectContaining({ code: 'APPROVAL-NOT-YOURS' }),
    );
    approvals.withdraw(approval, 'olga' as PersonId);
    expect(() => approvals.use(approval, 'batch-release', subjectDigest)).toThrow(
      expect.objectContaining({ code: 'APPROVAL-NOT-GIVEN' }),
    );
  });
});
