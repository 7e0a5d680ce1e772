import { z } from 'zod';

/** Codes that the CMS answers with, each with its HTTP status. */
export const cmsErrorStatus = {
  'REQUEST-INVALID': 400,
  'BODY-INVALID': 400,
  'QUERY-INVALID': 400,
  'CODE-UNKNOWN': 403,
  'CERTIFICATE-MISSING': 401,
  'CERTIFICATE-UNKNOWN': 403,
  'STATION-REVOKED': 403,
  'STATION-LOST': 403,
  'ROUTE-UNKNOWN': 404,
  'BATCH-UNKNOWN': 404,
  'LEASE-UNKNOWN': 404,
  'ISSUER-UNKNOWN': 404,
  'METHOD-WRONG': 405,
  'LEASE-HELD': 409,
  'LEASE-GRANTED': 409,
  'BATCH-NOT-AVAILABLE': 409,
  'GRANT-DIFFERS': 409,
  'EVENT-CHANGED': 409,
  'STATION-ENROLLED': 409,
  'LEASE-EXPIRED': 410,
  'ORDERS-RETURNED': 410,
  'BODY-TOO-LONG': 413,
  'CONTENT-TYPE-WRONG': 415,
  'CHAIN-BROKEN': 422,
  'CHECKPOINT-INVALID': 422,
  'PASS-INVALID': 422,
  'KEY-INVALID': 422,
  'ISSUER-REQUEST-INVALID': 422,
  'TOO-MANY-REQUESTS': 429,
  RECONCILING: 503,
  'CMS-FAULT': 500,
} as const satisfies Record<string, number>;

export const cmsErrorCode = z.enum(Object.keys(cmsErrorStatus) as [CmsErrorCode, ...CmsErrorCode[]]);
export type CmsErrorCode = keyof typeof cmsErrorStatus;

/** Body of every answer that is not 200: the code, what happened and what to do now, in plain words. */
export const cmsError = z.strictObject({ code: cmsErrorCode, text: z.string().max(400), next: z.string().max(400) });
export type CmsError = z.infer<typeof cmsError>;
