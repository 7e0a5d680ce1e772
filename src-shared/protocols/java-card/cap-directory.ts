import type { CapHeader } from './cap-header.ts';
import { componentNames, ComponentReader, damaged, type ComponentName } from './cap-component.ts';

/** The Directory component. Java Card VM 3.0.5 §6.5 (§6.4 in 2.2.2). */
export interface CapDirectory {
  /** Bytes of each component without tag and size; zero for one that is not there. */
  readonly sizes: ReadonlyMap<ComponentName, number>;
  readonly staticFields: { readonly imageSize: number; readonly arrays: number; readonly arrayBytes: number };
  readonly imports: number;
  readonly applets: number;
  /** Components of a maker's own, tags 128 to 255; a card that does not know them passes over them. */
  readonly custom: readonly { readonly tag: number; readonly size: number; readonly aid: Uint8Array }[];
}

/** Reads the content of a Directory component: 11 sizes in format 2.1, 12 with Debug in 2.2. CAP-COMPONENT when it is damaged. */
export function parseDirectory(info: Uint8Array, format: CapHeader['format']): CapDirectory {
  const reader = new ComponentReader('Directory', info);
  const names = format === '2.1' ? componentNames.slice(0, -1) : componentNames;
  const sizes = new Map(names.map((name) => [name, reader.u2()]));
  const staticFields = { imageSize: reader.u2(), arrays: reader.u2(), arrayBytes: reader.u2() };
  const imports = reader.u1();
  const applets = reader.u1();
  const custom = reader.each(reader.u1(), () => {
    const tag = reader.u1();
    if (tag < 128) return damaged('Directory', 'a custom component has a tag of the standard');
    return { tag, size: reader.u2(), aid: reader.aid() };
  });
  reader.end();
  return { sizes, staticFields, imports, applets, custom };
}
