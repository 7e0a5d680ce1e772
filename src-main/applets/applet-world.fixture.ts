import { Secret } from '#shared/bytes/secret.ts';
import type { ApprovalId, Environment, PersonId } from '#shared/domain/identifiers.ts';
import type { Role } from '#shared/domain/roles.ts';
import { Approvals } from '../approvals/approvals.ts';
import { openJournal } from '../journal/journal.fixture.ts';
import type { Journal } from '../journal/journal.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { AppletCatalogue } from './applet-catalogue.ts';
import { capFile, type TestProvider } from './test-package.fixture.ts';

const people: readonly (readonly [person: string, role: Role])[] = [
  ['ada', 'administrator'],
  ['kofi', 'custodian'],
  ['sara', 'supervisor'],
  ['olga', 'operator'],
];
export const id = (person: string): PersonId => person as PersonId;

/** A catalogue over a real journal and real dual control. */
export class AppletWorld {
  readonly journal: Journal;
  readonly approvals: Approvals;
  readonly catalogue: AppletCatalogue;

  constructor(environment: Environment = 'test') {
    let now = Date.UTC(2026, 2, 2, 12);
    const clock = { now: () => new Date(now++), monotonic: () => now };
    const journal = openJournal(undefined, { clock });
    for (const [person, role] of people) {
      journal.append({
        kind: 'person.created',
        actor: { kind: 'station' },
        issuer: null,
        subjects: { person },
        payload: { person, displayName: person.toUpperCase(), roles: [role], issuers: 'all', environment: 'test' },
      });
    }
    this.journal = journal;
    this.approvals = new Approvals({
      journal,
      rows: journal.projections.approvals,
      prove: (name) => {
        const person = journal.projections.people.find(name);
        return Promise.resolve(person === null ? { kind: 'refused', reason: 'unknown' } : { kind: 'known', person });
      },
      signer: (name) => journal.projections.people.find(name),
      station: 'station-test',
      clock,
      randomness: systemRandomness,
    });
    this.catalogue = new AppletCatalogue({ journal, approvals: this.approvals, environment });
  }

  async sign(approval: ApprovalId, ...signers: readonly string[]): Promise<void> {
    for (const approver of signers) {
      await this.approvals.decide({
        approval,
        approver: id(approver),
        password: new Secret('proved without'),
        statementDigest: this.journal.projections.approvals.find(approval)?.statementDigest ?? '',
        verdict: { kind: 'approve' },
      });
    }
  }

  /** A provider that two people have signed for. */
  async trust(name: string, provider: TestProvider): Promise<void> {
    const { publicKey } = provider;
    const approval = this.catalogue.requestProvider(
      { provider: name, title: name.toUpperCase(), publicKey },
      id('ada'),
    );
    await this.sign(approval, 'kofi', 'sara');
    this.catalogue.carryOut(approval);
  }

  /** A package in the catalogue; gives its hash. */
  async bring(name: string, provider: TestProvider, file: Uint8Array = capFile()): Promise<string> {
    const brought = { file, provider: name, signature: provider.sign(file), dap: [] };
    const approval = this.catalogue.requestPackage(brought, id('ada'));
    await this.sign(approval, 'sara');
    this.catalogue.carryOut(approval);
    return this.catalogue.packages().at(-1)?.hash ?? '';
  }

  async withdraw(of: 'package' | 'provider', name: string): Promise<void> {
    const approval = this.catalogue.requestWithdrawal({ of, name, reason: 'a flaw was found' }, id('ada'));
    await this.sign(approval, 'sara');
    this.catalogue.carryOut(approval);
  }

  /** The statement of a request, as people read it. */
  fields(approval: ApprovalId): Readonly<Record<string, string>> {
    const { statement } = this.journal.projections.approvals.find(approval) ?? { statement: '{}' };
    const { fields } = JSON.parse(statement) as { fields: { label: string; value: string }[] };
    return Object.fromEntries(fields.map(({ label, value }) => [label, value]));
  }

  /** The kinds of the newest entries, oldest first. */
  newest(count: number): readonly string[] {
    const { sequence } = this.journal.head();
    return this.journal.read(sequence - count + 1, count).map(({ header }) => header.kind);
  }
}
