import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.dirname(import.meta.dirname);
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

interface Proof {
  readonly file: string;
  readonly titles: readonly string[];
}

interface Row {
  readonly clause: string;
  readonly implemented: readonly string[];
  readonly proofs: readonly Proof[];
}

/** The files of a cell, each with the quoted titles behind it. */
function proofsOf(cell: string): Proof[] {
  return [...cell.matchAll(/`([^`]+)`([^`]*)/g)].map(([, file = '', rest = '']) => ({
    file,
    titles: [...rest.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title),
  }));
}

/** The rows of every table with the head of this page; a line of such a table that has not three cells is a row with nothing in it. */
function rowsOf(page: string): Row[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('|---') && !line.startsWith('| clause |'))
    .map((line) => {
      const cells = line.split(/(?<!\\)\|/).slice(1, -1);
      const [clause = '', implemented = '', proven = ''] = cells.length === 3 ? cells : [line];
      return {
        clause: clause.trim(),
        implemented: proofsOf(implemented).map(({ file }) => file),
        proofs: proofsOf(proven),
      };
    });
}

/** What is wrong with a row, in words. */
function faultsOf({ clause, implemented, proofs }: Row): string[] {
  const files = [...implemented, ...proofs.map(({ file }) => file)];
  const missing = files.filter((file) => !existsSync(path.join(root, file)));
  if (missing.length > 0) return missing.map((file) => `${file} does not exist`);
  const sources = implemented.map(read).join('\n');
  const cited = clause.match(/§[A-Z]?\d*(?:\.\d+)*|Annex [A-Z]\d*(?:\.\d+)*/g) ?? [];
  return [
    ...(implemented.length === 0 ? ['names no implementing file'] : []),
    ...(proofs.length === 0 ? ['names no test'] : []),
    ...cited.filter((text) => !sources.includes(text)).map((text) => `no implementing file cites ${text}`),
    ...proofs.filter(({ titles }) => titles.length === 0).map(({ file }) => `names no title in ${file}`),
    ...proofs.flatMap(({ file, titles }) => {
      const text = read(file);
      return titles.filter((title) => !text.includes(title)).map((title) => `${file} has no test "${title}"`);
    }),
  ];
}

describe('docs/conformance.md', () => {
  const rows = rowsOf(read('docs/conformance.md'));

  it('has rows', () => expect(rows.length).toBeGreaterThan(15));

  it.each(rows)('$clause', (row) => expect(faultsOf(row)).toEqual([]));

  it('says what is wrong with a row', () => {
    const good = 'src-shared/protocols/tlv/ber-tlv.ts';
    const proof = 'src-shared/protocols/tlv/tlv.test.ts';
    const page = [
      `| X §99.9 | \`${good}\` | \`${proof}\` "BER-TLV" "no such title" |`,
      `| X | \`src-shared/gone.ts\` | \`${proof}\` "BER-TLV" |`,
      `| X | \`${good}\` | \`${proof}\` |`,
      '| X | | |',
      '| X | half a row |',
    ].join('\n');
    expect(rowsOf(page).map(faultsOf)).toEqual([
      ['no implementing file cites §99.9', `${proof} has no test "no such title"`],
      ['src-shared/gone.ts does not exist'],
      [`names no title in ${proof}`],
      ['names no implementing file', 'names no test'],
      ['names no implementing file', 'names no test'],
    ]);
  });
});
