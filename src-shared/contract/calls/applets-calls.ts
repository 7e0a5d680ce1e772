import { z } from 'zod';
import { row } from '../row.ts';
import { appletPackageView, appletProviderView } from '../views/applet-views.ts';
import { approvalView } from '../views/approval-views.ts';
import { nothing, reason, remark } from './call-inputs.ts';

const provider = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);
/** Bytes as hexadecimal, at least one. */
const bytes = (most: number) => z.string().regex(new RegExp(`^(?:[0-9A-Fa-f]{2}){1,${String(most)}}$`));

/** Applet packages that may be loaded onto cards, and whose signatures are trusted. Whatever changes them answers the request that others must sign. */
export const appletsCalls = {
  list: row('see-applets', { kind: 'none' })
    .input(nothing)
    .output(z.strictObject({ packages: z.array(appletPackageView), providers: z.array(appletProviderView) })),
  /** The key is checked now, and once more when two others have signed. */
  requestProvider: row('request-applet-act', { kind: 'every-issuer' })
    .input(
      z.strictObject({
        provider,
        title: remark.min(1).max(80),
        /** PEM, or SubjectPublicKeyInfo in hexadecimal. */
        publicKey: z.string().min(64).max(4000),
      }),
    )
    .output(approvalView),
  /** File and signature are checked now, and once more when another person has signed. */
  requestImport: row('request-applet-act', { kind: 'every-issuer' })
    .input(
      z.strictObject({
        /** The CAP file, base64. */
        file: z.base64().min(1).max(1_000_000),
        provider,
        /** The provider's signature over the file, hexadecimal. */
        signature: bytes(1024),
        /** Signatures for security domains that demand one. */
        dap: z
          .array(
            z.strictObject({ securityDomain: z.string().regex(/^(?:[0-9A-Fa-f]{2}){5,16}$/), signature: bytes(1024) }),
          )
          .max(8),
      }),
    )
    .output(approvalView),
  /** Nothing is loaded with it any more, or with any package of the provider. */
  requestWithdrawal: row('request-applet-act', { kind: 'every-issuer' })
    .input(
      z.discriminatedUnion('of', [
        z.strictObject({ of: z.literal('package'), name: z.string().regex(/^[0-9a-f]{64}$/), reason }),
        z.strictObject({ of: z.literal('provider'), name: provider, reason }),
      ]),
    )
    .output(approvalView),
} as const;
