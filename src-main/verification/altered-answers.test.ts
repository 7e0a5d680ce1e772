import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concatBytes } from '#shared/bytes/bytes.ts';
import { openAlteredProof, uncoveredBytes, type AlteredProof } from './altered-answers.fixture.ts';

describe.each(['debit-online-dda@1', 'debit-offline-cda@1'] as const)('the answers of a card of %s', (product) => {
  let proof: AlteredProof;
  beforeAll(async () => {
    proof = await openAlteredProof(product);
  });
  afterAll(() => proof.close());

  // The whole walk, every bit of every byte, is in `altered-answers.long.test.ts`.
  test('changed in one byte are found out, but for the selection answers that only say a name', async () => {
    const uncovered = await uncoveredBytes(proof, { stride: 11, bit: 0x01 });
    expect(uncovered.filter((place) => !/^00a4040[02] 8 /.test(place))).toEqual([]);
  }, 120_000);

  test('cut short, lengthened, empty or refused are findings in words, never a breakdown', async () => {
    for (const [at, { bytes }] of proof.answers.entries()) {
      const status = bytes.slice(-2);
      const data = bytes.slice(0, -2);
      if (data.length === 0) continue;
      for (const changed of [
        concatBytes(data.slice(0, data.length >> 1), status),
        concatBytes(data.slice(0, -1), status),
        concatBytes(data, Uint8Array.of(0x00, 0x01, 0x02), status),
        concatBytes(data, data, status),
        status,
        Uint8Array.of(0x69, 0x85),
        concatBytes(new Uint8Array(data.length).fill(0xff), status),
      ]) {
        const { findings } = await proof.prove(at, changed);
        expect(findings.length).toBeGreaterThan(0);
        for (const { text } of findings) expect(text).toMatch(/\w{3,}/);
      }
    }
  }, 120_000);
});
