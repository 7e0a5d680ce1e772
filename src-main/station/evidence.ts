import type { Services } from '../api/services.ts';
import { readHeadRegister } from '../journal/chain-head-register.ts';
import type { Approvals } from '../approvals/approvals.ts';
import type { Journal } from '../journal/journal.ts';
import { LogExport } from '../journal/log-export.ts';
import { rebuildProjections } from '../journal/rebuild.ts';
import { verifyJournal } from '../journal/verify.ts';
import type { KeyPort } from '../keys/port.ts';

const mostFindings = 20;

/** Verification, rebuild and export of the journal, each an event of its own. */
export function evidence(
  journal: Journal,
  keys: KeyPort,
  approvals: Approvals,
): Pick<Services, 'verifyJournal' | 'rebuildJournal' | 'logExport'> {
  return {
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
