import { expect, test } from 'vitest';
import { openAlteredProof, uncoveredBytes } from './altered-answers.fixture.ts';

test.each(['debit-online-sda@1', 'debit-online-dda@1', 'debit-offline-cda@1', 'debit-enciphered-cda@1'] as const)(
  'every byte of every answer of a card of %s is covered by a finding, but for the selection answers that only say a name',
  async (product) => {
    const proof = await openAlteredProof(product);
    for (const bit of [0x01, 0x10, 0x80]) {
      const uncovered = await uncoveredBytes(proof, { stride: 1, bit });
      expect(uncovered.filter((place) => !/^00a4040[02] 8 /.test(place))).toEqual([]);
    }
    await proof.close();
  },
  1_800_000,
);
