import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentDigest } from '#shared/domain/content-digest.ts';
import { isFault, StationFault } from '#shared/faults/station-fault.ts';
import type { JournalEntry } from '#shared/journal-format/entry.ts';
import { firstStart } from './first-start.fixture.ts';
import { BatchHistory, digest, twoBatches } from './history.fixture.ts';
import { openJournal, SoftwareKeys, testFolder } from './journal.fixture.ts';
import type { Journal } from './journal.ts';
import type { NewEvent } from './port.ts';
import { Secret } from '#shared/bytes/secret.ts';
import { sha256 } from './sha256.ts';

const keys = new SoftwareKeys();

function withHistory(): Journal {
  const journal = openJournal();
  journal.append(...firstStart(keys.jwk));
  for (const event of twoBatches()) journal.append(event);
  return journal;
}

function faultOf(act: () => unknown): StationFault {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof StationFault) return thrown;
    throw thrown;
  }
  throw new Error('no fault was thrown');
}

describe('appending', () => {
  it('chains entries and gives them back as they were', () => {
    const file = join(testFolder(), 'journal.db');
    const journal = openJournal(file);
    const written = journal.append(...firstStart(keys.jwk));
    expect(written.map(({ header }) => header.sequence)).toEqual(written.map((_, at) => at + 1));
    expect(journal.read(1, 1000)).toEqual(written);
    const head = journal.head();
    journal.close();
    const again = openJournal(file, { headRegister: head });
    expect(again.head()).toEqual(head);
    expect(again.read(1, 1000)).toEqual(written);
  });

  it('refuses a payload that does not fit, and says where without repeating it', () => {
    const journal = openJournal();
    const event = {
      kind: 'person.created',
      actor: { kind: 'station' },
      issuer: null,
      subjects: {},
      payload: {
        person: 'x',
        displayName: 'x',
        roles: ['king'],
        issuers: 'all',
        environment: 'test',
        pan: '4000001234567899',
      },
    } as unknown as NewEvent;
    const fault = faultOf(() => journal.append(event));
    expect(fault.code).toBe('JOURNAL-PAYLOAD');
    expect(JSON.stringify(fault.details) + fault.message).not.toContain('4000001234567899');
    expect(journal.head().sequence).toBe(0);
  });

  it('writes all or nothing, content too', () => {
    const journal = openJournal();
    journal.append(...firstStart(keys.jwk));
    const before = journal.head();
    const [person] = firstStart(keys.jwk).filter(({ kind }) => kind === 'person.created');
    const fault = faultOf(() =>
      journal.appendWith(
        () => journal.credentials.set('new', new Secret('$argon2id$x')),
        {
          kind: 'person.password-set',
          actor: { kind: 'station' },
          issuer: null,
          subjects: {},
          payload: { person: 'olga' },
        },
        person as NewEvent,
      ),
    );
    expect(fault.code).toBe('JOURNAL-IMPOSSIBLE');
    expect(journal.head()).toEqual(before);
    expect(journal.credentials.get('new')).toBeNull();
    journal.appendWith(() => journal.credentials.set('new', new Secret('$argon2id$y')));
    expect(journal.credentials.get('new')?.reveal()).toBe('$argon2id$y');
  });

  it('refuses an append inside an append', () => {
    const journal = openJournal();
    const [created] = firstStart(keys.jwk);
    const fault = faultOf(() => journal.appendWith(() => journal.append(created as NewEvent)));
    expect(fault.code).toBe('JOURNAL-NESTED');
    expect(journal.head().sequence).toBe(0);
  });

  it('tells subscribers in the order of commits, also when one of them appends or throws', () => {
    const faults: unknown[] = [];
    const journal = openJournal(undefined, { onSubscriberFault: (thrown) => void faults.push(thrown) });
    const seen: string[][] = [[], []];
    const note = (at: number) => (entries: readonly JournalEntry[]) =>
      void seen[at]?.push(...entries.map(({ header }) => `${header.sequence} ${header.kind}`));
    const [created, started] = firstStart(keys.jwk) as [NewEvent, NewEvent];
    journal.subscribe((entries) => {
      note(0)(entries);
      if (entries[0]?.header.sequence === 1) journal.append(started);
      throw new Error('subscriber');
    });
    const stop = journal.subscribe(note(1));
    journal.append(created);
    expect(seen).toEqual([
      ['1 station.created', '2 station.started'],
      ['1 station.created', '2 station.started'],
    ]);
    expect(faults).toHaveLength(2);
    stop();
    journal.append(started);
    expect(seen[1]).toHaveLength(2);
  });

  it('refuses after it was closed', () => {
    const journal = openJournal();
    journal.close();
    expect(faultOf(() => journal.append(...firstStart(keys.jwk))).code).toBe('JOURNAL-CLOSED');
  });

  it('keeps no clear text on the disk', () => {
    const folder = testFolder();
    const journal = openJournal(join(folder, 'journal.db'));
    journal.append(...firstStart(keys.jwk));
    journal.append(...twoBatches());
    for (const name of ['journal.db', 'journal.db-wal']) {
      const bytes = readFileSync(join(folder, name)).toString('latin1');
      for (const word of ['northbank', 'station.created', 'CREATE TABLE', 'SQLite']) expect(bytes).not.toContain(word);
    }
  });
});

