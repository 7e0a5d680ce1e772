import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fromUtf8 } from '../bytes/bytes.ts';
import { followChain, type ChainHead } from './chain.ts';
import { checkpointBytes } from './checkpoint.ts';
import { canonicalJson, entryHash, genesisHash, payloadDigest } from './entry.ts';
import type { EntryHeader, JournalEntry, Sha256 } from './entry.ts';

const sha256: Sha256 = (data) => new Uint8Array(createHash('sha256').update(data).digest());

function double(hex: string): number {
  return new DataView(Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)).buffer).getFloat64(
    0,
  );
}

describe('canonical JSON, RFC 8785', () => {
  it('writes the example of §3.2.2', () => {
    const value: unknown = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`);
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it('sorts names by UTF-16 code units, the example of §3.2.3', () => {
    const value: unknown = JSON.parse(String.raw`{
      "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
    }`);
    expect(Object.values(JSON.parse(canonicalJson(value)) as object)).toContain('One');
    expect([...canonicalJson(value).matchAll(/:"([^"]+)"/g)].map(([, name]) => name)).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the number %s of appendix B', (bits, text) => {
    expect(canonicalJson(double(bits))).toBe(text);
  });

  it('has no form for NaN, infinities, lone surrogates and nothing', () => {
    for (const value of [double('7fffffffffffffff'), double('7ff0000000000000'), { a: '\ud800' }, undefined]) {
      expect(() => canonicalJson(value)).toThrow();
    }
  });
});

/** Made with Python's hashlib and json (sorted keys, no blanks, UTF-8) from the rule as written, not with this code. */
const chain: readonly {
  readonly salt: string;
  readonly payload: unknown;
  readonly header: EntryHeader;
  readonly hash: string;
}[] = [
  {
    salt: '000102030405060708090a0b0c0d0e0f',
    payload: { version: '0.1.0', mode: 'training', bootLogHead: null },
    header: {
      format: 1,
      hash: 'SHA-256',
      station: 'station-1',
      sequence: 1,
      time: '2026-03-02T12:00:00.000Z',
      actor: { kind: 'station' },
      kind: 'station.started',
      issuer: null,
      subjects: {},
      previous: genesisHash,
      payloadDigest: '7ff897c660e718fdc054c6815397b1755a75beeabed8aec6d16d5dd53fc23318',
    },
    hash: 'adcac9d58cf9a3a82b2a6b4730c3162bc21df4c051bcac86769660d57a1d96f5',
  },
  {
    salt: 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff',
    payload: { reason: 'Pause für €5' },
    header: {
      format: 1,
      hash: 'SHA-256',
      station: 'station-1',
      sequence: 2,
      time: '2026-03-02T12:00:01.500Z',
      actor: { kind: 'person', person: 'olga' },
      kind: 'batch.paused',
      issuer: 'northbank',
      subjects: { line: 'line-1', batch: 'b-1' },
      previous: 'adcac9d58cf9a3a82b2a6b4730c3162bc21df4c051bcac86769660d57a1d96f5',
      payloadDigest: 'bd2432d3fab04e89a32d3ece4226f861aafba2dadefaebd0b8c17889a7ebf76c',
    },
    hash: 'c72b8a08c5afd1c14f077f9626aa1e0ab18a7348db209afa875024abfb123e93',
  },
];

function entryAt(at: number): JournalEntry {
  const one = chain[at];
  if (one === undefined) throw new RangeError('no such entry');
  return { header: one.header, entryHash: one.hash, salt: one.salt, payload: one.payload };
}

describe('the chain', () => {
  it('gives the fixed hashes', () => {
    for (const { salt, payload, header, hash } of chain) {
      expect(payloadDigest(salt, payload, sha256)).toBe(header.payloadDigest);
      expect(entryHash(header, sha256)).toBe(hash);
    }
  });

  it('signs a checkpoint over fixed bytes', () => {
    expect(fromUtf8(checkpointBytes('station-1', { sequence: 2, entryHash: entryAt(1).entryHash }))).toBe(
      '{"entryHash":"c72b8a08c5afd1c14f077f9626aa1e0ab18a7348db209afa875024abfb123e93","purpose":"cardwright-journal-checkpoint","sequence":2,"station":"station-1","version":1}',
    );
  });

  it('follows whole entries and entries without payload', () => {
    let head: ChainHead = { sequence: 0, entryHash: genesisHash };
    for (const entry of [entryAt(0), { ...entryAt(1), salt: null, payload: null }]) {
      const followed = followChain(head, entry, sha256);
      expect(followed.kind).toBe('follows');
      if (followed.kind === 'follows') head = followed.head;
    }
    expect(head).toEqual({ sequence: 2, entryHash: chain[1]?.hash });
  });

  const first: ChainHead = { sequence: 1, entryHash: entryAt(0).entryHash };
  const second = entryAt(1);
  it.each([
    ['gap', { ...second, header: { ...second.header, sequence: 3 } }],
    ['previous-differs', { ...second, header: { ...second.header, previous: genesisHash } }],
    ['hash-differs', { ...second, header: { ...second.header, time: '2026-03-02T12:00:01.501Z' } }],
    ['hash-differs', { ...second, entryHash: genesisHash }],
    ['payload-differs', { ...second, payload: { reason: 'other' } }],
    ['payload-differs', { ...second, salt: '00'.repeat(16) }],
    ['form', { ...second, salt: 'no hex' }],
    ['form', { ...second, salt: null }],
  ] as const)('finds %s', (kind, entry) => {
    expect(followChain(first, entry, sha256)).toMatchObject({ kind: 'broken', finding: { kind } });
  });
});
