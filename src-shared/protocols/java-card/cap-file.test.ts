import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import { fuzz, shortEffort } from '../fuzz.fixture.ts';
import { splitComponents, type ComponentName } from './cap-component.ts';
import { readCapFile, type CapFile } from './cap-file.ts';
import { publishedLoadFile } from './cap-samples.fixture.ts';
import { asComponents, writePackage, writePlain, type PackageToWrite } from './cap-writer.fixture.ts';

const aid = fromHex('f04357524947485400');
const applet = fromHex('f0435752494748540001');
const other = fromHex('f0435752494748540002');
const wanted: PackageToWrite = {
  format: '2.2',
  aid,
  version: [1, 4],
  name: 'org/cardwright/payment',
  applets: [applet, other],
  code: 300,
  exports: 'yes',
};

const read = (bytes: Uint8Array): CapFile => readCapFile(splitComponents(bytes), 'plain');
const refusal = (run: () => unknown): { code: string; details: unknown } => {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof StationFault) return { code: thrown.code, details: thrown.details };
    throw thrown;
  }
  throw new Error('nothing was refused');
};

it('reads a load file that a converter made (published SCP02 and DAP example, 2.1)', () => {
  const { loadFileDataBlock, ...said } = read(publishedLoadFile);
  expect(said).toEqual({
    format: '2.1',
    package: { aid: fromHex('a0000000770002ffffffff8900000000'), major: 1, minor: 0 },
    packageName: null,
    applets: [fromHex('a0000000770002ffffffff8900000300')],
    imports: [
      { aid: fromHex('a0000000620101'), major: 1, minor: 2 },
      { aid: fromHex('a00000015100'), major: 1, minor: 1 },
    ],
    sizes: [
      { component: 'Header', bytes: 0x1a },
      { component: 'Directory', bytes: 0x1f },
      { component: 'Applet', bytes: 0x14 },
      { component: 'Import', bytes: 0x14 },
      { component: 'ConstantPool', bytes: 0x5e },
      { component: 'Class', bytes: 0x1a },
      { component: 'Method', bytes: 0x17c },
      { component: 'StaticField', bytes: 0x21 },
      { component: 'ReferenceLocation', bytes: 0x37 },
    ],
  });
  expect(toHex(loadFileDataBlock)).toBe(toHex(publishedLoadFile));
});

it.each(['2.1', '2.2'] as const)(
  'reads what is written in format %s, and puts it in the order of the clause',
  (format) => {
    const components = writePackage({ ...wanted, format });
    const file = readCapFile(asComponents(components).reverse(), 'archive');
    expect(file).toMatchObject({
      format,
      package: { aid, major: 1, minor: 4 },
      packageName: format === '2.2' ? 'org/cardwright/payment' : null,
      applets: [applet, other],
      imports: [{ aid: fromHex('a0000000620101'), major: 1, minor: 3 }],
    });
    const sent = splitComponents(file.loadFileDataBlock).map(({ tag }) => tag);
    expect(sent).toEqual([1, 2, 4, 3, 6, 7, 8, 10, 5, 9]);
    expect(read(file.loadFileDataBlock)).toMatchObject({
      package: { aid, major: 1, minor: 4 },
      applets: [applet, other],
    });
  },
);

it('reads a library, which has no applets', () => {
  const file = readCapFile(asComponents(writePackage({ ...wanted, applets: [] })), 'archive');
  expect(file.applets).toEqual([]);
});

