import type { TlvForm } from './card-faults.ts';
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

/** The answer with one byte of its data changed: counted from 0, or from the end with -1; as it is where it has no such byte. */
export function withAlteredByte(answer: Uint8Array, place: number): Uint8Array {
  const at = place < 0 ? answer.length - 2 + place : place;
  return answer.map((byte, each) => (each === at && at < answer.length - 2 ? byte ^ 0x01 : byte));
}

/** The answer without the last bytes of its data. */
export function withoutEnd(answer: Uint8Array, bytes: number): Uint8Array {
  return Uint8Array.from([...answer.slice(0, Math.max(0, answer.length - 2 - bytes)), ...answer.slice(-2)]);
}

/** The answer with 300 bytes after its data. */
export function overLong(answer: Uint8Array): Uint8Array {
  return Uint8Array.from([...answer.slice(0, -2), ...new Uint8Array(300).fill(0xa5), ...answer.slice(-2)]);
}

/** The answer with its first object spoilt as BER-TLV allows it and no card may write it; as it is where it is no TLV. ISO/IEC 8825-1 §8.1.3. */
export function withWrongTlv(answer: Uint8Array, form: TlvForm): Uint8Array {
  const [first, ...rest] = readTlvs(answer.slice(0, -2)) ?? [];
  if (first === undefined) return answer;
  const { tag, value } = first;
  const head = [...writeTlv(tag)].slice(0, -1);
  const after = [...rest.flatMap(({ whole }) => [...whole]), ...answer.slice(-2)];
  switch (form) {
    case 'indefinite':
      return Uint8Array.from([...head, 0x80, ...value, 0, 0, ...after]);
    case 'over-long':
      return Uint8Array.from([...head, 0x85, 0, 0, 0, value.length >> 8, value.length & 255, ...value, ...after]);
    case 'beyond':
      return Uint8Array.from([...head, 0x82, 0x7f, 0xff, ...value, ...after]);
    case 'nested': {
      let nested: Uint8Array = first.whole;
      for (let depth = 0; depth < 60; depth++) nested = writeTlv(0x70, nested);
      return Uint8Array.from([...nested, ...after]);
    }
  }
}
