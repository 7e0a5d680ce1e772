import { concatBytes } from '#shared/bytes/bytes.ts';
import { readTlvs, writeTlv } from './card-tlv.ts';

/** The form of an answer: 80 with values one after another, or 77 with objects. EMV Book 3 v4.4 §6.5.8.4. */
export type AnswerForm = 'format-1' | 'format-2';

/** What GET PROCESSING OPTIONS answers, and in which form. */
export interface ProcessingOptions {
  /** Application interchange profile, two bytes. */
  readonly profile: Uint8Array;
  /** Application file locator, a multiple of four bytes. */
  readonly locator: Uint8Array;
  readonly form: AnswerForm;
}

/**
 * Reads a grouping 9104 or 9105: 82 (two bytes) and 94 (a multiple of four) in this order, or one object 80 with both values;
 * undefined where it is neither.
 */
export function readProcessingOptions(grouping: Uint8Array): ProcessingOptions | undefined {
  const objects = readTlvs(grouping) ?? [];
  const [first, second] = objects;
  if (first?.tag === 0x80 && objects.length === 1) {
    return fitting(first.value.slice(0, 2), first.value.slice(2), 'format-1');
  }
  if (objects.length !== 2 || first?.tag !== 0x82 || second?.tag !== 0x94) return undefined;
  return fitting(first.value, second.value, 'format-2');
}

function fitting(profile: Uint8Array, locator: Uint8Array, form: AnswerForm): ProcessingOptions | undefined {
  const fits = profile.length === 2 && locator.length % 4 === 0 && locator.length <= 252;
  return fits ? { profile, locator, form } : undefined;
}

/** The data of an answer from its objects, in their order: format 1 leaves tags and lengths away. */
export function formedAnswer(
  form: AnswerForm,
  objects: readonly (readonly [tag: number, value: Uint8Array])[],
): Uint8Array {
  if (form === 'format-1') return writeTlv(0x80, concatBytes(...objects.map(([, value]) => value)));
  return writeTlv(0x77, ...objects.map(([tag, value]) => writeTlv(tag, value)));
}
