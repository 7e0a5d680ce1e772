import { isConstructed, readTlvs, writeTlv } from './card-tlv.ts';

/**
 * Returns an answer (data and status word) in which every value of one tag has its first byte changed in its lowest bit,
 * so that digits stay digits; answers that hold no such tag, or no TLV, come back as they are.
 */
export function alteredAnswer(answer: Uint8Array, tag: number): Uint8Array {
  const altered = alteredData(answer.slice(0, -2), tag);
  if (altered === undefined) return answer;
  return Uint8Array.from([...altered, ...answer.slice(-2)]);
}

function alteredData(data: Uint8Array, tag: number): Uint8Array | undefined {
  const objects = readTlvs(data);
  if (objects === undefined) return undefined;
  let found = false;
  const parts = objects.map((each) => {
    if (each.tag === tag && each.value.length > 0) {
      found = true;
      return writeTlv(
        each.tag,
        each.value.map((byte, at) => (at === 0 ? byte ^ 1 : byte)),
      );
    }
    const inner = isConstructed(each.tag) ? alteredData(each.value, tag) : undefined;
    if (inner === undefined) return each.whole;
    found = true;
    return writeTlv(each.tag, inner);
  });
  return found ? Uint8Array.from(parts.flatMap((part) => [...part])) : undefined;
}
