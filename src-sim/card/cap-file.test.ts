import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex } from '#shared/bytes/bytes.ts';
import { loadedPackage } from './cap-file.ts';
import { StatusError } from './status-word.ts';
import { loadFileBlock } from './training-package.ts';

const block = fromHex(loadFileBlock({ aid: 'F04357524900', applets: ['F0435752490001', 'F0435752490002'] }));

/** What becomes of a load file data block: the package, or the status word. */
function read(bytes: Uint8Array): unknown {
  try {
    return loadedPackage(bytes, () => false);
  } catch (refusal) {
    if (refusal instanceof StatusError) return refusal.sw;
    throw refusal;
  }
}

test('a package is known by the AID and version of its header and the AIDs of its applets', () => {
  expect(read(block)).toEqual({
    aid: 'f04357524900',
    version: '0100',
    modules: ['f0435752490001', 'f0435752490002'],
  });
});

test('a block that ends early, has a component twice, out of order or of another size, is refused', () => {
  for (let length = 0; length < block.length; length++) expect(read(block.slice(0, length))).toBe(0x6a80);
  expect(read(Uint8Array.of(...block, 9, 0, 0))).toBe(0x6a80);
  expect(read(Uint8Array.of(...block, 12, 0, 0))).toMatchObject({ aid: 'f04357524900' });
  // The size of the method component, in the directory.
  const directory = block.indexOf(2, 10);
  expect(read(block.map((byte, at) => (at === directory + 3 + 13 ? byte ^ 1 : byte)))).toBe(0x6a80);
});

test('any bytes are read or refused', () => {
  const altered = fc
    .array(fc.tuple(fc.nat(block.length - 1), fc.nat(255)), { maxLength: 4 })
    .map((changes) => block.map((byte, at) => changes.find(([place]) => place === at)?.[1] ?? byte));
  fc.assert(
    fc.property(fc.oneof(altered, fc.uint8Array({ maxLength: 200 })), (bytes) => {
      const found = read(bytes);
      expect(found === 0x6a80 || typeof found === 'object').toBe(true);
    }),
    { numRuns: 2000 },
  );
});
