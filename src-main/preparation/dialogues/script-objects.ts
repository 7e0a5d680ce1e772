import type { ScriptStepView } from '#shared/contract/views/product-views.ts';
import type { ChipApplication } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { itemName } from '#shared/payment-profile/item-name.ts';
import { parseTlvs, type Tlv } from '#shared/protocols/tlv/ber-tlv.ts';
import { formatDgi, parseDataGroupings } from '#shared/protocols/tlv/data-grouping.ts';
import { formatTag } from '#shared/protocols/tlv/find-tlv.ts';
import { describeValue } from './script-values.ts';

type ScriptObject = Extract<ScriptStepView, { kind: 'command' }>['objects'][number];

/**
 * The groupings of one STORE DATA and the objects in them. Of a secret grouping, and of one that the application does not know, nothing but the
 * length is told; a part of a grouping that is longer than a block has no form of its own. EMV CPS v1.1 §3.2.
 */
export function describeStoredData(
  data: Uint8Array,
  { dataGroupings }: Pick<ChipApplication, 'dataGroupings'>,
): readonly ScriptObject[] {
  const known = new Map(dataGroupings.map((one) => [one.dgi, one]));
  const groupings = parsed(() => parseDataGroupings(data));
  if (groupings === null) return [{ depth: 0, name: 'part of a data grouping', length: data.length, shown: null }];
  return groupings.flatMap(({ identifier, data: value }): readonly ScriptObject[] => {
    const dgi = formatDgi(identifier);
    const of = known.get(dgi.toLowerCase());
    const row = { depth: 0, name: `DGI ${dgi}${of === undefined ? '' : ` ${of.meaning}`}`, length: value.length };
    // Check values of the card's keys have no tags (EMV CPS v1.1 annex A, DGI 9000): they are made when the card is there.
    if (of?.content === 'open' && of.tags.length === 0) return [{ ...row, shown: withheld('made') }];
    const objects = of?.content === 'open' ? parsed(() => parseTlvs(value)) : null;
    if (objects === null) return [{ ...row, shown: withheld('secret') }];
    return [{ ...row, shown: null }, ...describeObjects(objects, 1)];
  });
}

function withheld(why: 'secret' | 'made'): NonNullable<ScriptObject['shown']> {
  return { kind: 'withheld', why };
}

function parsed<Value>(parse: () => Value): Value | null {
  try {
    return parse();
  } catch (thrown) {
    if (!(thrown instanceof StationFault)) throw thrown;
    return null;
  }
}

function describeObjects(objects: readonly Tlv[], depth: number): readonly ScriptObject[] {
  return objects.flatMap(({ tag, value, children }): readonly ScriptObject[] => {
    const row = { depth, name: itemName(formatTag(tag).toLowerCase()), length: value.length };
    if (children === undefined) return [{ ...row, shown: describeValue(tag, value) }];
    return [{ ...row, shown: null }, ...describeObjects(children, depth + 1)];
  });
}
