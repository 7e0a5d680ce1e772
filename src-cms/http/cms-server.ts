import type { X509Certificate } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { cmsRoutes, type CmsRoute } from '#shared/contract/cms/routes.ts';
import type { Authority } from '../authority/authority.ts';
import type { Reconciliation } from '../reconciliation/reconciliation.ts';
import type { StationRegistry } from '../stations/station-registry.ts';
import type { StationRow } from '../store/tables.ts';
import { CmsFault } from './cms-fault.ts';
import type { TrainingWeather } from './training-weather.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The station whose certificate this connection bears; null on the one route open to anyone. */
    station: StationRow | null;
  }
}

/** A fastify instance over TLS. */
export type CmsHttp = FastifyInstance;

const jsonType = 'application/json; charset=utf-8';
/** Headers that say one thing: whoever sends two of them means that two readers shall understand different requests. */
const singleHeaders: ReadonlySet<string> = new Set(['host', 'content-type', 'content-length', 'transfer-encoding']);

function refuseDoubled(headers: readonly string[]): void {
  const seen = new Set<string>();
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at]?.toLowerCase() ?? '';
    if (seen.has(name)) throw new CmsFault('REQUEST-INVALID');
    if (singleHeaders.has(name)) seen.add(name);
  }
}

/** Which of our answers belongs to a fault of fastify itself. */
function faultOf(error: FastifyError): CmsFault {
  if (error instanceof CmsFault) return error;
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new CmsFault('BODY-TOO-LONG');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new CmsFault('CONTENT-TYPE-WRONG');
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new CmsFault('BODY-INVALID');
    default:
      return error.statusCode === 400 ? new CmsFault('BODY-INVALID') : new CmsFault('CMS-FAULT');
  }
}

/** The client certificate, signed by our authority; faults say which of the two is missing. */
function certificateOf(request: FastifyRequest): X509Certificate {
  const { socket } = request.raw;
  if (!(socket instanceof TLSSocket)) throw new CmsFault('CERTIFICATE-MISSING');
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) throw new CmsFault('CERTIFICATE-MISSING');
  if (!socket.authorized) throw new CmsFault('CERTIFICATE-UNKNOWN');
  return certificate;
}

/** The station that a certificate was given to. One of ours that nobody knows belongs to a station that a restored CMS has forgotten. */
async function identify(
  request: FastifyRequest,
  { stations, reconciliation }: { readonly stations: StationRegistry; readonly reconciliation: Reconciliation },
): Promise<StationRow> {
  const certificate = certificateOf(request);
  try {
    return await stations.identify(certificate.fingerprint256);
  } catch (thrown) {
    if (thrown instanceof CmsFault && thrown.code === 'CERTIFICATE-UNKNOWN') {
      await reconciliation.expect(/^CN=(.+)$/m.exec(certificate.subject)?.[1] ?? '');
    }
    throw thrown;
  }
}

/** The calling station; a route that needs one never runs without it. */
export function callingStation(request: FastifyRequest): StationRow {
  if (request.station === null) throw new CmsFault('CERTIFICATE-MISSING');
  return request.station;
}

/** Writes refusals as the contract's error body: never a stack, never what was inside. */
async function answerFault(
  error: FastifyError,
  reply: FastifyReply,
  note: (text: string) => void,
): Promise<FastifyReply> {
  const fault = faultOf(error);
  if (fault.code === 'CMS-FAULT') note(error.stack ?? error.message);
  if (fault.code === 'TOO-MANY-REQUESTS' || fault.code === 'RECONCILING') void reply.header('retry-after', '60');
  return reply.code(fault.status).type(jsonType).send(fault.body);
}

/** What could not even be read as a request is refused in the same form, and the connection ends. */
function refuseRaw(_error: Error, socket: Duplex): void {
  if (!socket.writable) return void socket.destroy();
  const fault = new CmsFault('REQUEST-INVALID');
  const body = Buffer.from(JSON.stringify(fault.body), 'utf8');
  socket.end(
    `HTTP/1.1 ${fault.status} Bad Request\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body.toString('utf8')}`,
  );
}

async function pass(milliseconds: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}

/** Misbehaves as training has asked; says whether the request is thereby answered. */
async function misbehave(weather: TrainingWeather, reply: FastifyReply): Promise<'answered' | 'go on'> {
  const now = weather.take();
  switch (now.kind) {
    case 'normal':
      return 'go on';
    case 'slow':
      await pass(now.milliseconds);
      return 'go on';
    case 'garbage':
      await reply.code(200).type('application/json').send(Buffer.from('7b220001fffe3c68746d6c3e2c2c2c5b', 'hex'));
      return 'answered';
    case 'error-500':
      await reply.code(500).type('text/html').send('<html><body>Internal Server Error</body></html>');
      return 'answered';
    case 'hang-up':
      reply.hijack();
      reply.raw.socket?.destroy();
      return 'answered';
    case 'never':
      reply.hijack();
      return 'answered';
  }
}

/**
 * Makes the HTTPS server: TLS 1.3, a client certificate is asked for, and every route but `enrol` refuses whoever has none of ours.
 *
 * `note` hears of inner faults (the operator's log); nothing of them is answered.
 */
export function makeCmsServer(parts: {
  readonly authority: Authority;
  readonly stations: StationRegistry;
  readonly reconciliation: Reconciliation;
  readonly weather: TrainingWeather;
  readonly note: (text: string) => void;
}): CmsHttp {
  const { authority, weather } = parts;
  const http: CmsHttp = Fastify({
    https: {
      key: authority.serverKeyPem,
      cert: authority.serverPem,
      ca: authority.certificatePem,
      minVersion: 'TLSv1.3',
      requestCert: true,
      // Refused in words by the hook below, so that a station learns what is wrong with its certificate.
      rejectUnauthorized: false,
    },
    bodyLimit: 1_024,
    requestTimeout: 30_000,
    keepAliveTimeout: 60_000,
    routerOptions: { maxParamLength: 128 },
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    clientErrorHandler: refuseRaw,
    // Such as a path that is no UTF-8.
    frameworkErrors: (_error, _request, reply) => {
      const fault = new CmsFault('ROUTE-UNKNOWN');
      reply.raw.writeHead(fault.status, { 'content-type': jsonType }).end(JSON.stringify(fault.body));
      reply.hijack();
    },
    logger: false,
  });
  http.decorateRequest('station', null);
  http.removeContentTypeParser('text/plain');
  http.addHook('onRequest', async (request, reply) => {
    void reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    if ((await misbehave(weather, reply)) === 'answered') return reply;
    refuseDoubled(request.raw.rawHeaders);
    const route = request.routeOptions.config as {
      readonly caller?: CmsRoute['caller'];
      readonly whenLost?: 'answered' | 'refused';
    };
    if (route.caller !== 'anyone') request.station = await identify(request, parts);
    if (request.station !== null && request.station.lost_at !== null && route.whenLost !== 'answered')
      throw new CmsFault('STATION-LOST');
    return undefined;
  });
  http.setErrorHandler(async (error: FastifyError, _request, reply) => answerFault(error, reply, parts.note));
  http.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const known = Object.values(cmsRoutes).some((route) => matches(route.path, path));
    const fault = new CmsFault(known ? 'METHOD-WRONG' : 'ROUTE-UNKNOWN');
    return reply.code(fault.status).send(fault.body);
  });
  return http;
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return wanted.length === given.length && wanted.every((part, at) => part.startsWith(':') || part === given[at]);
}
