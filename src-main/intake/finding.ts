import type { z } from 'zod';
import { fieldTitle } from '#shared/domain/order-field-title.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import type { IntakeFindingCode } from '#shared/faults/intake-findings.ts';
import type { FaultDetails } from '#shared/faults/station-fault.ts';
import type { finding as findingSchema } from '#shared/journal-format/events/batch-events.ts';

/** One thing wrong with a record. Its text never repeats a value of the order. */
export type Finding = z.infer<typeof findingSchema>;

/** Makes a finding: text and advice from the catalogue, the field by its title. */
export function makeFinding(code: IntakeFindingCode, field: string | null, details: FaultDetails = {}): Finding {
  const named = field === null ? details : { field: fieldTitle(field), ...details };
  const { text, next } = describeFault({ code, details: named });
  return { code, field, text: `${text} ${next}` };
}

/** Names a character without showing it: `U+202E`. */
export function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
