import { z } from 'zod';
import { environment, sha256Hex } from '../../domain/identifiers.ts';
import { keyChange } from '../../domain/key-state.ts';
import { certificateEvents } from './certificate-events.ts';

const checkValue = z.string().regex(/^[0-9a-f]{6}$/);
/** Last day of use, or null for no end. */
const validUntil = z.iso.date().nullable();

/** A key that two people are asked to let come into being: all that is known of it before there is material. */
export const wantedKey = z.strictObject({
  name: z.string(),
  usage: z.string(),
  algorithm: z.string(),
  issuer: z.string().nullable(),
  environment,
  version: z.number().int(),
  /** Of RSA pairs. */
  size: z.number().int().exactOptional(),
  exponent: z.literal([3, 65537]).exactOptional(),
});
export type WantedKey = z.infer<typeof wantedKey>;

/** What is signed in a key act. A key block itself is no part of it: its digest is. */
export const keyRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('generation'), key: wantedKey, validUntil }),
  z.strictObject({
    kind: z.literal('key-block'),
    key: wantedKey,
    validUntil,
    blockDigest: sha256Hex,
    /** As its header says (ANSI X9.143-2022 table 1). */
    header: z.strictObject({
      version: z.string(),
      usage: z.string(),
      algorithm: z.string(),
      mode: z.string(),
      exportability: z.string(),
    }),
    protectionKey: z.string(),
    expectedKcv: checkValue.nullable(),
  }),
  z.strictObject({
    kind: z.literal('ceremony'),
    ceremony: z.string(),
    key: wantedKey,
    validUntil,
    /** In the order of their components. */
    custodians: z.array(z.string()),
    leavesUnder: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal('change'),
    name: z.string(),
    usage: z.string(),
    issuer: z.string().nullable(),
    kcv: z.string(),
    /** Its state when it was asked: in another one nothing is done. */
    state: z.string(),
    change: keyChange,
    /** The version that retires when this one becomes active. */
    retires: z.string().nullable(),
    reason: z.string(),
  }),
  /** All of an authority's key: it is public. */
  certificateEvents['scheme-authority.imported'].extend({ kind: z.literal('authority-key') }),
  /** All of a certificate, with the key that it certifies. */
  certificateEvents['issuer-certificate.imported'].extend({
    kind: z.literal('issuer-certificate'),
    name: z.string(),
    issuer: z.string(),
    kcv: z.string(),
  }),
]);
export type KeyRequestSigned = z.infer<typeof keyRequest>;

/** Keys, from the request to the end. Subjects carry key, approval, ceremony. No payload holds material, enciphered or not. */
export const keyEvents = {
  'key.requested': z.strictObject({ approval: z.string(), request: keyRequest }),
  /** Written before the key store is asked to do what was signed; `key.made`, `key.not-made` or `key.destroyed` follows. */
  'key.intended': z.strictObject({
    approval: z.string(),
    name: z.string(),
    act: z.enum(['generate', 'import', 'keep', 'destroy']),
  }),
  /** A key with an approval begins pre-active; one that the station made with itself, or got from the CMS, is active. */
  'key.made': z.strictObject({
    name: z.string(),
    usage: z.string(),
    algorithm: z.string(),
    kcv: z.string(),
    environment,
    version: z.number().int().exactOptional(),
    kcvMethod: z.string().exactOptional(),
    size: z.number().int().exactOptional(),
    exponent: z.number().int().exactOptional(),
    wayIn: z.string().exactOptional(),
    validUntil: validUntil.exactOptional(),
    approval: z.string().exactOptional(),
  }),
  /** The key store holds nothing of what was intended. */
  'key.not-made': z.strictObject({
    approval: z.string(),
    name: z.string(),
    code: z.string(),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  }),
  'key.changed': z.strictObject({
    name: z.string(),
    change: z.enum(['activate', 'retire', 'compromise']),
    approval: z.string(),
    reason: z.string(),
  }),
  'key.destroyed': z.strictObject({
    name: z.string(),
    usage: z.string(),
    kcv: z.string(),
    approval: z.string().exactOptional(),
  }),

  'key.ceremony-opened': z.strictObject({ ceremony: z.string(), approval: z.string() }),
  /** One custodian's component stands, entered twice alike. */
  'key.component-entered': z.strictObject({ ceremony: z.string(), component: z.number().int(), kcv: checkValue }),
  /** Both entries were wiped and the component begins again. */
  'key.component-refused': z.strictObject({ ceremony: z.string(), component: z.number().int(), code: z.string() }),
  'key.combined': z.strictObject({ ceremony: z.string(), kcv: checkValue }),
  'key.value-confirmed': z.strictObject({ ceremony: z.string(), kcv: checkValue }),
  /** The key left as a key block and is not in the key store. */
  'key.left': z.strictObject({
    ceremony: z.string(),
    name: z.string(),
    usage: z.string(),
    algorithm: z.string(),
    kcv: checkValue,
    protectionKey: z.string(),
    blockDigest: sha256Hex,
  }),
  /** Nothing of it is in any memory. */
  'key.ceremony-ended': z.strictObject({
    ceremony: z.string(),
    result: z.enum(['kept', 'left-as-block', 'given-up', 'lost']),
    reason: z.string(),
  }),
} as const;
