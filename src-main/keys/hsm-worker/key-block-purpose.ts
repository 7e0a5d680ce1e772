import type { KeyAlgorithm, KeyUsage } from '#shared/domain/key-usage.ts';
import { keyUsages } from '#shared/domain/key-usage.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { blockFault, type KeyBlockHeader } from './key-block-header.ts';
import type { NewKey } from './key-provider.ts';

/** The algorithm of a key as a header says it. ANSI X9.143-2022 table 3. */
export function letterOf(algorithm: KeyAlgorithm): 'A' | 'T' {
  return algorithm.startsWith('TDES') ? 'T' : 'A';
}

/** Usage and modes that a block of this usage bears, or KEYS-REFUSED where none does. */
export function blockRow(usage: KeyUsage): { readonly usage: string; readonly modes: readonly string[] } {
  const { block } = keyUsages[usage];
  if (block !== null) return block;
  throw new StationFault('KEYS-REFUSED', { reason: `a key of the usage ${usage} is never in a key block` });
}

/**
 * The header must say exactly what the key is asked to be, or KEYS-BLOCK: nothing is made of a block that was meant for another purpose, of a
 * component, or of a block that may only lie in the store of whoever made it. ANSI X9.143-2022 tables 1 to 5.
 */
export function requirePurpose(header: KeyBlockHeader, key: Pick<NewKey, 'usage' | 'algorithm'>): void {
  const row = blockRow(key.usage);
  if (header.usage !== row.usage) throw blockFault(`its usage is ${header.usage}, for ${key.usage} it is ${row.usage}`);
  if (!row.modes.includes(header.mode)) throw blockFault(`its mode of use ${header.mode} is not one of ${key.usage}`);
  if (header.algorithm !== letterOf(key.algorithm)) throw blockFault(`its key is not for ${key.algorithm}`);
  if (header.keyVersion.startsWith('c')) throw blockFault('it holds a component, not a key');
  if (header.context === '1') throw blockFault('it is for storage only');
}
