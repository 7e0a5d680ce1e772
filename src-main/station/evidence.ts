import type { Services } from '../api/services.ts';
import { readHeadRegister } from '../journal/chain-head-register.ts';
import { LogExport } from '../journal/log-export.ts';
import { rebuildProjections } from '../journal/rebuild.ts';
import { verifyJournal } from '../journal/verify.ts';
import type { IdleVerification } from '../journal/idle-verification.ts';
import type { Core } from './core.ts';

const mostFindings = 20;

/** Verification, rebuild and export of the journal, each an event of its own. */
export function evidence(
  { journal, keys, approvals }: Pick<Core, 'journal' | 'keys' | 'approvals'>,
  watch: IdleVerification,
): Pick<Services, 'verifyJournal' | 'verifying' | 'rebuildJournal' | 'logExport'> {
  return {
    verifying: () => watch.under(),
    logExport: new LogExport(journal, approvals),
    verifyJournal: async (actor, signal) => {
      const headRegister = await readHeadRegister(keys, signal);
      const found = await verifyJournal(journal, { headRegister, maxFindings: mostFindings, signal });
      journal.append({
        kind: 'journal.verified',
        actor,
        issuer: null,
        subjects: {},
        payload: { entries: found.entries, result: found.result },
      });
      return {
        result: found.result,
        entries: found.entries,
        checkpoints: found.checkpoints,
        milliseconds: found.milliseconds,
        findings: found.findings.map(({ sequence, kind, text }) => ({ sequence, code: kind, text })),
      };
    },
    rebuildJournal: async (actor, signal) => {
      const rebuilt = await rebuildProjections(journal, signal);
      const tables = Object.fromEntries(rebuilt.tables.map(({ table, rows }) => [table, rows]));
      journal.append({ kind: 'journal.rebuilt', actor, issuer: null, subjects: {}, payload: { tables } });
      return rebuilt.tables.map(({ table, rows, differing }) => ({
        table,
        rows,
        result: differing === 0 ? 'same' : 'mended',
      }));
    },
  };
}
