import { z } from 'zod';
import { keyChange } from '../../domain/key-state.ts';
import { environment } from '../../domain/identifiers.ts';
import { row } from '../row.ts';
import { approvalView } from '../views/approval-views.ts';
import { authorityKeyView, certificateRequestView } from '../views/certificate-views.ts';
import { ceremonyView, keyStoreView, keyUsageView, registryKeyView } from '../views/key-views.ts';
import { done, nothing, reason } from './call-inputs.ts';

const keyName = z.string().min(1).max(100);
const ceremony = z.strictObject({ ceremony: z.string().max(64) });
/** Last day of use, `YYYY-MM-DD`, or null for no end. */
const validUntil = z.iso.date().nullable();

/** Bytes as hexadecimal, at least one. */
const bytes = (most: number) => z.string().regex(new RegExp(`^(?:[0-9A-Fa-f]{2}){1,${String(most)}}$`));
/** YYYY-MM. */
const month = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/);
/** The key of a scheme's certification authority: RID and index. */
const authority = {
  rid: z.string().regex(/^[0-9A-Fa-f]{10}$/),
  index: z.number().int().min(0).max(255),
} as const;

/** What a key is to be; its version follows from those that there are. */
const wantedKey = {
  usage: z.string().min(1).max(40),
  algorithm: z.string().min(1).max(20),
  issuer: z.string().max(40).nullable(),
  validUntil,
};

/** Registry, ways in, life cycle and state of the key store. Whatever changes a key answers the request that others must sign. */
export const keysCalls = {
  list: row('see-keys', { kind: 'filtered' })
    .input(nothing)
    .output(z.strictObject({ keys: z.array(registryKeyView) })),
  usages: row('see-keys', { kind: 'none' })
    .input(nothing)
    .output(z.strictObject({ usages: z.array(keyUsageView) })),
  store: row('see-keys', { kind: 'none' }).input(nothing).output(keyStoreView),
  /** A key made inside the key store; of an RSA pair with its size and exponent. */
  requestGeneration: row('request-key-act', { kind: 'issuer', field: 'issuer' })
    .input(
      z.strictObject({
        ...wantedKey,
        size: z.number().int().min(512).max(4096).exactOptional(),
        exponent: z.literal([3, 65537]).exactOptional(),
      }),
    )
    .output(approvalView),
  requestChange: row('request-key-act', { kind: 'key', field: 'key' })
    .input(z.strictObject({ key: keyName, change: keyChange, reason }))
    .output(approvalView),
  /** The block is checked when two people have signed; its header already now. */
  requestBlockImport: row('request-key-act', { kind: 'issuer', field: 'issuer' })
    .input(
      z.strictObject({
        ...wantedKey,
        block: z.string().min(16).max(4096),
        protectionKey: keyName,
        expectedKcv: z
          .string()
          .regex(/^[0-9A-Fa-f]{6}$/)
          .nullable(),
      }),
    )
    .output(approvalView),
  /** Authority keys that the station holds; all of it is public. */
  authorities: row('see-keys', { kind: 'none' })
    .input(nothing)
    .output(z.strictObject({ authorities: z.array(authorityKeyView) })),
  /** Has an issuer key sign a request for its certificate. The request on record is the last one made. */
  certificateRequest: row('request-key-act', { kind: 'key', field: 'key' })
    .input(
      z.strictObject({
        key: keyName,
        issuerIdentifier: z.string().regex(/^\d{3,8}$/),
        expires: month,
        trackingNumber: z.string().regex(/^\d{6}$/),
        serial: z.string().regex(/^[0-9A-Fa-f]{6}$/),
      }),
    )
    .output(certificateRequestView),
  /** The certificate is checked now and once more when another person has signed. */
  requestCertificateImport: row('request-key-act', { kind: 'key', field: 'key' })
    .input(
      z.strictObject({
        key: keyName,
        ...authority,
        certificate: bytes(256),
        /** Tag 92; empty where the certificate holds the whole modulus. */
        remainder: bytes(256).or(z.literal('')),
      }),
    )
    .output(approvalView),
  /** An authority's key is trusted for every issuer; two others sign. */
  requestAuthorityImport: row('request-key-act', { kind: 'every-issuer' })
    .input(
      z.strictObject({
        ...authority,
        modulus: bytes(256),
        exponent: bytes(3),
        expires: month,
        /** SHA-1 that the scheme published with it. EMV 4.4 Book 2 §11.2.2. */
        hash: z.string().regex(/^[0-9A-Fa-f]{40}$/),
        environment,
      }),
    )
    .output(approvalView),
  /** A ceremony of two or three named custodians, the asker among them or not. With `leavesUnder` the key leaves as a key block and is not kept. */
  requestCeremony: row('request-key-act', { kind: 'issuer', field: 'issuer' })
    .input(
      z.strictObject({
        ...wantedKey,
        custodians: z.array(z.string().max(64)).min(2).max(3),
        leavesUnder: keyName.nullable(),
      }),
    )
    .output(approvalView),
  ceremonies: row('see-keys', { kind: 'filtered' })
    .input(nothing)
    .output(z.strictObject({ ceremonies: z.array(ceremonyView) })),
  ceremony: row('see-keys', { kind: 'ceremony', field: 'ceremony' }).input(ceremony).output(ceremonyView),
  /** One hexadecimal digit inwards: the only frame that ever carries a part of a key (DESIGN 4). Answers how many are there. */
  enterDigit: row('enter-component', { kind: 'ceremony', field: 'ceremony' })
    .input(ceremony.extend({ digit: z.number().int().min(0).max(15) }))
    .output(z.strictObject({ count: z.number().int() })),
  clearEntry: row('enter-component', { kind: 'ceremony', field: 'ceremony' }).input(ceremony).output(ceremonyView),
  endEntry: row('enter-component', { kind: 'ceremony', field: 'ceremony' }).input(ceremony).output(ceremonyView),
  /** This custodian has compared the key's check value; the last one completes the ceremony. */
  confirmValue: row('enter-component', { kind: 'ceremony', field: 'ceremony' })
    .input(ceremony.extend({ kcv: z.string().regex(/^[0-9A-Fa-f]{6}$/) }))
    .output(ceremonyView),
  giveUpCeremony: row('enter-component', { kind: 'ceremony', field: 'ceremony' })
    .input(ceremony.extend({ reason }))
    .output(done),
} as const;
