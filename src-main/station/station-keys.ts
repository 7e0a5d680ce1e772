import type { Product } from '#shared/domain/product.ts';
import type { Journal } from '../journal/journal.ts';
import type { KeyIdentity, KeyPort } from '../keys/port.ts';

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

/** Keys that making a product uses, as the release statement names them. */
export function keysFor(
  product: Product,
  journal: Journal,
): readonly { readonly name: string; readonly kcv: string }[] {
  if (product.chip.kind !== 'emv') return [];
  const cardKeys = product.chip.keySet.replace(/^key:/, '');
  return journal.projections.keys
    .all()
    .filter(
      (key) =>
        key.destroyedAt === null &&
        (key.name.startsWith(`${cardKeys}/`) || (key.usage === 'dgi-transport' && key.name.includes(product.issuer))),
    )
    .map(({ name, kcv }) => ({ name, kcv }));
}
