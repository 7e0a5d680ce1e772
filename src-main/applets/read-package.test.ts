import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { concatBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { fuzz, shortEffort } from '#shared/protocols/fuzz.fixture.ts';
import { writePackage, writePlain } from '#shared/protocols/java-card/cap-writer.fixture.ts';
import { readPackage } from './read-package.ts';
import { archiveOf, capFile, testPackage } from './test-package.fixture.ts';
import { readArchive } from './zip-archive.ts';
import { writeArchive } from './zip-writer.fixture.ts';

function refusal(run: () => unknown): unknown {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof StationFault) return [thrown.code, thrown.details['reason'] ?? thrown.details['component']];
    throw thrown;
  }
  return 'read';
}

it('reads a CAP file as archive and in the plain form, and comes to the same load file', () => {
  const archived = readPackage(capFile());
  expect(archived).toMatchObject({
    hash: createHash('sha256').update(capFile()).digest('hex'),
    cap: {
      package: { aid: testPackage.aid, major: 1, minor: 0 },
      packageName: testPackage.name,
      applets: testPackage.applets,
    },
  });
  const { cap, loadFileHash } = readPackage(writePlain(writePackage(testPackage)));
  expect(cap.loadFileDataBlock).toEqual(archived.cap.loadFileDataBlock);
  for (const name of ['sha1', 'sha256'] as const) {
    expect(toHex(loadFileHash[name])).toBe(createHash(name).update(cap.loadFileDataBlock).digest('hex'));
  }
  expect(toHex(loadFileHash.sha256)).toBe(toHex(archived.loadFileHash.sha256));
});

it('takes names of component files in any case, and passes over what is no component', () => {
  const files = readArchive(capFile()).map(({ name, bytes }) => ({ name: name.toUpperCase(), bytes }));
  const more = { name: 'org/cardwright/Payment.class', bytes: fromHex('cafebabe') };
  expect(readPackage(writeArchive([more, ...files])).cap.applets).toHaveLength(3);
});

const written = writePackage(testPackage);
const whole = capFile();
const changed = (at: number, value: number): Uint8Array => {
  const bytes = whole.slice();
  bytes[at < 0 ? whole.length + at : at] = value;
  return bytes;
};
it.each<[string, Uint8Array, string, string | RegExp]>([
  ['nothing', new Uint8Array(0), 'CAP-ARCHIVE', /neither an archive/],
  ['text', Uint8Array.from(Buffer.from('%PDF-1.4')), 'CAP-ARCHIVE', /neither an archive/],
  ['the mark of an archive alone', fromHex('504b0304'), 'CAP-ARCHIVE', /not a zip archive/],
  ['an archive cut off', whole.slice(0, -1), 'CAP-ARCHIVE', /not a zip archive/],
  ['an archive with bytes behind it', concatBytes(whole, Uint8Array.of(0)), 'CAP-ARCHIVE', /not a zip archive/],
  ['a split archive', changed(-18, 1), 'CAP-ARCHIVE', /split/],
  ['a list that is elsewhere', changed(-6, 0), 'CAP-ARCHIVE', /damaged|not where|cut off/],
  ['more files than there are', changed(-12, 99), 'CAP-ARCHIVE', /split/],
  ['a first part that is elsewhere', changed(0, 0x51), 'CAP-ARCHIVE', /neither an archive/],
  [
    'an archive without components',
    writeArchive([{ name: 'a.txt', bytes: fromHex('00') }]),
    'CAP-ARCHIVE',
    /no component/,
  ],
  [
    'two packages',
    writeArchive([...readArchive(whole), ...readArchive(archiveOf(written, 'org/other/javacard/')).slice(1)]),
    'CAP-ARCHIVE',
    /more than one package/,
  ],
  ['the same name twice', writeArchive([...readArchive(whole), ...readArchive(whole)]), 'CAP-ARCHIVE', /twice/],
  [
    'a component file with two components',
    archiveOf(new Map(written).set('Header', writePlain(written))),
    'CAP-COMPONENT',
    /not exactly one/,
  ],
  [
    'a component file that is empty',
    archiveOf(new Map(written).set('Class', new Uint8Array(0))),
    'CAP-COMPONENT',
    /not exactly one/,
  ],
  [
    'a component that is missing',
    archiveOf(new Map([...written].filter(([name]) => name !== 'Method'))),
    'CAP-MISSING',
    'Method',
  ],
])('refuses %s', (_, bytes, code, about) => {
  expect(refusal(() => readPackage(bytes))).toEqual([code, expect.stringMatching(about) as string]);
});

it('refuses an archive with any of its packed bytes altered', () => {
  const { length } = readArchive(whole)[0]?.bytes ?? { length: 0 };
  expect(length).toBeGreaterThan(10);
  for (let at = 30; at < whole.length - 22; at += 7) {
    const result = refusal(() => readPackage(changed(at, (whole[at] ?? 0) ^ 0x55)));
    // Times, attributes and versions of files are read by nobody.
    if (result !== 'read') expect(result).toEqual([expect.stringMatching(/^CAP-/), expect.anything()]);
  }
});

it('stops at a part that grows without end', () => {
  const bomb = writeArchive([{ name: 'a/javacard/Header.cap', bytes: new Uint8Array(1 << 22) }]);
  expect(refusal(() => readPackage(bomb))).toEqual(['CAP-ARCHIVE', 'a part of it is larger than any component']);
  const list = bomb.length - 22 - 46 - 'a/javacard/Header.cap'.length;
  new DataView(bomb.buffer).setUint32(list + 24, 100, true);
  expect(refusal(() => readPackage(bomb))).toEqual(['CAP-ARCHIVE', 'a part of the archive cannot be unpacked']);
});

it('reads or refuses any archive', () => {
  const small = capFile({ code: 20, applets: [] });
  const report = fuzz(
    {
      parse: readPackage,
      faults: ['CAP-ARCHIVE', 'CAP-COMPONENT', 'CAP-DIRECTORY', 'CAP-MISSING', 'CAP-VERSION'],
      samples: [small],
      longest: 4000,
    },
    { ...shortEffort, inputs: 1500 },
  );
  expect(report.refused).toBeGreaterThan(500);
});

it('refuses an archive that unpacks to more than any package', () => {
  const large = Array.from({ length: 6 }, (_, at) => ({ name: `f${at}`, bytes: new Uint8Array(1 << 20) }));
  expect(refusal(() => readArchive(writeArchive(large)))).toEqual([
    'CAP-ARCHIVE',
    'it unpacks to more than any package',
  ]);
});
