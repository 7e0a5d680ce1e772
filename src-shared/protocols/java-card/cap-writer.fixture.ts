import { concatBytes, utf8 } from '../../bytes/bytes.ts';
import type { CapComponent, ComponentName } from './cap-component.ts';

/** What a written package is to be like. */
export interface PackageToWrite {
  readonly format: '2.1' | '2.2';
  readonly aid: Uint8Array;
  readonly version: readonly [major: number, minor: number];
  readonly name: string;
  readonly applets: readonly Uint8Array[];
  /** Bytes of methods: what makes a package large. */
  readonly code: number;
  readonly exports?: 'yes' | 'no';
}

/** Files of the components within an archive. Java Card VM 3.0.5 §6.2.1. */
export const componentFiles: Readonly<Record<ComponentName, string>> = {
  Header: 'Header.cap',
  Directory: 'Directory.cap',
  Applet: 'Applet.cap',
  Import: 'Import.cap',
  ConstantPool: 'ConstantPool.cap',
  Class: 'Class.cap',
  Method: 'Method.cap',
  StaticField: 'StaticField.cap',
  ReferenceLocation: 'RefLocation.cap',
  Export: 'Export.cap',
  Descriptor: 'Descriptor.cap',
  Debug: 'Debug.cap',
};

const tags: readonly ComponentName[] = Object.keys(componentFiles) as ComponentName[];
const u2 = (value: number): readonly number[] => [value >> 8, value & 255];
const counted = (bytes: Uint8Array): Uint8Array => concatBytes(Uint8Array.of(bytes.length), bytes);

/** The framework package, which every applet imports: javacard.framework 1.3. */
const framework = Uint8Array.of(0xa0, 0, 0, 0, 0x62, 1, 1);

/**
 * Writes the components of a package, as Java Card VM 3.0.5 chapter 6 lays them out, written from the clause and without the reader's code.
 * Its methods are filler: the shapes are right, and there is nothing to run.
 */
export function writePackage(wanted: PackageToWrite): ReadonlyMap<ComponentName, Uint8Array> {
  const { format, aid, version, name, applets, code, exports = 'no' } = wanted;
  const [major, minor] = version;
  const flags = (exports === 'yes' ? 2 : 0) | (applets.length > 0 ? 4 : 0);
  const header = concatBytes(
    Uint8Array.of(0xde, 0xca, 0xff, 0xed, format === '2.1' ? 1 : 2, 2, flags, minor, major),
    counted(aid),
    ...(format === '2.2' ? [counted(utf8(name))] : []),
  );
  const parts = new Map<ComponentName, Uint8Array>([
    ['Import', concatBytes(Uint8Array.of(1, 3, 1), counted(framework))],
    ['ConstantPool', Uint8Array.from([...u2(2), 6, 0x80, 3, 0, 1, 0, 0, 0])],
    ['Class', Uint8Array.from([0x00, 0x80, 3, 1, 0, 1, 7, 0, 0, 0, 1])],
    ['Method', Uint8Array.from({ length: code + 1 }, (_, at) => (at === 0 ? 0 : (at * 7) & 255))],
    // One reference, one array of three bytes, two defaults, one value: an image of 5 bytes.
    ['StaticField', Uint8Array.from([...u2(5), ...u2(1), ...u2(1), 3, ...u2(3), 1, 2, 3, ...u2(2), ...u2(1), 9])],
    ['ReferenceLocation', Uint8Array.from([...u2(1), 5, ...u2(2), 6, 7])],
    ['Descriptor', Uint8Array.from([1, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0])],
  ]);
  if (applets.length > 0) {
    const entries = applets.map((applet, at) => concatBytes(counted(applet), Uint8Array.from(u2(at))));
    parts.set('Applet', concatBytes(Uint8Array.of(applets.length), ...entries));
  }
  if (exports === 'yes') parts.set('Export', Uint8Array.from([1, 0, 0, 1, 1, 0, 2, 0, 3]));
  if (format === '2.2') parts.set('Debug', Uint8Array.from([0, 0, 0, 0]));
  parts.set('Header', header);
  const listed = format === '2.1' ? tags.slice(0, -1) : tags;
  const directoryLength = listed.length * 2 + 6 + 3;
  const sizes = listed.flatMap((part) => u2(part === 'Directory' ? directoryLength : (parts.get(part)?.length ?? 0)));
  parts.set('Directory', Uint8Array.from([...sizes, ...u2(5), ...u2(1), ...u2(3), 1, applets.length, 0]));
  return new Map(
    tags.flatMap((part) => {
      const info = parts.get(part);
      return info === undefined
        ? []
        : [[part, concatBytes(Uint8Array.from([tags.indexOf(part) + 1, ...u2(info.length)]), info)]];
    }),
  );
}

/** The components with tag and size, one after the other: the plain form. */
export function writePlain(components: ReadonlyMap<ComponentName, Uint8Array>): Uint8Array<ArrayBuffer> {
  return concatBytes(...components.values());
}

/** The same as the reader takes them. */
export function asComponents(components: ReadonlyMap<ComponentName, Uint8Array>): CapComponent[] {
  return [...components.values()].map((bytes) => ({ tag: bytes[0] ?? 0, info: bytes.slice(3) }));
}
