import { isCardKey } from '#shared/domain/card-key-reference.ts';
import type { KeyUsage } from '#shared/domain/key-usage.ts';
import type { Product } from '#shared/domain/product.ts';
import type { Journal } from '../journal/journal.ts';
import type { KeyIdentity, KeyPort } from '../keys/port.ts';
import type { RegisteredKeys } from '../keys/registry/usable-keys.ts';
import type { Clock } from '../platform/clock.ts';
import { bringTrainingCardKeys } from '../preparation/training-card-keys.ts';
import {
  findProductMeans,
  keysOfMeans,
  type IssuerMeans,
  type PreparedProduct,
} from '../preparation/station/issuer-means.ts';

/** Writes the making of keys of which the journal does not know yet. */
export function journalKeys(journal: Journal, made: readonly KeyIdentity[]): void {
  for (const { name, usage, algorithm, kcv, environment, issuer } of made) {
    const known = journal.projections.keys.find(name);
    if (known !== null && known.kcv === kcv && known.destroyedAt === null) continue;
    journal.append({
      kind: 'key.made',
      actor: { kind: 'station' },
      issuer,
      subjects: { key: name },
      payload: { name, usage, algorithm, kcv, environment },
    });
  }
}

/** Brings the published test keys, and manufacturer keys made here, into the token for every product with a chip; a live station never does. */
export async function bringCardKeys(
  keys: KeyPort,
  products: readonly Product[],
  mode: 'training' | 'live',
  journal: Journal,
  signal: AbortSignal,
): Promise<void> {
  if (mode === 'live') return;
  // A key that people destroyed is not made again under its name.
  const mayMake = (name: string): boolean => journal.projections.keys.find(name) === null;
  for (const product of products) {
    journalKeys(journal, await bringTrainingCardKeys(keys, product, mayMake, signal));
  }
}

/**
 * Keys that making a product uses, as the release statement names them; where one is missing or does not serve, such a batch is not even asked
 * to be released: the faults of `UsableKeys` and of `findProductMeans`.
 */
export function keysFor(
  made: PreparedProduct,
  around: {
    readonly journal: Journal;
    readonly registered: RegisteredKeys;
    readonly means: IssuerMeans;
    readonly clock: Clock;
  },
): readonly { readonly name: string; readonly kcv: string }[] {
  const { chip, issuer, environment } = made.product;
  const { journal, registered, means, clock } = around;
  const named = new Set(keysOfMeans(findProductMeans(made, means)));
  const all = journal.projections.keys.all();
  const ofIssuer = all.filter(({ name }) => named.has(name));
  if (chip.kind !== 'emv') return ofIssuer.map(({ name, kcv }) => ({ name, kcv }));
  const references = [chip.keySet, ...(chip.factoryKeys === undefined ? [] : [chip.factoryKeys.keySet])];
  const ofCards = all.filter(
    (key) => key.state !== 'destroyed' && references.some((reference) => isCardKey(reference, key.name)),
  );
  for (const { name, usage } of ofCards) registered.requireMaking(name, usage as KeyUsage, environment, clock.now());
  const transported = chip.dataGroupings.some(({ origin, content }) => origin === 'order' && content === 'secret');
  const transport = all.filter(
    (key) =>
      transported &&
      (key.state === 'active' || key.state === 'retired') &&
      key.usage === 'dgi-transport' &&
      key.issuer === issuer,
  );
  return [...ofCards, ...transport, ...ofIssuer].map(({ name, kcv }) => ({ name, kcv }));
}
