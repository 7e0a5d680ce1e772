import { Findings, JudgementEnded } from '../findings.ts';
import type { Finding } from '../findings.ts';
import type { Exchange } from '../pcsc-client.ts';
import { askForCryptograms, authenticateDynamically } from './application-cryptogram.ts';
import { checkData } from './check-data.ts';
import { followChain, methodOf } from './offline-authentication.ts';
import type { AuthorityKey } from './offline-authentication.ts';
import { readApplication } from './read-application.ts';
import { selectApplication } from './select-application.ts';
import type { SelectionMethod } from './select-application.ts';
import { terminalData } from './terminal-data.ts';

/** What the judge's terminal is set up with: nothing of the card's order, nothing of its keys. */
export interface TerminalSetup {
  readonly method: SelectionMethod;
  /** RIDs or whole names of the applications that the terminal takes, upper-case hexadecimal. */
  readonly known: readonly string[];
  readonly authorities: readonly AuthorityKey[];
  readonly today: Date;
}

/**
 * A second terminal's opinion of a finished card: from selection to CDA, by the clauses of EMV Books 1 to 3 and by the `openssl` command line.
 * No finding means that it would take the card. Makes one transaction, declined at its end; tries no PIN.
 */
export async function judgeCard(exchange: Exchange, setup: TerminalSetup): Promise<readonly Finding[]> {
  const findings = new Findings();
  const terminal = terminalData(setup.today);
  try {
    const selected = await selectApplication(exchange, setup.method, setup.known, findings);
    const card = await readApplication(exchange, selected, terminal, findings);
    checkData(card, setup.today, findings);
    const key = followChain(card, setup.authorities, setup.today, findings);
    if (methodOf(card) === 'dda' && key !== null)
      await authenticateDynamically(exchange, card, key, terminal, findings);
    await askForCryptograms(exchange, card, key, terminal, findings);
  } catch (thrown) {
    if (thrown instanceof JudgementEnded) return findings.list;
    findings.add('answers', 'EMV Book 3 annex B', thrown instanceof Error ? thrown.message : String(thrown));
  }
  return findings.list;
}