describe('state', () => {
  it('follows two batches with a rejected card, a bad look and a spoiled one', () => {
    const { projections } = withHistory();
    expect(projections.batches.list({ issuers: 'all' }).map(({ batch, state }) => [batch, state])).toEqual([
      ['b2', 'running'],
      ['b1', 'closed'],
    ]);
    expect(projections.batches.list({ issuers: ['northbank'] }).map(({ batch }) => batch)).toEqual(['b1']);
    const first = projections.batches.view('b1');
    expect(first?.orders).toEqual({ held: 0, ready: 0, 'in-production': 0, made: 3, unmade: 1 });
    expect(first?.blanks).toEqual({
      fed: 6,
      inMachine: 0,
      good: 3,
      rejected: 2,
      spoiled: 1,
      test: 0,
      returned: 0,
      missing: 0,
    });
    expect(first?.erasedAt).not.toBeNull();
    const second = projections.batches.view('b2');
    expect(second?.orders).toEqual({ held: 1, ready: 2, 'in-production': 1, made: 1, unmade: 0 });
    expect(second?.blanks).toMatchObject({ fed: 2, inMachine: 1, good: 1 });
    expect(projections.stock.findLot('lot-1')).toMatchObject({ received: 200, remaining: 192 });
    expect(projections.attempts.open().map(({ attempt, openIntent }) => [attempt, openIntent])).toEqual([
      ['at-b2-o1-1', { step: 'personalise', effect: 'irreversible', counters: { cards: 7, panels: 9 } }],
    ]);
    expect(projections.orders.findCard('northbank', digest('card b1-o2')).map(({ order }) => order)).toEqual(['b1-o2']);
    expect(projections.orders.findCard('southbank', digest('card b1-o2'))).toEqual([]);
    expect(projections.attempts.chipSeen('b1', 'chip-b1-0-1', 'other')?.attempt).toBe('at-b1-o0-1');
    expect(projections.attempts.chipSeen('b1', 'chip-b1-0-1', 'at-b1-o0-1')).toBeNull();
    expect(projections.looks.ofBatch('b1')).toMatchObject([
      { attempt: 'at-b1-o0-1', result: 'bad', decidedBy: 'olga' },
    ]);
    expect(projections.signIns.state('olga')).toMatchObject({ failures: 0 });
    expect(projections.keys.find('batch-wrapping/b1')?.destroyedAt).not.toBeNull();
    expect(projections.people.find('oscar')).toMatchObject({ issuers: ['northbank'], roles: ['operator'] });
    expect(projections.lines.findLine('line-1')).toMatchObject({ lot: 'lot-1', fault: null });
    expect(projections.station.acknowledged().upTo).toBe(20);
    expect(projections.approvals.find('ap-r-b1')).toMatchObject({ state: 'used', asker: 'olga' });
    expect(projections.approvals.signers('ap-r-b1')).toMatchObject([{ approver: 'sara', verdict: 'approve' }]);
  });

  it('gives the outbox after what was acknowledged', () => {
    const journal = withHistory();
    expect(journal.outbox(3).map(({ header }) => header.sequence)).toEqual([21, 22, 23]);
    expect(journal.outboxWaits()).toBe('something');
    const acknowledge = (upTo: number): NewEvent => ({
      kind: 'sync.acknowledged',
      actor: { kind: 'station' },
      issuer: null,
      subjects: {},
      payload: { upTo },
    });
    journal.append(acknowledge(journal.head().sequence));
    expect(journal.outboxWaits()).toBe('nothing');
    expect(journal.outbox(10)).toHaveLength(1);
  });

  it('pages orders by state and text', () => {
    const journal = openJournal();
    journal.append(...firstStart(keys.jwk));
    const batch = new BatchHistory('big', 'northbank', 2500, [7, 9]);
    journal.append(...batch.received(), ...batch.accepted());
    const { orders } = journal.projections;
    const page = orders.page('big', {}, { limit: 2, offset: 2498 });
    expect([page.total, page.rows.map(({ index }) => index)]).toEqual([2500, [2498, 2499]]);
    const held = orders.page('big', { state: 'held' }, { limit: 1, offset: 1 });
    expect([held.total, held.rows.map(({ index }) => index)]).toEqual([2, [9]]);
    expect(held.rows[0]?.findings[0]?.code).toBe('INTAKE-LUHN');
    const text = orders.page('big', { text: 'o249' }, { limit: 100, offset: 0 });
    expect([text.total, text.rows[0]?.order]).toEqual([11, 'big-o249']);
    expect(orders.page('big', { text: '%' }, { limit: 1, offset: 0 }).total).toBe(0);
    expect(orders.page('big', { text: 'o', state: 'held' }, { limit: 9, offset: 0 }).total).toBe(2);
    const signed = orders.signedRecords('big', 0, 5000);
    expect(contentDigest({ ...batch.about, batch: 'big' }, signed, sha256)).toBe(batch.contentDigest);
    expect(orders.page('big', { state: 'with-findings' }, { limit: 9, offset: 1 })).toMatchObject({
      total: 2,
      rows: [{ index: 9 }],
    });
    expect(orders.page('big', { text: 'o7', state: 'with-findings' }, { limit: 9, offset: 0 }).total).toBe(1);
  });
});

