import { parseDol, type DolEntry } from '../protocols/tlv/data-object-list.ts';
import { StationFault } from '../faults/station-fault.ts';

/** A primitive object as it was read. */
export interface SubjectObject {
  readonly tag: number;
  readonly value: Uint8Array;
}

/** What a rule looks at: all that one application of a card said of itself. */
export interface RuleSubject {
  /** Every object, in the order in which it was read. */
  readonly objects: readonly SubjectObject[];
  /** Tags that stand in records which offline data authentication covers. */
  readonly signedTags: ReadonlySet<number>;
}

/** The value of a tag where it was first read. */
export function valueOf({ objects }: RuleSubject, tag: number): Uint8Array | undefined {
  return objects.find((object) => object.tag === tag)?.value;
}

/** A data object list of the card; undefined where it has none, or none of that form. */
export function listOf(subject: RuleSubject, tag: number): readonly DolEntry[] | undefined {
  const value = valueOf(subject, tag);
  if (value === undefined) return undefined;
  try {
    return parseDol(value);
  } catch (thrown) {
    // That it is no list is a finding of its own: `value-forms`.
    if (thrown instanceof StationFault) return undefined;
    throw thrown;
  }
}

/** One rule of a cardholder verification method list. */
interface VerificationMethod {
  /** Without the bit that says what comes after a failure. */
  readonly code: number;
  readonly condition: number;
}

/** The rules of the CVM list, none where there is no list. EMV Book 3 v4.4 §10.5. */
export function methodsOf(subject: RuleSubject): readonly VerificationMethod[] {
  const rules = valueOf(subject, 0x8e)?.subarray(8) ?? new Uint8Array(0);
  return Array.from({ length: rules.length >> 1 }, (_, at) => ({
    code: (rules[at * 2] ?? 0) & 0x3f,
    condition: rules[at * 2 + 1] ?? 0,
  }));
}

/** Bits of the first byte of the interchange profile. EMV Book 3 v4.4 Annex C1. */
const abilityBits = { sda: 0x40, dda: 0x20, cda: 0x01, 'cardholder-verification': 0x10 } as const;

/** Whether the card says that it can do this. */
export function isAble(
  subject: RuleSubject,
  of: keyof typeof abilityBits | 'offline' | 'dynamic',
): 'able' | 'not-able' {
  const [first = 0] = valueOf(subject, 0x82) ?? new Uint8Array(0);
  const dynamic = abilityBits.dda | abilityBits.cda;
  const bits = of === 'dynamic' ? dynamic : of === 'offline' ? dynamic | abilityBits.sda : abilityBits[of];
  return (first & bits) === 0 ? 'not-able' : 'able';
}
