import type { Wait } from '../byte-link.ts';
import { PcscFault } from './pcsc-trouble.ts';
import { ReaderChild } from './reader-child.ts';

/** What PC/SC offers on this machine. */
export type FoundReaders =
  | { readonly kind: 'readers'; readonly names: readonly string[] }
  | { readonly kind: 'no-service' }
  | { readonly kind: 'no-package' };

/** The names of all PC/SC readers, asked in a process of its own that ends with the answer. */
export async function listReaders(wait: Wait): Promise<FoundReaders> {
  const child = new ReaderChild('');
  try {
    return { kind: 'readers', names: await child.ask({ kind: 'list' }, wait) };
  } catch (fault) {
    if (!(fault instanceof PcscFault)) throw fault;
    if (fault.trouble === 'no-reader') return { kind: 'readers', names: [] };
    return { kind: fault.trouble === 'no-package' ? 'no-package' : 'no-service' };
  } finally {
    await child.close();
  }
}
