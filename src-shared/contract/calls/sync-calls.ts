import { row } from '../row.ts';
import { syncView } from '../views/evidence-views.ts';
import { nothing } from './call-inputs.ts';

/** The way to the CMS. */
export const syncCalls = {
  state: row('see-sync', { kind: 'none' }).input(nothing).output(syncView),
  now: row('run-sync', { kind: 'none' }).input(nothing).output(syncView),
} as const;
