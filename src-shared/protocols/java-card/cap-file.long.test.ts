import { expect, it } from 'vitest';
import { fromHex } from '../../bytes/bytes.ts';
import { fuzz, longEffort } from '../fuzz.fixture.ts';
import { splitComponents } from './cap-component.ts';
import { readCapFile } from './cap-file.ts';
import { publishedLoadFile } from './cap-samples.fixture.ts';
import { writePackage, writePlain } from './cap-writer.fixture.ts';

const aid = fromHex('f04357524947485400');
const written = writePackage({
  format: '2.2',
  aid,
  version: [1, 0],
  name: 'a/b',
  applets: [aid],
  code: 60,
  exports: 'yes',
});

it('reads or refuses a million CAP files', { timeout: 1_800_000 }, () => {
  const report = fuzz(
    {
      parse: (bytes) => readCapFile(splitComponents(bytes), 'plain'),
      faults: ['CAP-COMPONENT', 'CAP-DIRECTORY', 'CAP-MISSING', 'CAP-VERSION'],
      samples: [publishedLoadFile, writePlain(written)],
      longest: 1200,
    },
    longEffort,
  );
  expect(report.read + report.refused).toBe(longEffort.inputs);
});
