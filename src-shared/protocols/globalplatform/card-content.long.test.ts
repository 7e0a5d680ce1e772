import { expect, it } from 'vitest';
import { fuzz, longEffort } from '../fuzz.fixture.ts';
import { statusScope } from './card-commands.ts';
import { parseCardRecognitionData } from './card-recognition-data.ts';
import { parseCardResources } from './card-resources.ts';
import { contentSamples } from './content-samples.fixture.ts';
import { parseOldRegistryEntries, parseRegistryEntries } from './registry-entry.ts';

it.each([
  ['GET STATUS', parseRegistryEntries, [contentSamples.registry]],
  [
    'old GET STATUS',
    (bytes: Uint8Array) => parseOldRegistryEntries(bytes, statusScope.modules),
    [contentSamples.oldModules],
  ],
  ['card recognition data', parseCardRecognitionData, contentSamples.recognition],
  ['card resources', parseCardResources, contentSamples.resources],
])('reads or refuses a million answers: %s', { timeout: 1_800_000 }, (_, parse, samples) => {
  const report = fuzz({ parse, faults: ['CARD-ANSWER', 'CARD-TLV', 'CARD-TLV-MISSING'], samples }, longEffort);
  expect(report.read + report.refused).toBe(longEffort.inputs);
});
