/** A card as it happened, whatever anybody was told: kept outside of every station. */
export interface WorldCard {
  readonly station: string;
  readonly batch: string;
  readonly order: string;
  readonly index: number;
  readonly grant: string;
  /** True time at which it was begun. */
  readonly begunAt: number;
  /** Milliseconds for which the station was off, with its clock set back, since the grant came: time that no clock of its own can show. */
  readonly hidden: number;
  end: 'open' | 'good' | 'rejected';
}

/** A grant as a station received it. */
export interface WorldGrant {
  readonly id: string;
  readonly station: string;
  readonly batch: string;
  readonly index: number;
  readonly validForSeconds: number;
  readonly receivedAt: number;
}

/** One order of one batch as the CMS shows it. */
export interface WorldOrder {
  readonly batch: string;
  readonly order: string;
  readonly index: number;
  readonly state: string;
}

export interface WorldFacts {
  readonly cards: readonly WorldCard[];
  readonly grants: readonly WorldGrant[];
  readonly orders: readonly WorldOrder[];
  /** Orders of the batches as they were made. */
  readonly ordered: ReadonlySet<string>;
  readonly findings: readonly string[];
}

/** Judges a world from what really happened and what the CMS says of it; every sentence is something that must never be. Uses nothing of the station. */
export function judge({ cards, grants, orders, ordered, findings }: WorldFacts): readonly string[] {
  const wrong: string[] = [];
  const good = Map.groupBy(
    cards.filter(({ end }) => end === 'good'),
    ({ order }) => order,
  );
  for (const [order, made] of good) {
    if (made.length > 1)
      wrong.push(`order ${order} has ${made.length} good cards (${made.map(({ station }) => station).join(', ')})`);
  }
  const byId = new Map(grants.map((grant) => [grant.id, grant]));
  for (const card of cards) {
    const grant = byId.get(card.grant);
    if (grant === undefined || grant.station !== card.station || grant.batch !== card.batch) {
      wrong.push(`${card.station} began order ${card.order} under no grant of its own`);
      continue;
    }
    if (card.index >= grant.index) wrong.push(`${card.station} began order ${card.order} that was not granted`);
    const age = card.begunAt - grant.receivedAt;
    if (age > grant.validForSeconds * 1_000 + card.hidden) {
      wrong.push(
        `${card.station} began order ${card.order} ${Math.round(age / 1_000)} s after a grant of ${grant.validForSeconds} s`,
      );
    }
  }
  const granted = new Map<string, string>();
  for (const { batch, order, index } of orders) {
    if (grants.some((grant) => grant.batch === batch && index < grant.index)) {
      const other = granted.get(order);
      if (other !== undefined) wrong.push(`order ${order} was granted in ${other} and came back in ${batch}`);
      granted.set(order, batch);
    }
  }
  const live = Map.groupBy(
    orders.filter(({ state }) => state !== 'returned'),
    ({ order }) => order,
  );
  for (const order of ordered) {
    const places = live.get(order)?.length ?? 0;
    if (places !== 1) wrong.push(`order ${order} stands in ${places} batches`);
  }
  for (const order of live.keys()) if (!ordered.has(order)) wrong.push(`order ${order} came from nowhere`);
  for (const { order, state, batch } of orders) {
    if (state === 'produced' && (good.get(order)?.length ?? 0) === 0)
      wrong.push(`order ${order} of ${batch} is said to be made and is not`);
  }
  for (const code of findings) if (code !== 'LOST-STATION-CARD') wrong.push(`finding ${code}`);
  return wrong;
}
