import { createHash } from 'node:crypto';
import { toHex } from '#shared/bytes/bytes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { splitComponents, type CapComponent } from '#shared/protocols/java-card/cap-component.ts';
import { readCapFile, type CapFile, type CapForm } from '#shared/protocols/java-card/cap-file.ts';
import { readArchive } from './zip-archive.ts';

/** A package as it was read from its file. */
export interface ReadPackage {
  readonly cap: CapFile;
  /** SHA-256 of the file, lower-case hexadecimal. */
  readonly hash: string;
  /** Digests of the load file data block. */
  readonly loadFileHash: { readonly sha1: Uint8Array; readonly sha256: Uint8Array };
}

/** Names of the component files, not case sensitive; a custom component has a name of its maker's. Java Card VM 3.0.5 §6.2.1, table 6-3. */
const componentFile = /^(.*\/)?javacard\/[^/]+\.cap$/i;

/** Bytes that begin a zip archive with a file in it. */
const archiveMark = [0x50, 0x4b, 3, 4];

function componentsIn(bytes: Uint8Array): { readonly components: readonly CapComponent[]; readonly form: CapForm } {
  if (!archiveMark.every((byte, at) => bytes[at] === byte)) {
    if (bytes[0] !== 1) throw new StationFault('CAP-ARCHIVE', { reason: 'it is neither an archive nor a load file' });
    return { components: splitComponents(bytes), form: 'plain' };
  }
  const files = readArchive(bytes).filter(({ name }) => componentFile.test(name));
  const [first] = files;
  if (first === undefined) throw new StationFault('CAP-ARCHIVE', { reason: 'no component is in it' });
  const folder = first.name.slice(0, first.name.lastIndexOf('/'));
  if (files.some(({ name }) => name.slice(0, name.lastIndexOf('/')) !== folder)) {
    throw new StationFault('CAP-ARCHIVE', { reason: 'it holds more than one package' });
  }
  const components = files.flatMap(({ name, bytes: content }) => {
    const found = splitComponents(content);
    if (found.length === 1) return found;
    throw new StationFault('CAP-COMPONENT', { component: name, reason: 'it is not exactly one component' });
  });
  return { components, form: 'archive' };
}

/** Reads a CAP file, archive or plain (.ijc). CAP-ARCHIVE and the faults of `readCapFile`. */
export function readPackage(bytes: Uint8Array): ReadPackage {
  const { components, form } = componentsIn(bytes);
  const cap = readCapFile(components, form);
  const digest = (name: 'sha1' | 'sha256', of: Uint8Array) => new Uint8Array(createHash(name).update(of).digest());
  return {
    cap,
    hash: toHex(digest('sha256', bytes)),
    loadFileHash: { sha1: digest('sha1', cap.loadFileDataBlock), sha256: digest('sha256', cap.loadFileDataBlock) },
  };
}
