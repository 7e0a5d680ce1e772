import { loadavg } from 'node:os';

/** One measured figure. Ratios are taken against something measured in the same run, which the figure names. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the value is held against, measured in the same run and in the same unit. */
  readonly baseline?: { readonly name: string; readonly value: number };
  /** Value through baseline. */
  readonly ratio?: number;
  /** Whatever else helps to read the figure. */
  readonly about?: Readonly<Record<string, number | string>>;
}

/** Rounded to a number of decimals. */
export function rounded(value: number, decimals = 0): number {
  return Number(value.toFixed(decimals));
}

/** Prints a figure as one JSON line, with the machine's load of the last minute: a busy machine measures others too. */
export function reportFigure(figure: Figure): void {
  const { baseline, value } = figure;
  const ratio = baseline === undefined ? {} : { ratio: rounded(value / baseline.value, 2) };
  const { about = {}, ...rest } = figure;
  process.stdout.write(`${JSON.stringify({ ...rest, ...ratio, ...about, load: rounded(loadavg()[0] ?? 0, 1) })}\n`);
}

/** The value below which so large a share of the values lies; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
