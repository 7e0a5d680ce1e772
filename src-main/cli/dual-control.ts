import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ApprovalView } from '#shared/contract/views/approval-views.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { passwordOf } from './command-context.ts';
import type { CommandContext } from './command-context.ts';
import { table } from './table.ts';

/** What a person reads of a statement; nothing is shown that is not in the signed bytes. */
const statement = z.object({
  act: z.string(),
  subject: z.string(),
  fields: z.array(z.object({ label: z.string(), value: z.string() })),
  station: z.string(),
  issuer: z.string().nullable(),
  asker: z.string(),
  expires: z.string(),
});

/** How the second person is there: by name, and whether the statement counts as confirmed without asking. */
export interface SecondPerson {
  readonly approvers: readonly string[];
  readonly confirmed: 'ask' | 'yes';
  /** Instead of signing. */
  readonly refuse?: string;
}

/** The statement as text, from exactly the bytes that will be signed. */
export function statementText(bytes: string): string {
  const said = statement.parse(JSON.parse(bytes));
  const rows = [
    ...said.fields.map(({ label, value }) => [label, value]),
    ['Asked by', said.asker],
    ['Station', said.station],
    ...(said.issuer === null ? [] : [['Issuer', said.issuer]]),
    ['Valid until', said.expires],
  ];
  return table([`${said.act}:`, said.subject], rows);
}

/** Control characters of a terminal have no place in what somebody signs. */
export function plain(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

async function confirm(context: CommandContext, approver: string, view: ApprovalView, person: SecondPerson) {
  if (person.confirmed === 'yes') return;
  const { terminal, signal } = context;
  const ask = person.refuse === undefined ? 'sign this' : 'refuse this';
  const answer = terminal.person === 'absent' ? '' : await terminal.ask(`${approver}: type yes to ${ask}: `, signal);
  if (answer.trim().toLowerCase() !== 'yes') throw new StationFault('CLI-NOT-CONFIRMED', { approval: view.approval });
}

/**
 * Shows a request's statement and has the named people sign it in place, each with an own password, the asker's session going on.
 * The digest sent is of the bytes that were shown. CLI-NOT-CONFIRMED leaves the request open; the station refuses whoever may not sign.
 */
export async function signInPlace(
  context: CommandContext,
  view: ApprovalView,
  person: SecondPerson,
  passwordFor: (approver: string, index: number) => Promise<string> = (approver, index) =>
    passwordOf(
      approver,
      'CARDWRIGHT_APPROVER_PASSWORD',
      // The variable holds one person's password: a second approver is asked.
      index === 0 ? context : { ...context, environment: {} },
    ),
): Promise<ApprovalView> {
  context.terminal.aside(`\n${plain(statementText(view.statement))}\n`);
  const statementDigest = createHash('sha256').update(view.statement, 'utf8').digest('hex');
  let now = view;
  for (const [index, approver] of person.approvers.entries()) {
    await confirm(context, approver, view, person);
    now = await context.station.approvals.decide({
      approval: view.approval,
      approver,
      password: await passwordFor(approver, index),
      statementDigest,
      verdict: person.refuse === undefined ? { kind: 'approve' } : { kind: 'refuse', reason: person.refuse },
    });
    context.say(`${approver} ${person.refuse === undefined ? 'signed' : 'refused'}; the request is ${now.state}.`);
    if (person.refuse !== undefined) break;
  }
  return now;
}
