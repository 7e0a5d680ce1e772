import type { Product } from '#shared/domain/product.ts';
import type { Journal } from '../journal/journal.ts';
import type { KeyIdentity, KeyPort } from '../keys/port.ts';
import type { RegisteredKeys } from '../keys/registry/usable-keys.ts';
import type { Clock } from '../platform/clock.ts';

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
 * Keys that making a product uses, as the release statement names them; where a card key does not serve, the batch is not released: the faults
 * of `UsableKeys`.
 */
export function keysFor(
  product: Product,
  around: { readonly journal: Journal; readonly registered: RegisteredKeys; readonly clock: Clock },
): readonly { readonly name: string; readonly kcv: string }[] {
  if (product.chip.kind !== 'emv') return [];
  const { journal, registered, clock } = around;
  const cardKeys = product.chip.keySet.replace(/^key:/, '');
  const all = journal.projections.keys.all();
  const ofCards = all.filter((key) => key.state !== 'destroyed' && key.name.startsWith(`${cardKeys}/`));
  for (const { name } of ofCards) registered.requireMaking(name, product.environment, clock.now());
  const transport = all.filter(
    (key) =>
      (key.state === 'active' || key.state === 'retired') &&
      key.usage === 'dgi-transport' &&
      key.name.includes(product.issuer),
  );
  return [...ofCards, ...transport].map(({ name, kcv }) => ({ name, kcv }));
}
