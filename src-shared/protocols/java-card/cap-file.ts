import { concatBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import { checkContents, parseApplets, parseImports } from './cap-contents.ts';
import { parseDirectory, type CapDirectory } from './cap-directory.ts';
import { parseHeader, type CapHeader, type PackageInfo } from './cap-header.ts';
import {
  componentNames,
  componentTag,
  damaged,
  nameOfComponent,
  type CapComponent,
  type ComponentName,
} from './cap-component.ts';

/** What a CAP file says of itself, with what is sent to a card. */
export interface CapFile {
  readonly format: CapHeader['format'];
  readonly package: PackageInfo;
  readonly packageName: string | null;
  /** AIDs of its applets, which are the modules that applications are installed from; none in a library. */
  readonly applets: readonly Uint8Array[];
  readonly imports: readonly PackageInfo[];
  readonly sizes: readonly { readonly component: ComponentName; readonly bytes: number }[];
  /** Value of C4: the components in the order of the clause. */
  readonly loadFileDataBlock: Uint8Array;
}

/**
 * The order in which a card is sent the components. Descriptor may be left out and is, Debug is not for cards. Java Card VM 2.2.2 §6.2,
 * table 6-3; 3.0.5 §6.3.
 */
const loadOrder = [
  'Header',
  'Directory',
  'Import',
  'Applet',
  'Class',
  'Method',
  'StaticField',
  'Export',
  'ConstantPool',
  'ReferenceLocation',
] as const satisfies readonly ComponentName[];

/** Components that only some packages have. §6.1. */
const optional: ReadonlySet<ComponentName> = new Set(['Applet', 'Export', 'Debug']);

/** A CAP file has its Descriptor; the plain form that was made for a card may lack what a card need not have. */
export type CapForm = 'archive' | 'plain';

/** Every component is as long as the directory says, and none is missing or more. */
function checkSizes(found: ReadonlyMap<number, Uint8Array>, directory: CapDirectory, form: CapForm): void {
  const listed = new Set<number>(directory.custom.map(({ tag }) => tag));
  for (const name of componentNames) {
    listed.add(componentTag[name]);
    const info = found.get(componentTag[name]);
    const stated = directory.sizes.get(name) ?? info?.length ?? 0;
    const mayLack = optional.has(name) || (form === 'plain' && name === 'Descriptor');
    if (info === undefined && !mayLack) throw new StationFault('CAP-MISSING', { component: name });
    if (info === undefined && form === 'plain' && (name === 'Descriptor' || name === 'Debug')) continue;
    if (info?.length === 0) damaged(name, 'it is empty');
    if ((info?.length ?? 0) !== stated) {
      throw new StationFault('CAP-DIRECTORY', { component: name, stated, found: info?.length ?? 0 });
    }
  }
  for (const { tag, size } of directory.custom) {
    const info = found.get(tag);
    if (info !== undefined && info.length !== size) {
      throw new StationFault('CAP-DIRECTORY', { component: nameOfComponent(tag), stated: size, found: info.length });
    }
  }
  for (const tag of found.keys()) {
    if (!listed.has(tag)) damaged(nameOfComponent(tag), 'the directory does not list it');
  }
}

function requireFlag(said: 'yes' | 'no', component: 'Applet' | 'Export', found: Uint8Array | undefined): void {
  if ((said === 'yes') !== (found !== undefined)) {
    damaged('Header', `it says that the component ${component} is ${said === 'yes' ? '' : 'not '}there`);
  }
}

/**
 * Reads the components of a CAP file in any order. CAP-MISSING, CAP-DIRECTORY, CAP-VERSION, CAP-COMPONENT name what is wrong. Does not verify
 * code: that is done by the provider, whose signature is checked, and by the card. Java Card VM 2.2.2 and 3.0.5, chapter 6.
 */
export function readCapFile(components: readonly CapComponent[], form: CapForm): CapFile {
  const found = new Map(components.map(({ tag, info }) => [tag, info]));
  if (found.size !== components.length) return damaged('Header', 'a component is there twice');
  const part = (name: ComponentName): Uint8Array =>
    found.get(componentTag[name]) ??
    (() => {
      throw new StationFault('CAP-MISSING', { component: name });
    })();
  const header = parseHeader(part('Header'));
  const directory = parseDirectory(part('Directory'), header.format);
  checkSizes(found, directory, form);
  const given = (name: ComponentName): Uint8Array | undefined => found.get(componentTag[name]);
  requireFlag(header.applets, 'Applet', given('Applet'));
  requireFlag(header.exports, 'Export', given('Export'));
  const applet = given('Applet');
  if (applet === undefined && directory.applets !== 0) damaged('Directory', 'it counts applets, and there are none');
  checkContents(given, directory);
  return {
    format: header.format,
    package: header.package,
    packageName: header.packageName,
    applets: applet === undefined ? [] : parseApplets(applet, directory, header.package.aid),
    imports: parseImports(part('Import'), directory),
    sizes: componentNames.flatMap((component) => {
      const info = given(component);
      return info === undefined ? [] : [{ component, bytes: info.length }];
    }),
    loadFileDataBlock: concatBytes(
      ...loadOrder.flatMap((name) => {
        const info = given(name);
        if (info === undefined) return [];
        return [Uint8Array.of(componentTag[name], info.length >> 8, info.length & 255), info];
      }),
    ),
  };
}
