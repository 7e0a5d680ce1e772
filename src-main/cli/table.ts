import { stripVTControlCharacters } from 'node:util';

const graphemes = new Intl.Segmenter();

function width(text: string): number {
  return Array.from(graphemes.segment(stripVTControlCharacters(text))).length;
}

/** Rows under a heading, columns aligned by two spaces; numbers stand to the right. */
export function table(heading: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [heading, ...rows.map((row) => row.map(String))];
  const widths = heading.map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ''))));
  const right = heading.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'));
  return cells
    .map((row) =>
      row
        .map((cell, column) => {
          const space = ' '.repeat((widths[column] ?? 0) - width(cell));
          return right[column] === true ? space + cell : cell + space;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
