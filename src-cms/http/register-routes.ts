import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { CmsErrorCode } from '#shared/contract/cms/errors.ts';
import {
  cmsRoutes,
  jwsMediaType,
  ndjsonMediaType,
  type CmsAnswerOf,
  type CmsRoute,
  type CmsRouteName,
} from '#shared/contract/cms/routes.ts';
import type { BatchDelivery, Consignment } from '../batches/batch-delivery.ts';
import type { BatchRegister } from '../batches/batch-register.ts';
import type { GrantDesk } from '../batches/grant-desk.ts';
import type { LeaseDesk } from '../batches/lease-desk.ts';
import type { EventLedger } from '../events/event-ledger.ts';
import type { Surroundings } from '../platform/surroundings.ts';
import type { Reconciliation } from '../reconciliation/reconciliation.ts';
import type { SchemeAuthority } from '../scheme/scheme-authority.ts';
import type { StationRegistry } from '../stations/station-registry.ts';
import type { BatchRow, StationRow } from '../store/tables.ts';
import type { AttemptLimit } from './attempt-limit.ts';
import { CmsFault } from './cms-fault.ts';
import { callingStation, type CmsHttp } from './cms-server.ts';

/** What the routes call. */
export interface CmsServices {
  readonly stations: StationRegistry;
  readonly register: BatchRegister;
  readonly desk: LeaseDesk;
  readonly grants: GrantDesk;
  readonly reconciliation: Reconciliation;
  readonly ledger: EventLedger;
  readonly enrolmentLimit: AttemptLimit;
  readonly surroundings: Surroundings;
  readonly version: string;
  /** Null in live: a scheme certifies its members' keys itself. */
  readonly scheme: SchemeAuthority | null;
  /** How this batch is delivered: honestly, unless training has spoilt it. */
  deliveryOf(batch: BatchRow): BatchDelivery;
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, code: CmsErrorCode): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new CmsFault(code);
  return parsed.data;
}

const path = z.object({ batch: z.string().optional(), lease: z.string().optional() });

function parameter(request: FastifyRequest, name: 'batch' | 'lease'): string {
  const value = path.parse(request.params)[name];
  if (value === undefined) throw new CmsFault('ROUTE-UNKNOWN');
  return value;
}

/** A signal that is aborted when the caller goes away. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    controller.abort();
  });
  return controller.signal;
}

async function* asNdjson(lines: AsyncIterable<unknown>): AsyncGenerator<string> {
  let text = '';
  for await (const line of lines) {
    text += `${JSON.stringify(line)}\n`;
    if (text.length > 256 * 1024) {
      yield text;
      text = '';
    }
  }
  if (text !== '') yield text;
}

/** Adds every route of the contract's table to the server; each answer is of the table's form. */
export function registerRoutes(http: CmsHttp, services: CmsServices): void {
  const { stations, register, desk, grants, reconciliation, ledger } = services;

  const add = (name: CmsRouteName, handler: Handler) => {
    const route: CmsRoute = cmsRoutes[name];
    http.route({
      method: route.method,
      url: route.path,
      bodyLimit: route.bodyLimit,
      config: { caller: route.caller, whenLost: route.whenLost ?? 'refused' },
      handler,
    });
  };
  const addJson = <Name extends CmsRouteName>(
    name: Name,
    handler: (request: FastifyRequest) => Promise<CmsAnswerOf<Name>>,
  ) => {
    add(name, async (request) => handler(request));
  };

  const consign = async (request: FastifyRequest, leaseName: string): Promise<Consignment> => {
    const station: StationRow = callingStation(request);
    const batch = await register.find(parameter(request, 'batch'));
    const lease = await desk.require(leaseName, station);
    if (lease.batch !== batch.id) throw new CmsFault('LEASE-UNKNOWN');
    return { batch, lease, key: desk.recordKey(lease) };
  };

  addJson('enrol', async (request) => {
    services.enrolmentLimit.count();
    return stations.enrol(parse(cmsRoutes.enrol.body, request.body, 'BODY-INVALID'));
  });
  addJson('batches', async (request) => {
    await desk.endExpired();
    return register.listFor(callingStation(request).id);
  });
  addJson('takeLease', async (request) => {
    parse(cmsRoutes.takeLease.body, request.body, 'BODY-INVALID');
    const [batch, station] = [parameter(request, 'batch'), callingStation(request)];
    await reconciliation.requireLeasing(batch, station);
    return desk.take(batch, station);
  });
  addJson('heartbeat', async (request) => {
    parse(cmsRoutes.heartbeat.body, request.body, 'BODY-INVALID');
    return desk.heartbeat(parameter(request, 'lease'), callingStation(request));
  });
  addJson('releaseLease', async (request) => desk.release(parameter(request, 'lease'), callingStation(request)));
  addJson('grant', async (request) => {
    const { releaseDigest } = parse(cmsRoutes.grant.body, request.body, 'BODY-INVALID');
    const station = callingStation(request);
    await reconciliation.requireReported(station);
    const lease = await desk.require(parameter(request, 'lease'), station);
    return grants.grant(lease.id, await register.find(lease.batch), releaseDigest);
  });
  addJson('sendEvents', async (request) =>
    ledger.take(callingStation(request), parse(cmsRoutes.sendEvents.body, request.body, 'BODY-INVALID')),
  );
  addJson('eventsHead', async (request) => {
    const account = parse(cmsRoutes.eventsHead.query, request.query, 'QUERY-INVALID');
    const station = callingStation(request);
    const head = await ledger.head(station);
    await reconciliation.hear(station, account, head);
    return head;
  });
  add('eventsEntries', (request, reply) => {
    const query = parse(cmsRoutes.eventsEntries.query, request.query, 'QUERY-INVALID');
    const lines = ledger.copy(callingStation(request), query);
    return Promise.resolve(reply.type(ndjsonMediaType).send(Readable.from(asNdjson(lines))));
  });
  addJson('batchState', async (request) => {
    await desk.endExpired();
    const state = await register.stateOf(parameter(request, 'batch'));
    return (await reconciliation.isOpen()) === 'yes' ? { ...state, reconciling: 'yes' as const } : state;
  });
  const schemeOf = (): SchemeAuthority => {
    if (services.scheme === null) throw new CmsFault('ROUTE-UNKNOWN');
    return services.scheme;
  };
  addJson('schemeAuthority', async () => schemeOf().publicKey());
  addJson('certifyIssuerKey', async (request) => {
    const asked = parse(cmsRoutes.certifyIssuerKey.body, request.body, 'BODY-INVALID');
    return schemeOf().certify(callingStation(request).id, asked);
  });
  addJson('time', () => Promise.resolve({ time: services.surroundings.now().toISOString() }));
  addJson('health', () => Promise.resolve({ state: 'ready', version: services.version }));

  add('manifest', async (request, reply) => {
    const query = parse(cmsRoutes.manifest.query, request.query, 'QUERY-INVALID');
    const consignment = await consign(request, query.lease);
    const text = await services.deliveryOf(consignment.batch).manifest(consignment, goneSignal(reply));
    return reply.type(jwsMediaType).send(text);
  });
  add('records', async (request, reply) => {
    const query = parse(cmsRoutes.records.query, request.query, 'QUERY-INVALID');
    const consignment = await consign(request, query.lease);
    const lines = services
      .deliveryOf(consignment.batch)
      .records(consignment, query.from, query.from + query.count, goneSignal(reply));
    return reply.type(ndjsonMediaType).send(Readable.from(asNdjson(lines)));
  });
}
