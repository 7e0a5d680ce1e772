import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { CmsSigningKey } from '#shared/contract/cms/enrolment.ts';
import { keepFinding } from '../events/keep-finding.ts';
import type { Surroundings } from '../platform/surroundings.ts';
import type { CmsTables, LeaseRow, StationRow } from '../store/tables.ts';
import { readOwnGrant } from './read-own-grant.ts';

const granted = z.looseObject({ grant: z.string() });
const accepted = z.looseObject({ records: z.array(z.looseObject({ order: z.string() })) });
const perStatement = 1_000;

/** A batch that a station was granted, and that is not known here. */
interface Forgotten {
  readonly station: StationRow;
  readonly batch: string;
  readonly sequence: number;
  readonly issuer: string | null;
}

/**
 * Batches of returned orders that a restored CMS has forgotten together with the return (0038): a station was granted one under our signature,
 * and its orders lie here as if nobody had ever had them. A card of each may exist, so they are blocked before anybody is offered them again.
 *
 * Nothing is known of the station that had them first where no grant of it is known either: then every order that waits in that batch is blocked.
 */
export class ForgottenBatches {
  readonly #own: CmsSigningKey;
  readonly #surroundings: Surroundings;

  constructor(own: CmsSigningKey, surroundings: Surroundings) {
    this.#own = own;
    this.#surroundings = surroundings;
  }

  /** Blocks the orders of every such batch that stations have told of, or of one. Harmless when repeated. */
  async block(transaction: Transaction<CmsTables>, batch?: string): Promise<void> {
    for (const forgotten of await this.#find(transaction, batch)) await this.#settle(transaction, forgotten);
  }

  async #find(transaction: Transaction<CmsTables>, batch?: string): Promise<readonly Forgotten[]> {
    const rows = await transaction
      .selectFrom('event')
      .select(['station', 'batch', 'sequence', 'header', 'payload'])
      .where('kind', 'in', ['batch.released', 'grant.received'])
      .where('batch', 'not in', (build) => build.selectFrom('batch').select('id'))
      .$if(batch !== undefined, (query) => query.where('batch', '=', batch ?? ''))
      .execute();
    const found = new Map<string, Forgotten>();
    for (const row of rows) {
      const told = row.payload === null ? undefined : granted.safeParse(JSON.parse(row.payload)).data?.grant;
      const claims = readOwnGrant(told, this.#own);
      if (claims === null || claims.station !== row.station || claims.batch !== row.batch) continue;
      const name = `${row.station} ${claims.batch}`;
      if (found.has(name)) continue;
      const station = await transaction
        .selectFrom('station')
        .selectAll()
        .where('id', '=', row.station)
        .executeTakeFirst();
      if (station === undefined) continue;
      const { issuer } = JSON.parse(row.header) as { readonly issuer: string | null };
      found.set(name, { station, batch: claims.batch, sequence: row.sequence, issuer });
    }
    return [...found.values()];
  }

  async #settle(transaction: Transaction<CmsTables>, forgotten: Forgotten): Promise<void> {
    const names = await ordersTold(transaction, forgotten);
    let blocked = 0;
    for (const batch of await batchesHolding(transaction, forgotten, names)) {
      blocked += await blockIn(transaction, batch, names, this.#surroundings.now().toISOString());
    }
    if (blocked === 0) return;
    await keepFinding(transaction, forgotten.station, {
      sequence: forgotten.sequence,
      code: 'GRANTED-BATCH-FORGOTTEN',
      detail: `batch ${forgotten.batch} was granted to it and is not known here: ${blocked} orders are blocked`,
      time: this.#surroundings.now().toISOString(),
    });
  }
}

/** The orders that the station says it took in, and those of which it says that a card was begun. */
async function ordersTold(
  transaction: Transaction<CmsTables>,
  { station, batch }: Forgotten,
): Promise<ReadonlySet<string>> {
  const rows = await transaction
    .selectFrom('event')
    .select(['kind', 'header', 'payload'])
    .where('batch', '=', batch)
    .where('station', '=', station.id)
    .where('kind', 'in', ['batch.records-accepted', 'attempt.started'])
    .execute();
  const names = new Set<string>();
  for (const { kind, header, payload } of rows) {
    if (kind === 'attempt.started') {
      const { subjects } = JSON.parse(header) as { readonly subjects: Readonly<Record<string, string>> };
      if (subjects['order'] !== undefined) names.add(subjects['order']);
    } else if (payload !== null) {
      for (const { order } of accepted.safeParse(JSON.parse(payload)).data?.records ?? []) names.add(order);
    }
  }
  return names;
}

/** The batches in which these orders wait: of the same issuer, or of the same family where the station withheld whose they are. */
async function batchesHolding(
  transaction: Transaction<CmsTables>,
  { batch, issuer }: Forgotten,
  names: ReadonlySet<string>,
): Promise<readonly string[]> {
  const root = batch.replace(/\.r\d+$/, '');
  const holding = new Set<string>();
  const wanted = [...names];
  for (let at = 0; at < wanted.length; at += perStatement) {
    const rows = await transaction
      .selectFrom('batch_order')
      .innerJoin('batch', 'batch.id', 'batch_order.batch')
      .select('batch.id')
      .distinct()
      .where('batch_order.state', '=', 'waiting')
      .where('batch_order.order_id', 'in', wanted.slice(at, at + perStatement))
      .where((build) =>
        build.or([build('batch.id', '=', root), build('batch.origin', '=', root), build('batch.issuer', '=', issuer)]),
      )
      .execute();
    for (const { id } of rows) holding.add(id);
  }
  return [...holding];
}

/** Blocks these orders in a batch, or all that wait where nobody is known to have been granted any of it; says how many. */
async function blockIn(
  transaction: Transaction<CmsTables>,
  batch: string,
  names: ReadonlySet<string>,
  ended_at: string,
): Promise<number> {
  const lease = await transaction
    .selectFrom('lease')
    .selectAll()
    .where('batch', '=', batch)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  const held = lease !== undefined && lease.grant_number > 0 ? lease : null;
  let blocked = 0;
  const wanted = [...names];
  for (let at = 0; at < (held === null ? 1 : wanted.length); at += perStatement) {
    const outcome = await transaction
      .updateTable('batch_order')
      .set((build) => ({ state: 'blocked', blocked_from: build.ref('state') }))
      .where('batch', '=', batch)
      .where('state', '=', 'waiting')
      .$if(held !== null, (query) => query.where('order_id', 'in', wanted.slice(at, at + perStatement)))
      .executeTakeFirst();
    blocked += Number(outcome.numUpdatedRows);
  }
  if (held === null) await close(transaction, batch, lease, ended_at);
  // Its station keeps what it was granted and gets no further order: those are not there any more.
  else if (held.returned_from === null) {
    const returned_from = held.granted_index;
    await transaction.updateTable('lease').set({ returned_from }).where('id', '=', held.id).execute();
  }
  return blocked;
}

async function close(
  transaction: Transaction<CmsTables>,
  batch: string,
  lease: LeaseRow | undefined,
  ended_at: string,
): Promise<void> {
  await transaction.updateTable('batch').set({ state: 'closed' }).where('id', '=', batch).execute();
  if (lease === undefined) return;
  await transaction.updateTable('lease').set({ ended_at, end_reason: 'expired' }).where('id', '=', lease.id).execute();
}
