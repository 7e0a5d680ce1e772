import type { z } from 'zod';
import { appletEvents } from './events/applet-events.ts';
import { backupEvents } from './events/backup-events.ts';
import { batchEvents } from './events/batch-events.ts';
import { cardKeyEvents } from './events/card-key-events.ts';
import { certificateEvents } from './events/certificate-events.ts';
import { grantEvents } from './events/grant-events.ts';
import { inspectionEvents } from './events/inspection-events.ts';
import { keyEvents } from './events/key-events.ts';
import { productEvents } from './events/product-events.ts';
import { productionEvents } from './events/production-events.ts';
import { remakeEvents } from './events/remake-events.ts';
import { stationEvents } from './events/station-events.ts';
import { stockEvents } from './events/stock-events.ts';

/** Every kind of event with the schema of its payload. No payload holds a key, PIN, CVV, full PAN or a name on a card. */
export const eventSchemas = {
  ...stationEvents,
  ...batchEvents,
  ...grantEvents,
  ...productEvents,
  ...productionEvents,
  ...remakeEvents,
  ...stockEvents,
  ...backupEvents,
  ...cardKeyEvents,
  ...certificateEvents,
  ...keyEvents,
  ...inspectionEvents,
  ...appletEvents,
} as const;

export type EventKind = keyof typeof eventSchemas;
export type EventPayload<K extends EventKind> = z.infer<(typeof eventSchemas)[K]>;

/** Says whether a text names a kind of event that this version knows. */
export function isEventKind(kind: string): kind is EventKind {
  return Object.hasOwn(eventSchemas, kind);
}