describe('guards', () => {
  it('refuses a second good card for one order, also through another batch', () => {
    const journal = withHistory();
    const sameOrder = new BatchHistory('b3', 'northbank', 1, [], ['b1-o2']);
    journal.append(...sameOrder.received(), ...sameOrder.accepted(), ...sameOrder.released());
    journal.append(sameOrder.started(0, 9));
    const before = journal.head();
    expect(faultOf(() => journal.append(sameOrder.ended(0, 9, 'good')))).toMatchObject({
      code: 'JOURNAL-TWO-GOOD',
      details: { order: 'b1-o2' },
    });
    expect(journal.head()).toEqual(before);
    journal.append(sameOrder.ended(0, 9, 'rejected'));
  });

  const b2 = new BatchHistory('b2', 'southbank', 5, [3]);
  const b1 = new BatchHistory('b1', 'northbank', 4);
  const impossible: readonly (readonly [string, NewEvent])[] = [
    ['a card for an order that has one', b2.started(0, 2)],
    ['a card for an order in a machine', b2.started(1, 2)],
    ['a card for a held order', b2.started(3, 1)],
    ['a card of a closed batch', b1.started(3, 2)],
    ['a second intent over an open one', b2.intent(1, 1, 'print')],
    ['an outcome of another step', b2.outcome(1, 1, 'print')],
    ['settling an intent that is not open', b2.settled(1, 1, 'print')],
    ['an end of an attempt that never was', b2.ended(2, 1, 'good')],
    ['a second end', b2.ended(0, 1, 'spoiled')],
    ['an order made by a card in the machine', b2.made(1, 1)],
    ['a decision of a look that nobody asked for', b2.lookDecided(0, 1, 'good')],
    ['an approval that was used', b1.given('ap-r-b1', 'simon')],
    ['a lot that nobody received', b2.started(2, 1, 'line-1', 'lot-9')],
    ['a release of something else', { ...b1.released('ap-x')[1] } as NewEvent],
  ];
  it.each(impossible)('refuses %s', (_, event) => {
    const journal = withHistory();
    const before = journal.head();
    expect(faultOf(() => journal.append(event)).code).toBe('JOURNAL-IMPOSSIBLE');
    expect(journal.head()).toEqual(before);
  });

  it('refuses a record that was accepted already', () => {
    const journal = openJournal();
    const [accepted] = b1.accepted() as [NewEvent];
    journal.append(...firstStart(keys.jwk), ...b1.received(), accepted);
    expect(faultOf(() => journal.append(accepted)).details).toMatchObject({ why: 'record 0 was accepted already' });
  });

  it('refuses an answer by who asked, a second answer, and a second use', () => {
    const journal = withHistory();
    const ask = b2.requested('ap-1', 'batch-close', 'sara');
    journal.append(ask);
    expect(faultOf(() => journal.append(b2.given('ap-1', 'sara'))).code).toBe('JOURNAL-IMPOSSIBLE');
    journal.append(b2.given('ap-1', 'simon'));
    const use: NewEvent = {
      kind: 'approval.used',
      actor: { kind: 'station' },
      issuer: null,
      subjects: {},
      payload: { approval: 'ap-1', act: 'batch-close' },
    };
    journal.append(use);
    expect(faultOf(() => journal.append(use)).code).toBe('JOURNAL-IMPOSSIBLE');
  });

  it('refuses to close a batch that does not balance, by whichever figure', () => {
    const journal = withHistory();
    const [, ...close] = b2.closed({ fed: 2, good: 1, rejected: 0, spoiled: 0 });
    expect(faultOf(() => journal.append(...close)).code).toBe('JOURNAL-UNBALANCED');
    journal.append(b2.settled(1, 1, 'personalise'), b2.ended(1, 1, 'missing'), b2.lookAsked(0, 1));
    expect(faultOf(() => journal.append(...close)).details).toMatchObject({ why: 'a look is outstanding' });
    journal.append(b2.lookDecided(0, 1, 'good'));
    const [, ...wrong] = b2.closed({ fed: 2, good: 1, rejected: 1, spoiled: 0 });
    expect(faultOf(() => journal.append(...wrong)).code).toBe('JOURNAL-UNBALANCED');
    journal.append(...close);
    expect(journal.projections.batches.view('b2')).toMatchObject({
      state: 'closed',
      orders: { held: 1, ready: 0, unmade: 3, made: 1 },
    });
  });

  it('refuses a blank from an empty lot', () => {
    const journal = openJournal();
    const events = firstStart(keys.jwk).map((event) =>
      event.kind === 'lot.received' ? { ...event, payload: { ...event.payload, count: 1 } } : event,
    );
    journal.append(...events, ...b2.received(), ...b2.accepted(), ...b2.released(), ...b2.goodCard(0, 1));
    expect(
      isFault(
        faultOf(() => journal.append(b2.started(1, 1))),
        'JOURNAL-LOT-EMPTY',
      ),
    ).toBe(true);
  });

  it('gives a batch back its state when the second person refuses', () => {
    const journal = openJournal();
    journal.append(...firstStart(keys.jwk), ...b2.received(), ...b2.accepted());
    journal.append(...b2.released('ap-1').slice(0, 2));
    expect(journal.projections.batches.find('b2')?.state).toBe('release-requested');
    journal.append({
      kind: 'approval.refused',
      actor: { kind: 'person', person: 'sara' },
      issuer: 'southbank',
      subjects: { batch: 'b2' },
      payload: { approval: 'ap-1', approver: 'sara', statementDigest: digest('x'), reason: 'too early' },
    });
    expect(journal.projections.batches.find('b2')).toMatchObject({ state: 'ready', releaseApproval: null });
    journal.append(...b2.released('ap-2'));
    expect(journal.projections.batches.find('b2')?.state).toBe('running');
  });
});

describe('sealed records', () => {
  it('keeps, reads, digests and removes a batch', async () => {
    const journal = openJournal();
    const { sealedRecords } = journal;
    const records = Array.from({ length: 1200 }, (_, index) => ({
      index,
      order: `o${index}`,
      bytes: Buffer.from(`sealed ${index}`),
    }));
    journal.appendWith(() => {
      sealedRecords.putKey('b', new Uint8Array([1, 2, 3]));
      sealedRecords.insert('b', records);
    });
    expect(sealedRecords.key('b')).toEqual(Buffer.from([1, 2, 3]));
    expect(sealedRecords.read('b', 7)).toEqual(records[7]);
    expect(sealedRecords.range('b', 1198, 10)).toEqual(records.slice(1198));
    const expected = records.map(({ index, order, bytes }) => ({
      index,
      order,
      sealedDigest: digest(bytes.toString()),
    }));
    expect(await sealedRecords.sealedDigests('b', AbortSignal.timeout(5000))).toEqual(expected);
    expect(sealedRecords.delete('b')).toBe(1200);
    expect([sealedRecords.count('b'), sealedRecords.key('b')]).toEqual([0, null]);
  });
});
