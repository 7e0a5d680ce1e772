import { equalBytes, toHex } from '../../bytes/bytes.ts';
import type { CapDirectory } from './cap-directory.ts';
import { readPackageInfo, type PackageInfo } from './cap-header.ts';
import { ComponentReader, damaged } from './cap-component.ts';

/** Bytes of the RID at the beginning of an AID. ISO/IEC 7816-5:2004 §8.2. */
const ridLength = 5;

/** Reads the packages that a package uses, as many as the directory says. Java Card VM 3.0.5 §6.7. */
export function parseImports(info: Uint8Array, directory: CapDirectory): PackageInfo[] {
  const reader = new ComponentReader('Import', info);
  const imports = reader.each(reader.u1(), () => readPackageInfo(reader));
  reader.end();
  if (imports.length !== directory.imports) {
    return damaged('Import', `${imports.length} packages, and the directory says ${directory.imports}`);
  }
  return imports;
}

/**
 * Reads the AIDs of the applets, as many as the directory says; each begins with the RID of its package and is there once. CAP-COMPONENT
 * otherwise. Java Card VM 3.0.5 §6.6, §4.2.
 */
export function parseApplets(info: Uint8Array, directory: CapDirectory, packageAid: Uint8Array): Uint8Array[] {
  const reader = new ComponentReader('Applet', info);
  const applets = reader.each(reader.u1(), () => {
    const aid = reader.aid();
    reader.u2(); // where its install method lies: of no meaning off the card
    return aid;
  });
  reader.end();
  if (applets.length !== directory.applets || applets.length === 0) {
    return damaged('Applet', `${applets.length} applets, and the directory says ${directory.applets}`);
  }
  for (const aid of applets) {
    if (!equalBytes(aid.slice(0, ridLength), packageAid.slice(0, ridLength))) {
      return damaged('Applet', 'an applet has another registered identifier than its package');
    }
  }
  if (new Set(applets.map(toHex)).size !== applets.length) return damaged('Applet', 'an applet is there twice');
  return applets;
}

/** Checks the image of static fields against its own counts and the directory. Java Card VM 3.0.5 §6.11. */
function checkStaticFields(info: Uint8Array, { staticFields }: CapDirectory): void {
  const reader = new ComponentReader('StaticField', info);
  const imageSize = reader.u2();
  const references = reader.u2();
  const arrays = reader.each(reader.u2(), () => {
    reader.u1();
    return reader.bytes(reader.u2()).length;
  });
  const defaults = reader.u2();
  const values = reader.bytes(reader.u2()).length;
  reader.end();
  if (imageSize !== references * 2 + defaults + values)
    damaged('StaticField', 'its image has another size than its fields');
  const arrayBytes = arrays.reduce((sum, bytes) => sum + bytes, 0);
  const fits =
    imageSize === staticFields.imageSize &&
    arrays.length === staticFields.arrays &&
    arrayBytes === staticFields.arrayBytes;
  if (!fits) damaged('StaticField', 'the directory says another size of static fields');
}

/** Checks that the counts of components that only the card reads fill them exactly. Java Card VM 3.0.5 §6.8, §6.10, §6.12, §6.13. */
const shapes = {
  /** A count, and 4 bytes for each constant. */
  ConstantPool: (reader: ComponentReader) => reader.each(reader.u2(), () => reader.bytes(4)),
  /** Offsets of one byte, then of two, each list with its length. */
  ReferenceLocation: (reader: ComponentReader) => reader.each(2, () => reader.bytes(reader.u2())),
  /** Classes, each with its offset, static fields and static methods. */
  Export: (reader: ComponentReader) =>
    reader.each(reader.u1(), () => {
      reader.u2();
      return reader.bytes(2 * (reader.u1() + reader.u1()));
    }),
} as const;

/** Checks the components that are passed on to the card unread: static fields, constants, references, exports, exception handlers. CAP-COMPONENT when one contradicts itself or the directory. */
export function checkContents(
  component: (
    name: 'ConstantPool' | 'ReferenceLocation' | 'Export' | 'StaticField' | 'Method' | 'Class',
  ) => Uint8Array | undefined,
  directory: CapDirectory,
): void {
  for (const name of ['ConstantPool', 'ReferenceLocation', 'Export'] as const) {
    const info = component(name);
    if (info === undefined) continue;
    const reader = new ComponentReader(name, info);
    shapes[name](reader);
    reader.end();
  }
  const statics = component('StaticField');
  if (statics !== undefined) checkStaticFields(statics, directory);
  const methods = component('Method');
  if (methods !== undefined) {
    // §6.10: exception handlers of 8 bytes each, then the methods, which only the card's verifier reads.
    const reader = new ComponentReader('Method', methods);
    reader.each(reader.u1(), () => reader.bytes(8));
  }
}
