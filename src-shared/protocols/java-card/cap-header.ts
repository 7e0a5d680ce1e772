import { fromUtf8 } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import { ComponentReader, damaged } from './cap-component.ts';

/** A package by name and version, as the CAP file of it or of one that uses it says. Java Card VM 3.0.5 §6.4, package_info. */
export interface PackageInfo {
  readonly aid: Uint8Array;
  readonly major: number;
  readonly minor: number;
}

/** The Header component. Java Card VM 3.0.5 §6.4 (§6.3 in 2.2.2). */
export interface CapHeader {
  /** 2.1 or 2.2; 2.3 came with Java Card 3.1 and its other directory. */
  readonly format: '2.1' | '2.2';
  readonly exports: 'yes' | 'no';
  readonly applets: 'yes' | 'no';
  readonly package: PackageInfo;
  /** In internal form, with slashes; null where the file bears none. */
  readonly packageName: string | null;
}

const magic = 0xdecaffed;
const flag = { int: 0x01, export: 0x02, applet: 0x04 } as const;

/** Reads package_info: minor and major version, AID. */
export function readPackageInfo(reader: ComponentReader): PackageInfo {
  const minor = reader.u1();
  const major = reader.u1();
  return { aid: reader.aid(), major, minor };
}

function readName(reader: ComponentReader): string | null {
  const name = reader.bytes(reader.u1());
  if (name.length === 0) return null;
  try {
    return fromUtf8(name);
  } catch {
    return damaged('Header', 'the name of the package is not UTF-8');
  }
}

/** Reads the content of a Header component. CAP-COMPONENT when it is damaged, CAP-VERSION for a format beyond Java Card 3.0. Java Card VM 3.0.5 §6.4. */
export function parseHeader(info: Uint8Array): CapHeader {
  const reader = new ComponentReader('Header', info);
  if (reader.u2() * 0x10000 + reader.u2() !== magic) return damaged('Header', 'the magic number is not DECAFFED');
  const minor = reader.u1();
  const major = reader.u1();
  if (major !== 2 || (minor !== 1 && minor !== 2)) {
    throw new StationFault('CAP-VERSION', { version: `${major}.${minor}` });
  }
  const flags = reader.u1();
  if ((flags & ~(flag.int | flag.export | flag.applet)) !== 0) return damaged('Header', 'a flag is not defined');
  const named = readPackageInfo(reader);
  const packageName = minor === 2 ? readName(reader) : null;
  reader.end();
  return {
    format: minor === 2 ? '2.2' : '2.1',
    exports: (flags & flag.export) === 0 ? 'no' : 'yes',
    applets: (flags & flag.applet) === 0 ? 'no' : 'yes',
    package: named,
    packageName,
  };
}
