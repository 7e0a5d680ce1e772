import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import { PeopleFault } from './people-fault.ts';

const statementForm = z.looseObject({ act: z.string(), time: z.string() });

/** What a statement says, its time left out. */
function saying(statement: string): string {
  try {
    return canonicalJson({ ...statementForm.parse(JSON.parse(statement)), time: '' });
  } catch {
    throw new PeopleFault('STATEMENT-CHANGED');
  }
}

/** Holds what two people were shown to what is so now: only its time may differ, else STATEMENT-CHANGED. Gives its SHA-256 in hex. */
export function digestOfShown(shown: string, now: string): string {
  if (saying(shown) !== saying(now)) throw new PeopleFault('STATEMENT-CHANGED');
  return createHash('sha256').update(shown, 'utf8').digest('hex');
}
