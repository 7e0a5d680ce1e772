import { expect } from 'vitest';
import type { RunningStation } from '../stations/training-station.ts';
import type { WindowClient } from '../stations/window-client.ts';
import type { BatchFlow } from './batch-flow.ts';

/** What the CMS granted of one batch. */
export interface CmsGrant {
  readonly station: string;
  readonly batch: string;
  readonly ended: string | null;
  readonly grants: number;
  /** Every order below this index was granted. */
  readonly index: number;
  /** Granted orders of which it knows that a card was begun. */
  readonly used: number;
  readonly lastGrant: { readonly id: string } | null;
}

/** One order as the CMS sees it. */
export interface CmsOrder {
  readonly index: number;
  readonly order: string;
  readonly state: string;
  readonly station: string | null;
  readonly attempt: string | null;
  readonly grant: string | null;
}

/** The grants of one batch at the CMS: one row a lease. */
export async function grantsAtCms(station: RunningStation, batch: string): Promise<readonly CmsGrant[]> {
  const { grants } = (await station.toCms({ grants: {} })) as { grants: readonly CmsGrant[] };
  return grants.filter((grant) => grant.batch === batch);
}

/** The orders of one batch at the CMS, by index. */
export async function ordersAtCms(station: RunningStation, batch: string): Promise<readonly CmsOrder[]> {
  return ((await station.toCms({ orders: { batch } })) as { orders: readonly CmsOrder[] }).orders;
}

/** A card as the station's journal says that it was begun. */
export interface BegunCard {
  readonly sequence: number;
  readonly order: string;
  readonly attempt: string;
  readonly grant: string;
}

interface Entry {
  readonly sequence: number;
  readonly subjects: Readonly<Record<string, string>>;
  readonly payload: string | null;
}

async function entriesOf(window: WindowClient, batch: string, kind: string): Promise<readonly Entry[]> {
  const found = await window.call<{ entries: readonly Entry[]; total: number }>('journal.search', {
    kind,
    subject: batch,
    limit: 200,
  });
  expect(found.entries).toHaveLength(found.total);
  return found.entries.toSorted((one, other) => one.sequence - other.sequence);
}

const payloadOf = ({ payload }: Entry): Readonly<Record<string, unknown>> =>
  JSON.parse(payload ?? '{}') as Readonly<Record<string, unknown>>;

/** The cards of a batch in the order in which the station began them. */
export async function begunCards(window: WindowClient, batch: string): Promise<readonly BegunCard[]> {
  return (await entriesOf(window, batch, 'attempt.started')).map((entry) => ({
    sequence: entry.sequence,
    order: entry.subjects['order'] ?? '',
    attempt: entry.subjects['attempt'] ?? '',
    grant: String(payloadOf(entry)['grant']),
  }));
}

interface TakenGrant {
  readonly sequence: number;
  readonly id: string;
  readonly index: number;
}

/** Every grant that the station took up for a batch: the one of the release and the refills, read from the signed grants themselves. */
async function grantsTaken(window: WindowClient, batch: string): Promise<readonly TakenGrant[]> {
  const kinds = ['batch.released', 'grant.received'];
  const entries = (await Promise.all(kinds.map((kind) => entriesOf(window, batch, kind)))).flat();
  return entries.map((entry) => {
    const [, claims = ''] = String(payloadOf(entry)['grant']).split('.');
    const { id, orders } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {
      id: string;
      orders: { index: number };
    };
    return { sequence: entry.sequence, id, index: orders.index };
  });
}

/**
 * Holds what the CMS granted against what the station began: one lease, of this station; each order once; every card begun under a grant
 * that the station had and that covers its order; and the CMS names for each order the newest card of the journal. The two must be in step.
 */
export async function expectGrantsRight(station: RunningStation, window: WindowClient, flow: BatchFlow): Promise<void> {
  const begun = await begunCards(window, flow.batch);
  const orders = await ordersAtCms(station, flow.batch);
  const [grant, ...further] = await grantsAtCms(station, flow.batch);
  expect(further).toEqual([]);
  const newest = new Map(begun.map((card) => [card.order, card]));
  expect(grant).toMatchObject({ station: 'ST-TRAINING', used: newest.size });
  // Nothing is granted beyond the batch, and each order is there once.
  expect(new Set(orders.map(({ order }) => order)).size).toBe(orders.length);
  expect(grant?.index).toBeLessThanOrEqual(orders.length);
  expect(
    orders.filter(({ attempt }) => attempt !== null).map(({ order, attempt, grant: under }) => [order, attempt, under]),
  ).toEqual(
    orders.flatMap(({ order }) => {
      const card = newest.get(order);
      return card === undefined ? [] : [[order, card.attempt, card.grant]];
    }),
  );
  const indexOf = new Map(orders.map(({ order, index }) => [order, index]));
  const taken = await grantsTaken(window, flow.batch);
  const beyond = begun.filter(({ order, grant: under, sequence }) => {
    const found = taken.find(({ id }) => id === under);
    return found === undefined || found.sequence > sequence || (indexOf.get(order) ?? found.index) >= found.index;
  });
  expect(beyond).toEqual([]);
  expect(Math.max(...taken.map(({ index }) => index))).toBeLessThanOrEqual(grant?.index ?? 0);
}
