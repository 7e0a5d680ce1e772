/** First part of the name of every key of a usage and issuer: `imk-ac/northbank/`; of keys of the station itself `station-signing/`. */
function seriesName(usage: string, issuer: string | null): string {
  return issuer === null ? `${usage}/` : `${usage}/${issuer}/`;
}

/** Name of one version: `imk-ac/northbank/2`. */
export function keyName(usage: string, issuer: string | null, version: number): string {
  return `${seriesName(usage, issuer)}${version}`;
}

/** Whether a name is of this usage and issuer; other names of the same usage are key sets that a product names itself. */
export function isOfSeries(name: string, usage: string, issuer: string | null): boolean {
  return versionOf(name, usage, issuer) !== null;
}

function versionOf(name: string, usage: string, issuer: string | null): number | null {
  const series = seriesName(usage, issuer);
  const rest = name.startsWith(series) ? name.slice(series.length) : '';
  return /^\d{1,7}$/.test(rest) ? Number(rest) : null;
}

/** One more than the highest version that any of the names ever had. */
export function nextVersion(names: readonly string[], usage: string, issuer: string | null): number {
  return names.reduce((highest, name) => Math.max(highest, versionOf(name, usage, issuer) ?? 0), 0) + 1;
}
