import type { Product } from '#shared/domain/product.ts';
import type { Journal } from '../journal/journal.ts';
import type { KeyIdentity, KeyPort } from '../keys/port.ts';
import { findProductMeans, type IssuerMeans, type PreparedProduct } from '../preparation/station/issuer-means.ts';

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

/** Brings the published test keys into the token for every product with a chip; a live station never does. */
export async function bringCardKeys(
  keys: KeyPort,
  products: readonly Product[],
  mode: 'training' | 'live',
  journal: Journal,
  signal: AbortSignal,
): Promise<void> {
  if (mode === 'live') return;
  for (const { chip } of products) {
    if (chip.kind !== 'emv') continue;
    const name = chip.keySet.replace(/^key:/, '');
    journalKeys(journal, await keys.importTestCardKeys({ name, version: chip.preflight.keyVersion }, signal));
  }
}

/**
 * Keys that making a product uses, as the release statement names them. The faults of `findProductMeans` where one is missing: such a
 * batch is not even asked to be released.
 */
export function keysFor(
  made: PreparedProduct,
  journal: Journal,
  means: IssuerMeans,
): readonly { readonly name: string; readonly kcv: string }[] {
  const { chip, issuer } = made.product;
  const { cvk, chip: prepared } = findProductMeans(made, means);
  const named = new Set([
    ...(cvk === null ? [] : [cvk]),
    ...(prepared === null ? [] : [...Object.values(prepared.cardKeys), prepared.issuer.keyName]),
  ]);
  const cardKeys = chip.kind === 'emv' ? `${chip.keySet.replace(/^key:/, '')}/` : null;
  const transported =
    chip.kind === 'emv' && chip.dataGroupings.some(({ origin, content }) => origin === 'order' && content === 'secret');
  return journal.projections.keys
    .all()
    .filter(
      ({ name, usage, destroyedAt }) =>
        destroyedAt === null &&
        (named.has(name) ||
          (cardKeys !== null && name.startsWith(cardKeys)) ||
          (transported && usage === 'dgi-transport' && name.includes(issuer))),
    )
    .map(({ name, kcv }) => ({ name, kcv }));
}
