import { aboutCalls } from './calls/about-calls.ts';
import { appletsCalls } from './calls/applets-calls.ts';
import { approvalsCalls } from './calls/approvals-calls.ts';
import { backupCalls } from './calls/backup-calls.ts';
import { batchesCalls } from './calls/batches-calls.ts';
import { cardsCalls } from './calls/cards-calls.ts';
import { devicesCalls } from './calls/devices-calls.ts';
import { homeCalls } from './calls/home-calls.ts';
import { journalCalls } from './calls/journal-calls.ts';
import { keysCalls } from './calls/keys-calls.ts';
import { looksCalls } from './calls/looks-calls.ts';
import { productionCalls } from './calls/production-calls.ts';
import { productsCalls } from './calls/products-calls.ts';
import { remakeCalls } from './calls/remake-calls.ts';
import { sessionCalls } from './calls/session-calls.ts';
import { stockCalls } from './calls/stock-calls.ts';
import { syncCalls } from './calls/sync-calls.ts';

/** The one table of calls (DESIGN 3): input, output, the act that each needs, and how its issuer is found. */
export const contract = {
  session: sessionCalls,
  home: homeCalls,
  batches: batchesCalls,
  cards: cardsCalls,
  approvals: approvalsCalls,
  production: productionCalls,
  looks: looksCalls,
  remake: remakeCalls,
  products: productsCalls,
  stock: stockCalls,
  journal: journalCalls,
  backup: backupCalls,
  devices: devicesCalls,
  keys: keysCalls,
  applets: appletsCalls,
  sync: syncCalls,
  about: aboutCalls,
} as const;

export type Contract = typeof contract;
