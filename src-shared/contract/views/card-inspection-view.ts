import { z } from 'zod';
import { faultData } from '../row.ts';

/** One exchange of an inspection: what it is for, header, data and answer in hexadecimal with `**` for each byte that is withheld. */
const inspectionTraceView = z.strictObject({
  label: z.string(),
  header: z.string(),
  data: z.string(),
  /** Data of the answer; null where a fault came instead. */
  answer: z.string().nullable(),
  /** Four digits, or the code of the fault. */
  status: z.string(),
  meaning: z.string(),
  milliseconds: z.number(),
});

const registryRow = z.strictObject({
  aid: z.string(),
  /** In the standard's words. */
  lifeCycle: z.string(),
  privileges: z.array(z.string()),
  loadFile: z.string().nullable(),
  securityDomain: z.string().nullable(),
  version: z.string().nullable(),
  modules: z.array(z.string()),
});
export type RegistryRow = z.infer<typeof registryRow>;

/** What a card on a line's reader says of itself. A part that it does not tell is empty, and `untold` says why. */
export const cardInspectionView = z.strictObject({
  line: z.string(),
  title: z.string(),
  reader: z.string(),
  /** The product with whose keys a channel was asked for. */
  product: z.string().nullable(),
  /** What broke the inspection off; all that was read until then is there. */
  fault: faultData.nullable(),
  reset: z.strictObject({
    atr: z.string(),
    side: z.enum(['contact', 'contactless']),
    protocol: z.string(),
    historicalBytes: z.string(),
    commandChaining: z.enum(['announced', 'not-announced']),
  }),
  cardManager: z.string().nullable(),
  chipSerial: z.string().nullable(),
  issuerNumber: z.string().nullable(),
  imageNumber: z.string().nullable(),
  production: z.array(z.strictObject({ field: z.string(), value: z.string() })),
  recognition: z
    .strictObject({
      version: z.string(),
      channels: z.array(z.string()),
      configuration: z.string().nullable(),
      chip: z.string().nullable(),
    })
    .nullable(),
  memory: z.strictObject({ applications: z.number(), nonVolatile: z.number(), volatile: z.number() }).nullable(),
  untold: z.array(z.strictObject({ object: z.string(), reason: z.string() })),
  keys: z.array(z.strictObject({ version: z.number(), identifier: z.number(), types: z.array(z.string()) })),
  applications: z.array(
    z.strictObject({
      aid: z.string(),
      name: z.string(),
      state: z.enum(['there', 'blocked', 'not-there']),
      status: z.string(),
      meaning: z.string(),
    }),
  ),
  registry: z
    .strictObject({
      domains: z.array(registryRow),
      applications: z.array(registryRow),
      loadFiles: z.array(registryRow),
    })
    .nullable(),
  trace: z.array(inspectionTraceView),
  milliseconds: z.number(),
});
export type CardInspectionView = z.infer<typeof cardInspectionView>;
