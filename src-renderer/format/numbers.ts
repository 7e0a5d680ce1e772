const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });

/** A count with its thousands grouped. */
export const formatCount = (count: number): string => whole.format(count);

/** A part from 0 to 1 as whole per cent; never 100 % before all is done. */
export function formatPercent(part: number): string {
  const percent = Math.max(0, Math.min(100, part * 100));
  return `${percent < 100 ? Math.floor(percent) : 100} %`;
}

/** A long digest in short: its first and last eight digits. */
export function shortDigest(digest: string): string {
  return digest.length <= 20 ? digest : `${digest.slice(0, 8)}…${digest.slice(-8)}`;
}

/** A digest in groups of four digits, for reading aloud. */
export function groupedDigest(digest: string): string {
  return digest.replace(/(.{4})(?=.)/g, '$1 ');
}

/** A check value as people write it on paper: in capital letters. */
export const formatCheckValue = (kcv: string): string => kcv.toUpperCase();

/** A size in bytes, in its largest unit. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB'] as const;
  let size = bytes;
  let at = 0;
  while (size >= 1000 && at < units.length - 1) {
    size /= 1000;
    at += 1;
  }
  return `${at === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[at] ?? 'B'}`;
}
