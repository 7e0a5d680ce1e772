import { hash } from 'node:crypto';
import { contentDigest } from '#shared/domain/content-digest.ts';
import type { NewEvent } from './port.ts';
import { sha256 } from './sha256.ts';

const station = { kind: 'station' } as const;
const person = (name: string) => ({ kind: 'person', person: name }) as const;
export const digest = (text: string): string => hash('sha256', text, 'hex');

/** The events of one batch, from the lease to the close, one function a happening. */
export class BatchHistory {
  readonly batch: string;
  readonly issuer: string;
  readonly count: number;
  readonly heldIndexes: ReadonlySet<number>;
  readonly orders: readonly string[];

  constructor(
    batch: string,
    issuer: string,
    count: number,
    heldIndexes: readonly number[] = [],
    orders?: readonly string[],
  ) {
    this.batch = batch;
    this.issuer = issuer;
    this.count = count;
    this.heldIndexes = new Set(heldIndexes);
    this.orders = orders ?? Array.from({ length: count }, (_, index) => `${batch}-o${index}`);
  }

  get about() {
    const { batch } = this;
    return { batch, product: 'emv-debit@1', productDigest: digest('product'), manifestDigest: digest(batch) };
  }

  get contentDigest(): string {
    const records = this.orders.map((order, index) => ({
      index,
      order,
      sealedDigest: digest(order),
      state: this.heldIndexes.has(index) ? ('held' as const) : ('ready' as const),
    }));
    return contentDigest(this.about, records, sha256);
  }

