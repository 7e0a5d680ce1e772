import type { BatchId } from '#shared/domain/identifiers.ts';
import type { ReportFacts } from '../close/batch-report.ts';
import type { Journal } from '../journal/journal.ts';

const page = 500;

/** Collects what the report of a batch says, from the journal alone; names of people who work here, never of cardholders. */
export function reportFacts(
  journal: Journal,
  batch: BatchId,
  titles: {
    readonly mode: 'training' | 'live';
    issuer(id: string): string;
    product(reference: string): string;
    person(id: string): string;
  },
  now: Date,
): ReportFacts {
  const { batches, approvals, looks, attempts, orders } = journal.projections;
  const row = batches.find(batch);
  const signing = (approval: string | null) => {
    const found = approval === null ? null : approvals.find(approval);
    return {
      asked: found === null ? '' : titles.person(found.asker),
      signed: found === null ? [] : approvals.signers(found.approval).map((signer) => titles.person(signer.approver)),
    };
  };
  const release = signing(row?.releaseApproval ?? null);
  const close = signing(row?.closeApproval ?? null);
  const cards: ReportFacts['cards'][number][] = [];
  for (let offset = 0; ; offset += page) {
    const rows = attempts.ofBatch(batch, { limit: page, offset });
    for (const attempt of rows) {
      cards.push({
        order: attempt.order,
        card: (orders.find(batch, attempt.order)?.maskedPan ?? '').replaceAll('•', '*'),
        attempt: attempt.number,
        line: attempt.line,
        chip: attempt.chipSerial ?? '',
        disposition: attempt.disposition ?? '',
        reason: attempt.reason ?? '',
        ended: attempt.endedAt ?? '',
      });
    }
    if (rows.length < page) break;
  }
  return {
    batch,
    station: journal.station,
    mode: titles.mode,
    issuer: titles.issuer(row?.issuer ?? ''),
    product: titles.product(row?.product ?? ''),
    productDigest: row?.productDigest ?? '',
    contentDigest: row?.contentDigest ?? '',
    manifestSigner: row?.signer ?? '',
    pulled: row?.firstSeenAt ?? '',
    released: row?.releasedAt ?? '',
    closing: now.toISOString(),
    releaseAskedBy: release.asked,
    releaseSignedBy: release.signed,
    closeAskedBy: close.asked,
    closeSignedBy: close.signed,
    wrappingKey: `${row?.wrappingKey ?? ''} (KCV ${row?.wrappingKeyKcv ?? ''})`,
    looks: looks.ofBatch(batch).map((look) => ({
      order: look.order,
      reason: look.reason,
      result: look.result === null ? 'outstanding' : `${look.result}, ${look.reasonCode ?? ''}`,
      by: titles.person(look.decidedBy ?? ''),
    })),
    cards,
  };
}
