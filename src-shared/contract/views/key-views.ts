import { z } from 'zod';
import { keyChange, keyState } from '../../domain/key-state.ts';

/** One key of the registry, without material. Times are ISO 8601. */
export const registryKeyView = z.strictObject({
  name: z.string(),
  usage: z.string(),
  usageTitle: z.string(),
  algorithm: z.string(),
  issuer: z.string().nullable(),
  environment: z.enum(['test', 'live']),
  version: z.number().int(),
  kcv: z.string(),
  kcvMethod: z.string(),
  state: keyState,
  /** How it came: generated, key-block, components, cms, made, imported-certificate. */
  wayIn: z.string(),
  madeAt: z.string().nullable(),
  validUntil: z.string().nullable(),
  alarm: z.enum(['none', 'soon', 'expired', 'missing-in-store']),
  /** Products that cannot be made without it. */
  products: z.array(z.string()),
  /** Who asked for it and who approved it; empty for keys that the station made with itself. */
  askedBy: z.string().nullable(),
  approvedBy: z.array(z.string()),
  /** Of RSA pairs. */
  size: z.number().int().nullable(),
  /** Of issuer pairs: the newest certificate, and the last request for one. Months are YYYY-MM, bytes hexadecimal. */
  certificate: z
    .strictObject({ serial: z.string(), expires: z.string(), rid: z.string(), authorityKeyIndex: z.string() })
    .nullable(),
  certificateRequest: z
    .strictObject({ issuerIdentifier: z.string(), expires: z.string(), hash: z.string(), requestedAt: z.string() })
    .nullable(),
  /** What this person may ask for now. */
  mayAsk: z.array(keyChange),
});
export type RegistryKeyView = z.infer<typeof registryKeyView>;

/** One usage of the table, for forms. */
export const keyUsageView = z.strictObject({
  usage: z.string(),
  title: z.string(),
  algorithms: z.array(z.string()),
  owner: z.enum(['station', 'issuer', 'batch', 'scheme']),
  waysIn: z.array(z.string()),
  /** Null where this key store can hold it; otherwise why not. */
  unavailable: z.string().nullable(),
});
export type KeyUsageView = z.infer<typeof keyUsageView>;

/** The key store as it is now. */
export const keyStoreView = z.strictObject({
  state: z.enum(['ready', 'busy', 'lost', 'no-token', 'pin-refused', 'restarting']),
  /** Since when. */
  since: z.string(),
  provider: z.string(),
  module: z.string(),
  token: z.string(),
  /** Acts of the key port that this store does not offer. */
  notOffered: z.array(z.enum(['pinVerificationValue', 'pinOffset', 'translatePinBlock'])),
  /** Plain words and next step when it is not ready; null when it is. */
  trouble: z.strictObject({ code: z.string(), text: z.string(), next: z.string() }).nullable(),
  mechanisms: z.array(
    z.strictObject({
      mechanism: z.string(),
      state: z.enum(['proven', 'missing']),
      reason: z.string().nullable(),
      source: z.string(),
      usages: z.array(z.string()),
      /** Products that cannot be made without it. */
      products: z.array(z.string()),
    }),
  ),
  pool: z.array(
    z.strictObject({
      bits: z.number().int(),
      exponent: z.number().int(),
      level: z.number().int(),
      target: z.number().int(),
      state: z.enum(['filling', 'full', 'paused', 'off']),
      perMinute: z.number().nullable(),
    }),
  ),
});
export type KeyStoreView = z.infer<typeof keyStoreView>;

/** One custodian's part in a ceremony. No digit is ever in a view. */
export const custodianView = z.strictObject({
  component: z.number().int(),
  person: z.string(),
  displayName: z.string(),
  state: z.enum(['waiting', 'first-entry', 'second-entry', 'entered']),
  /** Check value of the component once both entries agree. */
  kcv: z.string().nullable(),
  confirmed: z.enum(['yes', 'no']),
});

export const ceremonyView = z.strictObject({
  ceremony: z.string(),
  key: z.strictObject({
    name: z.string(),
    usage: z.string(),
    usageTitle: z.string(),
    algorithm: z.string(),
    issuer: z.string().nullable(),
    version: z.number().int(),
  }),
  /** Hexadecimal characters of each component. */
  characters: z.number().int(),
  custodians: z.array(custodianView),
  /** `entering`: custodians enter one after the other; `confirming`: each confirms the key's check value; the others are the ends. */
  state: z.enum(['waiting-for-approval', 'entering', 'confirming', 'kept', 'left-as-block', 'given-up', 'lost']),
  kcv: z.string().nullable(),
  /** The asking person's own component, and how many characters of the entry under way the station has. */
  mine: z.number().int().nullable(),
  count: z.number().int(),
  /** Name of the protection key under which the key leaves as a key block; null when it is kept here. */
  leavesUnder: z.string().nullable(),
  /** The key block, for the people of the ceremony, once it left. */
  block: z.string().nullable(),
});
export type CeremonyView = z.infer<typeof ceremonyView>;
