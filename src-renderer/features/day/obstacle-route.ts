import type { Route } from '../../router/route.ts';

const routes: Readonly<Record<string, Route>> = {
  'DAY-RUNNING': { kind: 'run' },
  'DAY-CARD-IN-MACHINE': { kind: 'run' },
  'DAY-COUNT-OPEN': { kind: 'stock', tab: 'counts' },
  'DAY-NOT-COUNTED': { kind: 'stock', tab: 'places' },
  'DAY-LOT': { kind: 'stock', tab: 'lots' },
  'DAY-CONTAINER': { kind: 'stock', tab: 'places' },
  'DAY-PRINTER': { kind: 'devices' },
};

/** Where an obstacle is put out of the way, by its code; null for one that this window does not know. */
export function obstacleRoute(code: string): Route | null {
  return routes[code] ?? null;
}
