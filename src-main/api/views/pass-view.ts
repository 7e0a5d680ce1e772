import type { PassView } from '#shared/contract/views/card-views.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { readPass } from '#shared/journal-format/pass-certificate.ts';
import type { PassRow } from '../../journal/projections/passes.ts';
import { passHolds } from '../../journal/verify-signature.ts';
import type { Services } from '../services.ts';

/** A certificate as signed and in its parts, its signature checked now. JOURNAL-BROKEN when the text is no certificate. */
export function passView(row: PassRow, services: Services): PassView {
  const { station, attempts, looks } = services.journal.projections;
  const certificate = readPass(row.certificate);
  const signingKey = station.facts()?.signingKey;
  const attempt = attempts.find(row.attempt);
  if (certificate === null || signingKey === undefined || attempt === null) {
    throw new StationFault('JOURNAL-BROKEN', { sequence: 0, what: `the pass certificate of ${row.attempt}` });
  }
  return {
    attempt: row.attempt,
    signed: { certificate: row.certificate, signature: row.signature },
    certificate,
    digest: row.digest,
    signingKey: { ...signingKey },
    signature: passHolds(signingKey, row) ? 'right' : 'wrong',
    issuerTitle: services.issuerTitle(row.issuer),
    productTitle: services.product(certificate.product)?.title ?? certificate.product,
    disposition: attempt.disposition ?? 'good',
    looks: looks.ofAttempt(row.attempt).map(({ reason, askedAt, result, decidedBy }) => ({
      reason,
      asked: askedAt,
      result,
      by: decidedBy === null ? null : services.personTitle(decidedBy),
    })),
  };
}
