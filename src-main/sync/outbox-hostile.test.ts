import { expect, it, onTestFinished } from 'vitest';
import { faultOf, never, operator } from '../intake/intake-station.fixture.ts';
import { openJournal } from '../journal/journal.fixture.ts';
import type { Journal } from '../journal/journal.ts';
import { systemClock } from '../platform/clock.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { systemTimers } from '../platform/timers.ts';
import { CmsClient, usualDeadlines } from './cms-client.ts';
import { HostileCms, json, type HostileAnswer } from './hostile-cms.fixture.ts';
import { Outbox } from './outbox.ts';
import { usualRetryTimes } from './retry-delay.ts';

function happen(journal: Journal): void {
  journal.append({
    kind: 'session.opened',
    actor: operator,
    issuer: null,
    subjects: { person: 'olga' },
    payload: { person: 'olga', client: 'window' },
  });
}

/** A journal with news, and the way to a CMS that answers as told. */
async function sending(
  answer: (journal: Journal) => HostileAnswer,
): Promise<{ journal: Journal; outbox: Outbox; cms: HostileCms }> {
  const journal = openJournal();
  const cms = await HostileCms.start();
  const client = new CmsClient(cms.url, { authority: cms.authority, station: 'ha-02' }, usualDeadlines);
  const outbox = new Outbox({
    journal,
    client,
    disclosure: () => 'whole',
    clock: systemClock,
    timers: systemTimers,
    randomness: systemRandomness,
    retryTimes: usualRetryTimes,
    gather: 60_000,
    checkEvery: 60_000,
    changed: () => undefined,
  });
  onTestFinished(async () => {
    await outbox.stop();
    await client.close();
    await cms.end();
  });
  for (let at = 0; at < 5; at++) happen(journal);
  cms.answer = answer(journal);
  return { journal, outbox, cms };
}

const genesis = { sequence: 0, entryHash: '00'.repeat(32) };

it('a CMS that takes everything and says that it has nothing is not sent the same for ever', async () => {
  const { journal, outbox, cms } = await sending((book) => (answer, request) => {
    const taken = { kind: 'accepted', upTo: book.head().sequence };
    json(request.method === 'POST' ? taken : genesis)(answer, request);
  });
  expect(await faultOf(outbox.flush(never))).toBe('none');
  expect(await faultOf(outbox.flush(never))).toBe('CMS-ANSWER-FORM');
  expect(cms.requests).toBeLessThan(10);
  expect(journal.head().sequence).toBeLessThan(15);
});

it('a CMS that acknowledges more than it was sent, and then denies it, is not sent the same for ever', async () => {
  const { outbox, cms } = await sending((book) => (answer, request) => {
    if (request.method !== 'POST') return json(genesis)(answer, request);
    // Something happens while the entries are under way: what was sent is not all that there is.
    happen(book);
    json({ kind: 'accepted', upTo: book.head().sequence })(answer, request);
  });
  expect(await faultOf(outbox.flush(never))).toBe('CMS-ANSWER-FORM');
  expect(cms.requests).toBeLessThan(15);
});
