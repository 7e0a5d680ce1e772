import type { Route } from '../../router/route.ts';

/** Where an obstacle is put out of the way, by its code; null where no screen of this window does it. */
export function obstacleRoute(code: string): Route | null {
  if (/COUNT/.test(code)) return { kind: 'stock', tab: 'counts' };
  if (/RIBBON/.test(code)) return { kind: 'stock', tab: 'ribbons' };
  if (/DESTR/.test(code)) return { kind: 'stock', tab: 'destruction' };
  if (/LINE|CARD|RUN|PRODUCTION|MACHINE|ATTEMPT/.test(code)) return { kind: 'run' };
  if (/BATCH/.test(code)) return { kind: 'batches' };
  if (/APPROVAL|REQUEST|SIGN/.test(code)) return { kind: 'approvals' };
  if (/PRINTER|DEVICE/.test(code)) return { kind: 'devices' };
  if (/MISSING|FOUND|LOT|STOCK/.test(code)) return { kind: 'stock', tab: 'places' };
  return null;
}
