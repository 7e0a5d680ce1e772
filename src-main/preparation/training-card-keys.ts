import { issuerKeysOf, keyReplacementOf } from '#shared/domain/card-key-reference.ts';
import type { CardKeyReference } from '#shared/domain/dialogue.ts';
import type { Product } from '#shared/domain/product.ts';
import type { KeyIdentity, KeyPort } from '../keys/port.ts';

/** Every reference of a chip to keys of a card: the issuer's, and those that its blanks come with. */
function referencesOf({ chip }: Pick<Product, 'chip'>): readonly CardKeyReference[] {
  if (chip.kind === 'none') return [];
  const replacement = keyReplacementOf(chip);
  return replacement === null ? [issuerKeysOf(chip)] : [replacement.from, replacement.to];
}

/**
 * Brings into a training key store what opens a product's cards: key sets are the published test keys; manufacturer keys are made where they are
 * missing and `mayMake` agrees. Harmless when repeated. Faults of the key port.
 */
export async function bringTrainingCardKeys(
  keys: Pick<KeyPort, 'importTestCardKeys' | 'generateKey' | 'list'>,
  product: Pick<Product, 'chip' | 'issuer'>,
  mayMake: (name: string) => boolean,
  signal: AbortSignal,
): Promise<readonly KeyIdentity[]> {
  const { chip, issuer } = product;
  if (chip.kind === 'none') return [];
  const { protocol } = chip.secureChannel;
  const brought: KeyIdentity[] = [];
  for (const reference of referencesOf(product)) {
    if ('name' in reference) {
      brought.push(...(await keys.importTestCardKeys(reference, protocol, signal)));
      continue;
    }
    const found = (await keys.list(signal)).find(({ name }) => name === reference.kmc);
    if (found !== undefined) brought.push(found);
    else if (mayMake(reference.kmc)) {
      const [usage, algorithm] =
        protocol === 'scp02' ? (['kmc-scp02', 'TDES-2'] as const) : (['kmc-scp03', 'AES-128'] as const);
      const request = { name: reference.kmc, usage, algorithm, issuer, environment: 'test', version: 1 } as const;
      brought.push(await keys.generateKey(request, signal));
    }
  }
  return brought;
}
