import { hash } from 'node:crypto';
import type { Sha256 } from '#shared/journal-format/entry.ts';

/** SHA-256 by node:crypto, for the functions of journal-format. */
export const sha256: Sha256 = (data) => hash('sha256', data, 'buffer');
