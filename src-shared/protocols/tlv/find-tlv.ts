import { StationFault } from '../../faults/station-fault.ts';
import type { Tlv } from './ber-tlv.ts';

/** Writes a tag as upper-case digits of whole bytes. */
export function formatTag(tag: number): string {
  const digits = tag.toString(16).toUpperCase();
  return digits.length % 2 === 0 ? digits : `0${digits}`;
}

/** Finds the first object at a path of tags, outermost first; undefined when a step is missing. */
export function findTlv(objects: readonly Tlv[], ...path: readonly number[]): Tlv | undefined {
  let level: readonly Tlv[] = objects;
  let found: Tlv | undefined;
  for (const tag of path) {
    found = level.find((object) => object.tag === tag);
    if (found === undefined) return undefined;
    level = found.children ?? [];
  }
  return found;
}

/** Finds every object of a tag on one level. */
export function findTlvs(objects: readonly Tlv[], tag: number): Tlv[] {
  return objects.filter((object) => object.tag === tag);
}

/** As `findTlv`, but a missing object is CARD-TLV-MISSING; `where` names the answer for the person. */
export function requireTlv(objects: readonly Tlv[], where: string, ...path: readonly number[]): Tlv {
  const found = findTlv(objects, ...path);
  if (found === undefined) throw new StationFault('CARD-TLV-MISSING', { where, tag: path.map(formatTag).join('/') });
  return found;
}

/** Hands out every primitive object at any depth, in order, with the templates above it. */
export function* walkTlvs(objects: readonly Tlv[], above: readonly number[] = []): Generator<[readonly number[], Tlv]> {
  for (const object of objects) {
    if (object.children === undefined) yield [above, object];
    else yield* walkTlvs(object.children, [...above, object.tag]);
  }
}