describe('a CAP file that is damaged', () => {
  const components = writePackage(wanted);
  /** The same package with one component replaced, as the rest says it is. */
  const withBytes = (name: ComponentName, change: (bytes: Uint8Array) => Uint8Array): (() => CapFile) => {
    const changed = new Map(components).set(name, change((components.get(name) ?? new Uint8Array(0)).slice()));
    return () => readCapFile(splitComponents(writePlain(changed)), 'archive');
  };
  const withByte = (name: ComponentName, at: number, value: number): (() => CapFile) =>
    withBytes(name, (bytes) => {
      bytes[3 + at] = value;
      return bytes;
    });
  const directoryAt = (name: ComponentName): number => 2 * ([...components.keys()].indexOf(name) + 0);
  const order = [
    'Header',
    'Directory',
    'Applet',
    'Import',
    'ConstantPool',
    'Class',
    'Method',
    'StaticField',
    'ReferenceLocation',
    'Export',
    'Descriptor',
    'Debug',
  ] as const;

  it.each<[string, () => CapFile, string, object]>([
    ['with another magic number', withByte('Header', 3, 0xee), 'CAP-COMPONENT', { component: 'Header' }],
    ['of a later format', withByte('Header', 4, 3), 'CAP-VERSION', { version: '2.3' }],
    ['of another major format', withByte('Header', 5, 3), 'CAP-VERSION', { version: '3.2' }],
    ['with a flag that is not defined', withByte('Header', 6, 0x0e), 'CAP-COMPONENT', { component: 'Header' }],
    ['with a flag against its applets', withByte('Header', 6, 0x02), 'CAP-COMPONENT', { component: 'Header' }],
    ['with a flag against its exports', withByte('Header', 6, 0x04), 'CAP-COMPONENT', { component: 'Header' }],
    ['with a package AID of 4 bytes', withByte('Header', 9, 4), 'CAP-COMPONENT', { component: 'Header' }],
    ['with a package AID of 17 bytes', withByte('Header', 9, 17), 'CAP-COMPONENT', { component: 'Header' }],
    [
      'with a name that is longer than the header',
      withByte('Header', 19, 200),
      'CAP-COMPONENT',
      { component: 'Header' },
    ],
    ['with a name that is no text', withByte('Header', 20, 0xff), 'CAP-COMPONENT', { component: 'Header' }],
    ['with other bytes after the name', withByte('Header', 19, 3), 'CAP-COMPONENT', { component: 'Header' }],
    ['with one import more in the directory', withByte('Directory', 30, 2), 'CAP-COMPONENT', { component: 'Import' }],
    ['with one applet less in the directory', withByte('Directory', 31, 1), 'CAP-COMPONENT', { component: 'Applet' }],
    [
      'with a custom component that is not told of',
      withByte('Directory', 32, 1),
      'CAP-COMPONENT',
      { component: 'Directory' },
    ],
    [
      'with another image of static fields',
      withByte('Directory', 25, 6),
      'CAP-COMPONENT',
      { component: 'StaticField' },
    ],
    ['with another count of arrays', withByte('Directory', 27, 2), 'CAP-COMPONENT', { component: 'StaticField' }],
    ['with another size of arrays', withByte('Directory', 29, 2), 'CAP-COMPONENT', { component: 'StaticField' }],
    ['with an applet AID of 3 bytes', withByte('Applet', 1, 3), 'CAP-COMPONENT', { component: 'Applet' }],
    ['with an applet of another RID', withByte('Applet', 2, 0xa0), 'CAP-COMPONENT', { component: 'Applet' }],
    ['with an applet twice', withByte('Applet', 24, 1), 'CAP-COMPONENT', { component: 'Applet' }],
    ['with more applets than there are', withByte('Applet', 0, 3), 'CAP-COMPONENT', { component: 'Applet' }],
    ['with more imports than there are', withByte('Import', 0, 2), 'CAP-COMPONENT', { component: 'Import' }],
    ['with an import that has no name', withByte('Import', 3, 0), 'CAP-COMPONENT', { component: 'Import' }],
    [
      'with more constants than there are',
      withByte('ConstantPool', 1, 3),
      'CAP-COMPONENT',
      { component: 'ConstantPool' },
    ],
    [
      'with fewer constants than there are',
      withByte('ConstantPool', 1, 1),
      'CAP-COMPONENT',
      { component: 'ConstantPool' },
    ],
    ['with handlers beyond its methods', withByte('Method', 0, 255), 'CAP-COMPONENT', { component: 'Method' }],
    [
      'with a static array beyond the component',
      withByte('StaticField', 8, 255),
      'CAP-COMPONENT',
      { component: 'StaticField' },
    ],
    [
      'with more references than its image',
      withByte('StaticField', 3, 2),
      'CAP-COMPONENT',
      { component: 'StaticField' },
    ],
    [
      'with references cut off',
      withByte('ReferenceLocation', 1, 9),
      'CAP-COMPONENT',
      { component: 'ReferenceLocation' },
    ],
    ['with exports cut off', withByte('Export', 3, 9), 'CAP-COMPONENT', { component: 'Export' }],
    ['with exports beyond its count', withByte('Export', 0, 0), 'CAP-COMPONENT', { component: 'Export' }],
  ])('%s is refused', (_, run, code, details) => {
    expect(refusal(run)).toMatchObject({ code, details });
  });
  it.each(order)('with another size of %s in the directory is refused', (name) => {
    const at = 2 * order.indexOf(name) + 1;
    expect(directoryAt(name)).toBe(at - 1);
    expect(refusal(withByte('Directory', at, ((components.get(name)?.length ?? 0) - 2) & 255))).toMatchObject({
      code: 'CAP-DIRECTORY',
      details: { component: name },
    });
  });
  it.each(order)('without its %s is refused', (name) => {
    const less = new Map(components);
    less.delete(name);
    const code = ['Applet', 'Export', 'Debug'].includes(name) ? 'CAP-DIRECTORY' : 'CAP-MISSING';
    expect(refusal(() => readCapFile(asComponents(less), 'archive'))).toMatchObject({
      code,
      details: { component: name },
    });
  });
  it.each(order)('with %s twice, cut off or empty is refused', (name) => {
    const bytes = components.get(name) ?? new Uint8Array(0);
    expect(refusal(() => splitComponents(Uint8Array.from([...writePlain(components), ...bytes])))).toMatchObject({
      code: 'CAP-COMPONENT',
      details: { component: name, reason: 'it is there twice' },
    });
    for (let length = 1; length < bytes.length; length++) {
      expect(refusal(() => splitComponents(bytes.slice(0, length)))).toMatchObject({
        details: { component: name, reason: 'it is cut off' },
      });
    }
    expect(refusal(withBytes(name, (whole) => Uint8Array.of(whole[0] ?? 0, 0, 0)))).toMatchObject({
      details: { component: expect.any(String) as string },
    });
  });
  it('with a component that the directory does not list is refused', () => {
    const more = [...asComponents(components), { tag: 200, info: Uint8Array.of(1) }];
    expect(refusal(() => readCapFile(more, 'archive'))).toEqual({
      code: 'CAP-COMPONENT',
      details: { component: 'tag 200', reason: 'the directory does not list it' },
    });
  });
});

