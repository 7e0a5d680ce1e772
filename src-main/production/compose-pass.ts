import type { Environment } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { JournalEntry } from '#shared/journal-format/entry.ts';
import type { EventPayload } from '#shared/journal-format/event-kinds.ts';
import type { PassCertificate, PassCheck, PassPart, PassPartName } from '#shared/journal-format/pass-certificate.ts';

/** What a certificate says beside the attempt's own entries. */
export interface PassGround {
  readonly station: string;
  readonly environment: Environment;
  readonly batch: { readonly product: string; readonly productDigest: string; readonly release: string | null };
  readonly keys: readonly { readonly name: string; readonly kcv: string }[];
  readonly maskedPan: string | null;
  /** RFC 7638 thumbprint of the signing key. */
  readonly signedBy: string;
}

/** What the proofs of this station look at where the proof itself does not say more. */
const usualChecks: Readonly<Record<PassPartName, readonly PassCheck[]>> = {
  print: [
    check('print-job', 'Evolis A5013 Rev E, Sr, Sv, Db, Dbc'),
    check('texts', 'Cardwright decision 0072'),
    check('codes', 'ISO/IEC 15417; ISO/IEC 18004'),
  ],
  chip: [check('as-sent', 'EMV 4.4 Book 3 §7.1, §10.2')],
  stripe: [check('tracks-as-written', 'ISO/IEC 7811-6'), check('tracks-as-ordered', 'ISO/IEC 7813')],
};

function check(name: string, clause: string): PassCheck {
  return { application: null, name, clause, outcome: 'right' };
}

function payloadsOf<K extends 'attempt.verified' | 'attempt.started' | 'attempt.chip-identified'>(
  entries: readonly JournalEntry[],
  kind: K,
): readonly EventPayload<K>[] {
  return entries.filter(({ header }) => header.kind === kind).map(({ payload }) => payload as EventPayload<K>);
}

/**
 * States a good card from the journal's entries about its attempt, in sequence, and from nothing that changes: the same entries give the same
 * certificate, byte for byte, before and after a restart. PASS-INCOMPLETE when a part of the product was not proven, or was found to differ.
 */
export function composePass(all: readonly JournalEntry[], ground: PassGround): PassCertificate {
  // What a line tells of itself meanwhile is not about the card.
  const entries = all.filter(({ header }) => header.kind.startsWith('attempt.'));
  const first = entries.find(({ header }) => header.kind === 'attempt.started');
  const [started] = payloadsOf(entries, 'attempt.started');
  const last = entries.at(-1);
  if (first === undefined || started === undefined || last === undefined) {
    throw new StationFault('PASS-INCOMPLETE', { part: 'start' });
  }
  const { batch = '', order = '', attempt = '', line = '' } = first.header.subjects;
  const chip = payloadsOf(entries, 'attempt.chip-identified').at(-1);
  const verdicts = payloadsOf(entries, 'attempt.verified');
  return {
    purpose: 'cardwright-pass',
    version: 1,
    station: ground.station,
    environment: ground.environment,
    issuer: first.header.issuer ?? '',
    batch,
    order,
    attempt,
    number: started.number,
    line,
    lot: started.lot,
    product: ground.batch.product,
    productDigest: ground.batch.productDigest,
    planDigest: started.planDigest,
    maskedPan: ground.maskedPan,
    chipSerial: chip?.chipSerial ?? null,
    atr: chip?.atr ?? null,
    parts: (started.certificate?.parts ?? []).map((part) => passPart(part, verdicts)),
    steps: stepsOf(entries),
    keys: ground.keys.map(({ name, kcv }) => ({ name, kcv })),
    release: ground.batch.release,
    lookEvery: started.certificate?.lookEvery ?? null,
    time: last.header.time,
    entry: { sequence: last.header.sequence, hash: last.entryHash },
    signedBy: ground.signedBy,
  };
}

function passPart(part: PassPartName, verdicts: readonly EventPayload<'attempt.verified'>[]): PassPart {
  // The last word counts: a step that broke off in its proof may have been proven again.
  const verdict = verdicts.findLast((each) => each.part === part);
  if (verdict?.verdict !== 'same') throw new StationFault('PASS-INCOMPLETE', { part });
  const { readDigest, transactionCounter = null, checks = usualChecks[part] } = verdict;
  return { part, verdict: 'same', readDigest, transactionCounter, checks: checks.map((each) => ({ ...each })) };
}

function stepsOf(entries: readonly JournalEntry[]): PassCertificate['steps'] {
  return entries.flatMap(({ header, payload }): PassCertificate['steps'] => {
    if (header.kind === 'attempt.outcome') {
      const { step, outcome } = payload as EventPayload<'attempt.outcome'>;
      return outcome.kind === 'done' ? [{ step, outcome: 'done', time: header.time }] : [];
    }
    if (header.kind === 'attempt.settled') {
      const { step, found } = payload as EventPayload<'attempt.settled'>;
      return found === 'happened' ? [{ step, outcome: 'settled', time: header.time }] : [];
    }
    return [];
  });
}