  #of(actor: string, subjects: Readonly<Record<string, string>> = {}) {
    return {
      actor: actor === 'station' ? station : person(actor),
      issuer: this.issuer,
      subjects: { batch: this.batch, ...subjects },
    } as const;
  }

  received(): readonly NewEvent[] {
    return [
      {
        ...this.#of('olga'),
        kind: 'batch.leased',
        payload: { lease: `lease-${this.batch}`, expires: '2026-03-03T12:00:00.000Z' },
      },
      {
        ...this.#of('station'),
        kind: 'batch.received',
        payload: {
          product: this.about.product,
          productDigest: this.about.productDigest,
          count: this.count,
          due: '2026-03-09T00:00:00.000Z',
          priority: 'normal',
          environment: 'test',
          manifestDigest: this.about.manifestDigest,
          lease: `lease-${this.batch}`,
          wrappingKey: { name: `batch-wrapping/${this.batch}`, kcv: '010203' },
          panDigestKeyVersion: 1,
          signer: 'cms-1',
        },
      },
    ];
  }

  accepted(): readonly NewEvent[] {
    const events: NewEvent[] = [];
    for (let from = 0; from < this.count; from += 1000) {
      const records = this.orders.slice(from, from + 1000).map((order, at) => ({
        index: from + at,
        order,
        maskedPan: `400000••••••${String(from + at)
          .padStart(4, '0')
          .slice(-4)}`,
        cardDigest: digest(`card ${order}`),
        sealedDigest: digest(order),
        findings: this.heldIndexes.has(from + at)
          ? [{ code: 'INTAKE-LUHN', field: 'pan', text: 'check digit is wrong' }]
          : [],
      }));
      events.push({ ...this.#of('station'), kind: 'batch.records-accepted', payload: { records } });
    }
    const held = this.heldIndexes.size;
    const payload = { ready: this.count - held, held, contentDigest: this.contentDigest };
    return [...events, { ...this.#of('station'), kind: 'batch.ready', payload }];
  }

  requested(approval: string, act: string, asker: string): NewEvent {
    return {
      ...this.#of(asker, { approval }),
      kind: 'approval.requested',
      payload: {
        approval,
        act,
        statement: `{"act":"${act}"}`,
        statementDigest: digest(`statement ${approval}`),
        subjectDigest: this.contentDigest,
        asker,
        approversNeeded: 1,
        expires: '2026-03-02T18:00:00.000Z',
      },
    };
  }

  given(approval: string, approver: string): NewEvent {
    return {
      ...this.#of(approver, { approval }),
      kind: 'approval.given',
      payload: { approval, approver, statementDigest: digest(`statement ${approval}`), method: 'password' },
    };
  }

  released(approval = `ap-r-${this.batch}`): readonly NewEvent[] {
    return [
      this.requested(approval, 'batch-release', 'olga'),
      {
        ...this.#of('olga'),
        kind: 'batch.release-requested',
        payload: { approval, contentDigest: this.contentDigest },
      },
      this.given(approval, 'sara'),
      { ...this.#of('station', { approval }), kind: 'approval.used', payload: { approval, act: 'batch-release' } },
      {
        ...this.#of('station'),
        kind: 'batch.released',
        payload: {
          approval,
          contentDigest: this.contentDigest,
          grant: `grant-${this.batch}`,
          grantCount: this.count,
          grantValidForSeconds: 86_400,
        },
      },
      { ...this.#of('olga'), kind: 'batch.started', payload: { lines: ['line-1', 'line-2'] } },
    ];
  }

  #attempt(index: number, number: number, line = 'line-1', lot = 'lot-1') {
    const order = this.orders[index] ?? '';
    const attempt = this.attemptId(index, number);
    return this.#of('station', { order, attempt, line, lot });
  }

  attemptId(index: number, number: number): string {
    return `at-${this.orders[index] ?? ''}-${number}`;
  }

  started(index: number, number: number, line = 'line-1', lot = 'lot-1'): NewEvent {
    const payload = { number, lot, grant: `grant-${this.batch}`, planDigest: digest('plan') };
    return { ...this.#attempt(index, number, line, lot), kind: 'attempt.started', payload };
  }

  intent(index: number, number: number, step: 'feed' | 'personalise' | 'print'): NewEvent {
    const effect = step === 'feed' ? 'repeatable' : 'irreversible';
    return {
      ...this.#attempt(index, number),
      kind: 'attempt.intent',
      payload: { step, effect, counters: { cards: 7, panels: 9 } },
    };
  }

  outcome(index: number, number: number, step: 'feed' | 'personalise' | 'print'): NewEvent {
    return { ...this.#attempt(index, number), kind: 'attempt.outcome', payload: { step, outcome: { kind: 'done' } } };
  }

  settled(index: number, number: number, step: 'feed' | 'personalise' | 'print'): NewEvent {
    const payload = { step, by: 'probe', found: 'happened', evidence: 'life cycle 0F' } as const;
    return { ...this.#attempt(index, number), kind: 'attempt.settled', payload };
  }

  chip(index: number, number: number, chipSerial: string): NewEvent {
    return { ...this.#attempt(index, number), kind: 'attempt.chip-identified', payload: { chipSerial, atr: '3b00' } };
  }

  verified(index: number, number: number, verdict: 'same' | 'differs'): NewEvent {
    const findings = verdict === 'same' ? [] : [{ code: 'PROOF-DIFFERS', item: '5A', text: 'differs' }];
    const payload = { part: 'chip', verdict, findings, readDigest: digest('read') } as const;
    return { ...this.#attempt(index, number), kind: 'attempt.verified', payload };
  }

  ended(
    index: number,
    number: number,
    disposition: 'good' | 'rejected' | 'spoiled' | 'test' | 'returned' | 'missing',
    decidedBy: 'engine' | 'look' = 'engine',
  ): NewEvent {
    const passDigest = disposition === 'good' ? digest('pass') : null;
    const payload = { disposition, decidedBy, reason: disposition, passDigest };
    return { ...this.#attempt(index, number), kind: 'attempt.ended', payload };
  }

  made(index: number, number: number): NewEvent {
    const payload = { attempt: this.attemptId(index, number) };
    return { ...this.#attempt(index, number), kind: 'order.made', payload };
  }

  lookAsked(index: number, number: number): NewEvent {
    return { ...this.#attempt(index, number), kind: 'look.asked', payload: { reason: 'first' } };
  }

  lookDecided(index: number, number: number, result: 'good' | 'bad'): NewEvent {
    const payload = { result, reasonCode: result === 'good' ? 'LOOKS-RIGHT' : 'SCRATCH', remark: '' };
    return { ...this.#attempt(index, number), actor: person('olga'), kind: 'look.decided', payload };
  }

  /** One whole good card. */
  goodCard(index: number, number: number, line = 'line-1'): readonly NewEvent[] {
    return [
      this.started(index, number, line),
      this.intent(index, number, 'feed'),
      this.outcome(index, number, 'feed'),
      this.chip(index, number, `chip-${this.batch}-${index}-${number}`),
      this.intent(index, number, 'personalise'),
      this.outcome(index, number, 'personalise'),
      this.verified(index, number, 'same'),
      this.intent(index, number, 'print'),
      this.outcome(index, number, 'print'),
      this.ended(index, number, 'good'),
      this.made(index, number),
    ];
  }

  /** One card that the proof refuses. */
  rejectedCard(index: number, number: number): readonly NewEvent[] {
    return [
      this.started(index, number),
      this.intent(index, number, 'personalise'),
      this.outcome(index, number, 'personalise'),
      this.verified(index, number, 'differs'),
      this.ended(index, number, 'rejected'),
    ];
  }

  closed(
    figures: { readonly fed: number; readonly good: number; readonly rejected: number; readonly spoiled: number },
    approval = `ap-c-${this.batch}`,
  ): readonly NewEvent[] {
    const ordersMade = figures.good;
    return [
      {
        ...this.#of('station'),
        kind: 'batch.made',
        payload: { good: figures.good, rejected: figures.rejected, notMade: this.count - ordersMade },
      },
      this.requested(approval, 'batch-close', 'olga'),
      { ...this.#of('olga'), kind: 'batch.close-requested', payload: { approval } },
      this.given(approval, 'simon'),
      { ...this.#of('station', { approval }), kind: 'approval.used', payload: { approval, act: 'batch-close' } },
      {
        ...this.#of('station'),
        kind: 'batch.closed',
        payload: {
          approval,
          ...figures,
          ordersMade,
          ordersNotMade: this.count - ordersMade,
          reportDigest: digest('report'),
        },
      },
      {
        ...this.#of('station'),
        kind: 'key.destroyed',
        payload: { name: `batch-wrapping/${this.batch}`, usage: 'batch-wrapping', kcv: '010203' },
      },
      {
        ...this.#of('station'),
        kind: 'batch.crypto-erased',
        payload: { wrappingKey: `batch-wrapping/${this.batch}`, kcv: '010203', records: this.count },
      },
    ];
  }
}

/** Two batches: in the first a card is rejected by the proof and another by a look; the second has a held order and stays open. */
export function twoBatches(): readonly NewEvent[] {
  const first = new BatchHistory('b1', 'northbank', 4);
  const second = new BatchHistory('b2', 'southbank', 5, [3]);
  return [
    ...first.received(),
    ...first.accepted(),
    ...second.received(),
    ...second.accepted(),
    ...first.released(),
    ...first.goodCard(0, 1),
    first.lookAsked(0, 1),
    ...first.rejectedCard(1, 1),
    ...first.goodCard(1, 2, 'line-2'),
    first.lookDecided(0, 1, 'bad'),
    first.ended(0, 1, 'rejected', 'look'),
    ...first.goodCard(0, 2),
    ...first.goodCard(2, 1, 'line-2'),
    first.started(3, 1),
    first.intent(3, 1, 'print'),
    first.settled(3, 1, 'print'),
    first.ended(3, 1, 'spoiled'),
    ...second.released(),
    ...second.goodCard(0, 1, 'line-2'),
    second.started(1, 1),
    second.intent(1, 1, 'personalise'),
    ...first.closed({ fed: 6, good: 3, rejected: 2, spoiled: 1 }),
    { kind: 'sync.acknowledged', actor: station, issuer: null, subjects: {}, payload: { upTo: 20 } },
  ];
}
