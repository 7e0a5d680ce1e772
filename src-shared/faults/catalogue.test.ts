import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeFault, faultCatalogue } from './catalogue.ts';

const root = join(import.meta.dirname, '..', '..');

function sources(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(file))
    .map((file) => join(root, folder, file));
}

/** Codes that the source throws as faults, by the place that throws them. */
function thrownCodes(): ReadonlyMap<string, string> {
  const codes = new Map<string, string>();
  for (const file of ['src-main', 'src-shared'].flatMap(sources)) {
    for (const match of readFileSync(file, 'utf8').matchAll(/new StationFault\(\s*'([A-Z0-9-]+)'/g)) {
      codes.set(match[1] ?? '', file.slice(root.length + 1));
    }
  }
  return codes;
}

describe('the catalogue of faults', () => {
  it('describes every fault that the station throws', () => {
    const thrown = thrownCodes();
    expect(thrown.size).toBeGreaterThan(100);
    expect([...thrown].filter(([code]) => !Object.hasOwn(faultCatalogue, code))).toEqual([]);
  });

  it('says what happened and what to do in whole sentences', () => {
    const unfinished = Object.entries(faultCatalogue).filter(
      ([, { text, next }]) => !/^\S.*[.:}!?]$/.test(text) || !/^\S.*[.:}!?]$/.test(next),
    );
    expect(unfinished.map(([code]) => code)).toEqual([]);
  });

  it('fills in the details and leaves an unknown code readable', () => {
    expect(describeFault({ code: 'CLOSE-NO-REPORT', details: { batch: 'B1' } }).text).toBe(
      'There is no report of batch B1.',
    );
    expect(describeFault({ code: 'NO-SUCH', details: {} }).text).toContain('NO-SUCH');
  });
});
