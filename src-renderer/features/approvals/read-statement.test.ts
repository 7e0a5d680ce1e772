import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../wires/zod-without-eval.ts';
import { digestOf, readStatement } from './read-statement.ts';

const statement = {
  act: 'batch-release',
  asker: 'olivia',
  expires: '2026-11-22T14:00:00.000Z',
  fields: [{ label: 'Batch', value: 'NB-1' }],
  issuer: 'northbank',
  nonce: '00112233445566778899aabbccddeeff',
  station: 'print-room-1',
  subject: 'NB-1',
  subjectDigest: 'ab'.repeat(32),
  version: 1,
};

describe('readStatement', () => {
  it('reads version 1 from the signed text alone', () => {
    expect(readStatement(JSON.stringify(statement))).toEqual({ kind: 'statement', statement });
  });

  it('reads who is barred from signing, where somebody is', () => {
    const barring = { ...statement, barred: ['olivia', 'sofia'] };
    expect(readStatement(JSON.stringify(barring))).toEqual({ kind: 'statement', statement: barring });
  });

  it('refuses a newer version, even one that looks the same otherwise', () => {
    expect(readStatement(JSON.stringify({ ...statement, version: 2 }))).toEqual({ kind: 'unknown-version' });
    expect(readStatement(JSON.stringify({ version: 2, content: 'x' }))).toEqual({ kind: 'unknown-version' });
  });

  it('refuses what holds more than the page shows, less, or something else', () => {
    const { nonce: _nonce, ...short } = statement;
    const texts = [
      JSON.stringify({ ...statement, hidden: 'also release batch NB-2' }),
      JSON.stringify({ ...statement, fields: [{ label: 'Batch', value: 'NB-1', hidden: 'x' }] }),
      JSON.stringify({ ...statement, version: '1' }),
      JSON.stringify(short),
      JSON.stringify([statement]),
      'null',
      '',
      '{',
    ];
    for (const text of texts) expect(readStatement(text)).toEqual({ kind: 'unreadable' });
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => typeof readStatement(text).kind === 'string'));
  });
});

describe('digestOf', () => {
  it('is SHA-256 of the UTF-8 bytes', async () => {
    // FIPS 180-4 example "abc", and a text beyond ASCII as `printf 'Bätch № 1' | openssl dgst -sha256` gives it.
    expect(await digestOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(await digestOf('Bätch № 1')).toBe('a2969be04eadb1990914c4a7df7b1a6bd60da0e86abc7aa6a8b2c0d6199dc791');
  });
});
