import { createHash } from 'node:crypto';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { Disposition } from '#shared/journal-format/events/production-events.ts';
import type { SignedPass } from '#shared/journal-format/pass-certificate.ts';
import type { NewEvent } from '../journal/port.ts';
import type { Job } from './line-state.ts';
import type { OrderBook } from './order-book.ts';
import { remakeRule, type LostCard } from './remake-rule.ts';

/** How an attempt ended, who decided it, and its pass certificate where it is good. */
export interface AttemptEnding {
  readonly disposition: Disposition;
  readonly decidedBy: 'engine' | 'operator' | 'recovery';
  readonly reason: string;
  readonly pass: SignedPass | null;
}

/** Dispositions of a blank that is neither a good card nor back in its lot. */
const lost: readonly Disposition[] = ['rejected', 'spoiled', 'missing'];

/**
 * The events that end an attempt, for one transaction: a good card's certificate, its disposition, and the order made (with every card that this one replaces), or
 * held where another blank needs two people or none may be used. PASS-INCOMPLETE for a good card without a certificate.
 */
export function attemptEnding(
  book: OrderBook,
  about: Pick<NewEvent, 'actor' | 'issuer' | 'subjects'>,
  job: Pick<Job, 'attempt' | 'order' | 'batch'>,
  ending: AttemptEnding,
): readonly NewEvent[] {
  const { disposition, decidedBy, reason, pass } = ending;
  if (disposition === 'good' && pass === null) throw new StationFault('PASS-INCOMPLETE', { part: 'certificate' });
  const passDigest = pass === null ? null : createHash('sha256').update(pass.certificate).digest('hex');
  const events: NewEvent[] = [
    ...(pass === null ? [] : [{ ...about, kind: 'attempt.passed' as const, payload: pass }]),
    { ...about, kind: 'attempt.ended', payload: { disposition, decidedBy, reason, passDigest } },
  ];
  const chipSerial = book.chipSerial(job.attempt);
  const before = book.lostCards(job.batch, job.order);
  if (disposition === 'good') {
    const payload = {
      attempt: job.attempt,
      ...(chipSerial === null ? {} : { chipSerial }),
      ...(before.length === 0 ? {} : { replaces: [...before] }),
    };
    events.push({ ...about, kind: 'order.made', payload });
  } else if (book.batch(job.batch)?.state === 'lost') {
    // Nothing of it is begun any more, so that nothing of it may wait to be begun either.
    events.push({ ...about, kind: 'order.held', payload: { reason: 'PRODUCTION-BATCH-LOST' } });
  } else if (lost.includes(disposition)) {
    const now: LostCard = { attempt: job.attempt, chipSerial, disposition, reason };
    const spoiled = book.spoiledIn(job.batch) + (disposition === 'spoiled' ? 1 : 0);
    const held = remakeRule([...before, now], book.lostAt(job.attempt), spoiled);
    if (held !== null) events.push({ ...about, kind: 'order.held', payload: { reason: held } });
  }
  return events;
}
