import { ORPCError } from '@orpc/client';
import { z } from 'zod';
import { faultData } from '#shared/contract/row.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { StationRefusal } from '../shells/launcher/station-program.ts';
import { exitCodes } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';

/** A failed command in plain words, with its code of the catalogue. */
export interface Failure {
  readonly exit: ExitCode;
  readonly code: string;
  readonly text: string;
  readonly next: string;
}

/** Codes that end otherwise than with a plain refusal. */
const exits: Readonly<Record<string, ExitCode>> = {
  'STATION-NOT-RUNNING': exitCodes.noStation,
  'STATION-START-FAILED': exitCodes.noStation,
  'STATION-START-SLOW': exitCodes.noStation,
  'STATION-LINK-LOST': exitCodes.noStation,
  'STATION-LINK-DEADLINE': exitCodes.noStation,
  'STATION-FRAME-FORM': exitCodes.noStation,
  'STATION-FRAME-LONG': exitCodes.noStation,
  'STATION-RUNNING': exitCodes.noStation,
  'CLI-WHO': exitCodes.usage,
  'CLI-NO-PASSWORD': exitCodes.usage,
  'CLI-APPROVER-NEEDED': exitCodes.usage,
  'CLI-WHICH-BATCH': exitCodes.usage,
  'CLI-FILE': exitCodes.usage,
  'CLI-NOT-CONFIRMED': exitCodes.needsPerson,
  'CLI-NEEDS-PERSON': exitCodes.needsPerson,
};

/** A broken chain under whatever call it shows itself. */
const brokenJournal = /^JOURNAL-.*(BROKEN|ALTERED|SET-BACK|CHAIN|FOREIGN|DAMAGED)/;

function exitOf(code: string, otherwise: ExitCode): ExitCode {
  return brokenJournal.test(code) ? exitCodes.journalBroken : (exits[code] ?? otherwise);
}

const issues = z.object({ issues: z.array(z.object({ path: z.array(z.unknown()).optional(), message: z.string() })) });

/** Says what anything thrown under a command means. Nothing unexpected is printed as it is: it could hold what nobody should read. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof StationFault)
    return { exit: exitOf(thrown.code, exitCodes.refused), code: thrown.code, ...describeFault(thrown) };
  if (thrown instanceof StationRefusal) {
    const { code, text, next } = thrown;
    return { exit: exitOf(code, exitCodes.noStation), code, text, next };
  }
  if (thrown instanceof ORPCError) {
    const data = faultData.safeParse(thrown.data).data;
    if (data !== undefined) return { exit: exitOf(data.code, exitCodes.refused), ...data };
    if (thrown.code === 'BAD_REQUEST') {
      const found = issues.safeParse(thrown.data).data?.issues ?? [];
      const said = found.map((issue) => `${(issue.path ?? []).join('.')}: ${issue.message}`).join('; ');
      return {
        exit: exitCodes.usage,
        code: 'BAD_REQUEST',
        text: `The station does not take this input${said === '' ? '' : ` (${said})`}.`,
        next: 'See --help.',
      };
    }
    return {
      exit: exitCodes.refused,
      code: String(thrown.code),
      text: `The station answered with an error (${String(thrown.code)}).`,
      next: 'Look at its log in the data folder.',
    };
  }
  return {
    exit: exitCodes.refused,
    code: 'UNEXPECTED',
    text: `Something unexpected happened (${thrown instanceof Error ? thrown.name : typeof thrown}).`,
    next: 'Try it again; if it stays so, keep this message.',
  };
}
