import { equalBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import { StatusError } from './status-word.ts';

/** What the card keeps of a package: its code is not run. AIDs in hexadecimal. */
export interface LoadedPackage {
  readonly aid: string;
  /** Major and minor version, one byte each. */
  readonly version: string;
  /** AIDs of its applets: the modules of the load file. */
  readonly modules: readonly string[];
}

/** Component tags in the order in which they are loaded. Java Card VM Specification 2.2.2 §6.2, Table 6-3. */
const loadOrder = [1, 2, 4, 3, 6, 7, 8, 10, 5, 9, 11, 12];
const tag = { header: 1, directory: 2, applet: 3, import: 4 } as const;

/** Components that a package must have; the others depend on what it does. Java Card VM Specification 2.2.2 §6.2. */
const required = [1, 2, 4, 5, 6, 7, 8, 9];

const magic = fromHex('DECAFFED');

/** Packages that every Java Card brings: java.*, javacard.*, javacardx.* and org.globalplatform. */
const platform = ['a00000006200', 'a00000006201', 'a00000006202', 'a000000151', 'a0000001320'];

/** What is needed to know a package: who else is loaded. */
type IsLoaded = (aid: string) => boolean;

/**
 * Reads a load file data block: the components of a CAP file one after another, in their order, each with its size, as the directory
 * says; what it imports is on the card. Java Card VM Specification 2.2.2 chapter 6. Throws 6A80 where one of this fails.
 */
export function loadedPackage(block: Uint8Array, isLoaded: IsLoaded): LoadedPackage {
  const components = componentsOf(block);
  if (required.some((each) => !components.has(each))) throw new StatusError('wrongData');
  checkDirectory(components);
  const header = headerOf(componentOf(components, tag.header));
  for (const aid of importsOf(componentOf(components, tag.import))) {
    if (!platform.some((begin) => aid.startsWith(begin)) && !isLoaded(aid)) throw new StatusError('wrongData');
  }
  const applets = components.get(tag.applet);
  return { ...header, modules: applets === undefined ? [] : appletsOf(applets) };
}

function componentsOf(block: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const components = new Map<number, Uint8Array>();
  let place = -1;
  for (let at = 0; at < block.length;) {
    const [found = 0, high = 0, low] = block.slice(at, at + 3);
    const next = loadOrder.indexOf(found);
    if (low === undefined || next <= place) throw new StatusError('wrongData');
    const size = (high << 8) | low;
    const info = block.slice(at + 3, at + 3 + size);
    if (info.length < size) throw new StatusError('wrongData');
    components.set(found, info);
    place = next;
    at += 3 + size;
  }
  return components;
}

function componentOf(components: ReadonlyMap<number, Uint8Array>, wanted: number): Uint8Array {
  const found = components.get(wanted);
  if (found === undefined) throw new StatusError('wrongData');
  return found;
}

/** The directory begins with the size of each component, 0 for one that is not there; debug information is not loaded. §6.4 */
function checkDirectory(components: ReadonlyMap<number, Uint8Array>): void {
  const directory = componentOf(components, tag.directory);
  for (let component = 1; component <= 11; component++) {
    const at = (component - 1) * 2;
    const [high, low] = directory.slice(at, at + 2);
    const size = components.get(component)?.length ?? 0;
    const isSaid = high !== undefined && low !== undefined && ((high << 8) | low) === size;
    // Descriptors are for tools off the card: many hosts say their size and leave them out.
    if (!isSaid && !(component === 11 && size === 0)) throw new StatusError('wrongData');
  }
}

/** Magic, format version, flags, then minor and major version of the package and its AID. §6.3 */
function headerOf(header: Uint8Array): Omit<LoadedPackage, 'modules'> {
  const [minor = 0, major = 0, length = 0] = header.slice(7, 10);
  const aid = header.slice(10, 10 + length);
  const fits = equalBytes(header.slice(0, 4), magic) && length >= 5 && length <= 16 && aid.length === length;
  if (!fits) throw new StatusError('wrongData');
  return { aid: toHex(aid), version: toHex(Uint8Array.of(major, minor)) };
}

/** Count, then minor and major version and AID of each package. §6.6 */
function importsOf(info: Uint8Array): readonly string[] {
  return aidsOf(info, { before: 2, after: 0 });
}

/** Count, then AID of each applet and where its install method begins. §6.5 */
function appletsOf(info: Uint8Array): readonly string[] {
  return aidsOf(info, { before: 0, after: 2 });
}

function aidsOf(info: Uint8Array, around: { readonly before: number; readonly after: number }): readonly string[] {
  const [count] = info;
  if (count === undefined) throw new StatusError('wrongData');
  const aids: string[] = [];
  let at = 1;
  for (let n = 0; n < count; n++) {
    at += around.before;
    const length = info[at] ?? 0;
    const aid = info.slice(at + 1, at + 1 + length);
    if (length < 5 || length > 16 || aid.length < length) throw new StatusError('wrongData');
    aids.push(toHex(aid));
    at += 1 + length + around.after;
  }
  if (at !== info.length) throw new StatusError('wrongData');
  return aids;
}