it('takes custom components that the directory lists, and sends them to no card', () => {
  const components = writePackage(wanted);
  const directory = components.get('Directory') ?? new Uint8Array(0);
  const custom = fromHex('0180000205f043575249');
  const listed = Uint8Array.from([...directory.slice(0, -1), ...custom]);
  listed[2] = listed.length - 3;
  listed[6] = listed.length - 3;
  const whole = asComponents(new Map(components).set('Directory', listed));
  const file = readCapFile([...whole, { tag: 0x80, info: Uint8Array.of(1, 2) }], 'archive');
  expect(splitComponents(file.loadFileDataBlock).map(({ tag }) => tag)).not.toContain(0x80);
  expect(refusal(() => readCapFile([...whole, { tag: 0x80, info: Uint8Array.of(1) }], 'archive'))).toMatchObject({
    code: 'CAP-DIRECTORY',
    details: { component: 'tag 128', stated: 2, found: 1 },
  });
});

it('reads back the AIDs of every package that is written', () => {
  const rid = fc.uint8Array({ minLength: 5, maxLength: 5 });
  const rest = fc.uint8Array({ maxLength: 11 });
  fc.assert(
    fc.property(
      rid,
      rest,
      fc.uniqueArray(rest, { maxLength: 5, selector: String }),
      fc.integer({ min: 0, max: 2000 }),
      (five, mine, theirs, code) => {
        const packageAid = Uint8Array.from([...five, ...mine]);
        const applets = theirs.map((tail) => Uint8Array.from([...five, ...tail]));
        const file = readCapFile(asComponents(writePackage({ ...wanted, aid: packageAid, applets, code })), 'archive');
        expect(toHex(file.package.aid)).toBe(toHex(packageAid));
        expect(file.applets.map(toHex)).toEqual(applets.map(toHex));
      },
    ),
  );
});

it('reads or refuses any bytes', () => {
  const { read: readCount, refused } = fuzz(
    {
      parse: read,
      faults: ['CAP-COMPONENT', 'CAP-DIRECTORY', 'CAP-MISSING', 'CAP-VERSION'],
      samples: [
        publishedLoadFile,
        writePlain(writePackage(wanted)),
        writePlain(writePackage({ ...wanted, format: '2.1' })),
      ],
      longest: 1200,
    },
    shortEffort,
  );
  expect(readCount).toBeGreaterThan(50);
  expect(refused).toBeGreaterThan(1000);
});
