import { z } from 'zod';
import { batchList, batchStateView } from './batches.ts';
import { enrolmentAnswer, enrolmentRequest } from './enrolment.ts';
import { entriesQuery, eventsAnswer, eventsHead, eventsHeadQuery, eventsRequest, wireEntry } from './events.ts';
import { grantAnswer, grantRequest } from './grant.ts';
import { lease, leaseReleased, leaseRequest } from './lease.ts';
import { recordLine, recordsQuery } from './records.ts';
import { issuerKeyCertificate, issuerKeyRequest, schemeAuthority } from './scheme.ts';
import { instant } from './wire-text.ts';

/** How an answer's body is written: one JSON value, NDJSON lines, or the bare compact JWS. */
export type CmsAnswer =
  | { readonly form: 'json'; readonly schema: z.ZodType }
  | { readonly form: 'ndjson'; readonly line: z.ZodType }
  | { readonly form: 'jws' };

/** One call of the CMS: method, path with `:name` parts, who may call, what goes in and what comes out. */
export interface CmsRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly caller: 'anyone' | 'station';
  /** Whether a station that was declared lost may still call it: its journal is evidence. */
  readonly whenLost?: 'answered';
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Most bytes of a request body. */
  readonly bodyLimit: number;
  readonly answer: CmsAnswer;
}

const json = <Schema extends z.ZodType>(schema: Schema) => ({ form: 'json', schema }) as const;
const noBody = 1_024;

/** Media type of the manifest's answer. */
export const jwsMediaType = 'application/jose';
/** Media type of the records' answer. */
export const ndjsonMediaType = 'application/x-ndjson';

/** Every call that a station can make. `enrol` is the only one that works without a client certificate. */
export const cmsRoutes = {
  enrol: {
    method: 'POST',
    path: '/v1/enrol',
    caller: 'anyone',
    body: enrolmentRequest,
    bodyLimit: 32 * 1024,
    answer: json(enrolmentAnswer),
  },
  batches: { method: 'GET', path: '/v1/batches', caller: 'station', bodyLimit: noBody, answer: json(batchList) },
  takeLease: {
    method: 'POST',
    path: '/v1/batches/:batch/lease',
    caller: 'station',
    body: leaseRequest,
    bodyLimit: noBody,
    answer: json(lease),
  },
  heartbeat: {
    method: 'POST',
    path: '/v1/leases/:lease/heartbeat',
    caller: 'station',
    body: leaseRequest,
    bodyLimit: noBody,
    answer: json(lease),
  },
  releaseLease: {
    method: 'DELETE',
    path: '/v1/leases/:lease',
    caller: 'station',
    bodyLimit: noBody,
    answer: json(leaseReleased),
  },
  manifest: {
    method: 'GET',
    path: '/v1/batches/:batch/manifest',
    caller: 'station',
    query: z.strictObject({ lease: z.string().max(64) }),
    bodyLimit: noBody,
    answer: { form: 'jws' },
  },
  records: {
    method: 'GET',
    path: '/v1/batches/:batch/records',
    caller: 'station',
    query: recordsQuery,
    bodyLimit: noBody,
    answer: { form: 'ndjson', line: recordLine },
  },
  batchState: {
    method: 'GET',
    path: '/v1/batches/:batch/state',
    caller: 'station',
    bodyLimit: noBody,
    answer: json(batchStateView),
  },
  grant: {
    method: 'POST',
    path: '/v1/leases/:lease/grant',
    caller: 'station',
    body: grantRequest,
    bodyLimit: 4 * 1024,
    answer: json(grantAnswer),
  },
  sendEvents: {
    method: 'POST',
    path: '/v1/events',
    caller: 'station',
    whenLost: 'answered',
    body: eventsRequest,
    bodyLimit: 16 * 1024 * 1024,
    answer: json(eventsAnswer),
  },
  eventsHead: {
    method: 'GET',
    path: '/v1/events',
    caller: 'station',
    whenLost: 'answered',
    query: eventsHeadQuery,
    bodyLimit: noBody,
    answer: json(eventsHead),
  },
  /** As held, in sequence, salt and payload null where they were withheld; fewer than asked where they are many bytes, none after the last. */
  eventsEntries: {
    method: 'GET',
    path: '/v1/events/entries',
    caller: 'station',
    whenLost: 'answered',
    query: entriesQuery,
    bodyLimit: noBody,
    answer: { form: 'ndjson', line: wireEntry },
  },
  /** Training only, as `certifyIssuerKey`: the CMS plays the scheme. */
  schemeAuthority: {
    method: 'GET',
    path: '/v1/scheme/authority',
    caller: 'station',
    bodyLimit: noBody,
    answer: json(schemeAuthority),
  },
  certifyIssuerKey: {
    method: 'POST',
    path: '/v1/scheme/issuer-certificates',
    caller: 'station',
    body: issuerKeyRequest,
    bodyLimit: 4 * 1024,
    answer: json(issuerKeyCertificate),
  },
  time: {
    method: 'GET',
    path: '/v1/time',
    caller: 'station',
    whenLost: 'answered',
    bodyLimit: noBody,
    answer: json(z.strictObject({ time: instant })),
  },
  health: {
    method: 'GET',
    path: '/v1/health',
    caller: 'station',
    whenLost: 'answered',
    bodyLimit: noBody,
    answer: json(z.strictObject({ state: z.literal('ready'), version: z.string().max(40) })),
  },
} as const satisfies Record<string, CmsRoute>;

export type CmsRouteName = keyof typeof cmsRoutes;

/** What a route answers, parsed; NDJSON routes give one line's type, JWS routes the compact text. */
export type CmsAnswerOf<Name extends CmsRouteName> = (typeof cmsRoutes)[Name]['answer'] extends {
  readonly schema: infer Schema extends z.ZodType;
}
  ? z.infer<Schema>
  : (typeof cmsRoutes)[Name]['answer'] extends { readonly line: infer Line extends z.ZodType }
    ? z.infer<Line>
    : string;
