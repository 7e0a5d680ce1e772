import { Agent, request, type Dispatcher } from 'undici';
import type { CmsErrorCode } from '#shared/contract/cms/errors.ts';
import { cmsError } from '#shared/contract/cms/errors.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { readJson } from '../platform/compact-jws.ts';

/** Who the CMS is, and who we are to it. All PEM. */
export interface CmsIdentity {
  /** The CMS's own authority: nothing else is believed. */
  readonly authority: string;
  /** Our own name: what is meant for another station is refused. Absent at enrolment, where the answer is checked whole. */
  readonly station?: string;
  /** Absent at enrolment only. */
  readonly client?: { readonly certificate: string; readonly key: string };
}

/** One call on the wire. */
export interface CmsCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With leading slash, query included. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
  /** Media type that an answer of 200 must have. */
  readonly type: string;
  /** Most bytes of the answer. */
  readonly limit: number;
  /** Milliseconds for the whole call. */
  readonly deadline: number;
  /** Whether a connection lost before the answer began is tried once more: every call but the enrolment is harmless when repeated. */
  readonly whenLost: 'try-again' | 'give-up';
}

const errorLimit = 16_384;

const faultOfCode: Readonly<Partial<Record<CmsErrorCode, string>>> = {
  'LEASE-HELD': 'CMS-LEASE-HELD',
  'LEASE-EXPIRED': 'CMS-LEASE-LOST',
  'ORDERS-RETURNED': 'CMS-ORDERS-RETURNED',
  'LEASE-UNKNOWN': 'CMS-LEASE-LOST',
  'LEASE-GRANTED': 'CMS-LEASE-GRANTED',
  'BATCH-UNKNOWN': 'CMS-BATCH-NOT-AVAILABLE',
  'BATCH-NOT-AVAILABLE': 'CMS-BATCH-NOT-AVAILABLE',
  'GRANT-DIFFERS': 'CMS-GRANT-DIFFERS',
  'EVENT-CHANGED': 'CMS-JOURNAL-REFUSED',
  'CHAIN-BROKEN': 'CMS-JOURNAL-REFUSED',
  'CHECKPOINT-INVALID': 'CMS-JOURNAL-REFUSED',
  'PASS-INVALID': 'CMS-JOURNAL-REFUSED',
  'CERTIFICATE-MISSING': 'CMS-CERTIFICATE-REFUSED',
  'CERTIFICATE-UNKNOWN': 'CMS-CERTIFICATE-REFUSED',
  'STATION-REVOKED': 'CMS-STATION-REVOKED',
  'STATION-LOST': 'CMS-STATION-LOST',
  'CODE-UNKNOWN': 'CMS-CODE-UNKNOWN',
  'STATION-ENROLLED': 'CMS-STATION-ENROLLED',
  'TOO-MANY-REQUESTS': 'CMS-BUSY',
  RECONCILING: 'CMS-RECONCILING',
  'CMS-FAULT': 'CMS-FAILED',
};

/** Seconds of a `Retry-After` header (RFC 9110 §10.2.3), given as seconds or as a date; 0 without one. */
function retryAfter(header: string | string[] | undefined): number {
  const text = typeof header === 'string' ? header.trim() : '';
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const until = Date.parse(text);
  return Number.isNaN(until) ? 0 : Math.max(0, Math.ceil((until - Date.now()) / 1_000));
}

/** The fault that an answer other than 200 is: a refusal of the contract by its code, else a failure by its status. */
function refusal(answer: Dispatcher.ResponseData, body: Buffer): StationFault {
  const { statusCode: status } = answer;
  if (status < 400) return new StationFault('CMS-ANSWER-FORM', { what: `status ${status}` });
  const parsed = cmsError.safeParse(readJson(body));
  const wait = { retryAfter: retryAfter(answer.headers['retry-after']) };
  if (!parsed.success) return new StationFault(status === 429 ? 'CMS-BUSY' : 'CMS-FAILED', { status, ...wait });
  const { code, text, next } = parsed.data;
  return new StationFault(faultOfCode[code] ?? 'CMS-REFUSED', { code, text, next, status, ...wait });
}

/** Words of OpenSSL and Node for a server that is not the one that our authority certified. */
const certificateTrouble = /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|SSL|TLS/;

/** Words of Node's and undici's parsers for an answer that is not HTTP as agreed. */
const noHttp = /^(?:HPE_|UND_ERR_(?:HEADERS_OVERFLOW|RES_CONTENT_LENGTH_MISMATCH|RESPONSE))/;

function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'unknown';
  const { code } = thrown as { code?: unknown };
  if (typeof code === 'string') return code;
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return codeOf(thrown.errors[0]);
  return thrown.cause === undefined ? thrown.name : codeOf(thrown.cause);
}

/** HTTPS to one CMS: TLS 1.3, its authority only, our certificate; every answer bounded in time and length. */
export class CmsTransport {
  readonly #url: string;
  readonly #agent: Agent;

  constructor(url: string, identity: CmsIdentity) {
    this.#url = url;
    this.#agent = new Agent({
      connections: 4,
      pipelining: 1,
      keepAliveTimeout: 20_000,
      allowH2: false,
      connect: {
        ca: identity.authority,
        minVersion: 'TLSv1.3',
        timeout: 10_000,
        ...(identity.client === undefined ? {} : { cert: identity.client.certificate, key: identity.client.key }),
      },
    });
  }

  /**
   * Calls and gives the body of an answer of 200 with the wanted type.
   *
   * CMS-UNREACHABLE, CMS-CERTIFICATE, CMS-DEADLINE, CMS-FAILED, CMS-ANSWER-FORM, CMS-ANSWER-TOO-LONG, and a fault for each refusal of the
   * contract; aborts with the signal's reason.
   */
  async call(call: CmsCall, signal: AbortSignal): Promise<Buffer> {
    try {
      return await this.#once(call, signal);
    } catch (thrown) {
      const lost = thrown instanceof StationFault && thrown.details['reason'] === 'connection lost';
      if (call.whenLost === 'give-up' || !lost) throw thrown;
      return this.#once(call, signal);
    }
  }

  async #once(call: CmsCall, signal: AbortSignal): Promise<Buffer> {
    signal.throwIfAborted();
    const deadline = AbortSignal.timeout(call.deadline);
    let beganAnswer = false;
    try {
      const answer = await request(`${this.#url}${call.path}`, {
        dispatcher: this.#agent,
        method: call.method,
        headersTimeout: call.deadline,
        bodyTimeout: call.deadline,
        signal: AbortSignal.any([signal, deadline]),
        ...(call.body === undefined ? {} : { body: call.body, headers: { 'content-type': 'application/json' } }),
      });
      beganAnswer = true;
      const body = await readBody(answer, answer.statusCode === 200 ? call.limit : errorLimit, call.path);
      if (answer.statusCode !== 200) throw refusal(answer, body);
      const type = String(answer.headers['content-type'] ?? '');
      if (type.split(';')[0]?.trim().toLowerCase() !== call.type) {
        throw new StationFault('CMS-ANSWER-FORM', { what: 'another type of content' });
      }
      return body;
    } catch (thrown) {
      if (thrown instanceof StationFault) throw thrown;
      if (signal.aborted) throw signal.reason;
      const code = codeOf(thrown);
      if (deadline.aborted || /TIMEOUT/.test(code)) {
        throw new StationFault('CMS-DEADLINE', { seconds: Math.ceil(call.deadline / 1000) }, thrown);
      }
      if (noHttp.test(code)) throw new StationFault('CMS-ANSWER-FORM', { what: `not HTTP (${code})` }, thrown);
      if (certificateTrouble.test(code)) throw new StationFault('CMS-CERTIFICATE', { reason: code }, thrown);
      const broken = code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
      const reason = broken ? (beganAnswer ? 'answer broken off' : 'connection lost') : code;
      throw new StationFault('CMS-UNREACHABLE', { reason }, thrown);
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

async function readBody(answer: Dispatcher.ResponseData, limit: number, path: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of answer.body) {
    const bytes = part as Buffer;
    length += bytes.length;
    if (length > limit) {
      answer.body.destroy();
      throw new StationFault('CMS-ANSWER-TOO-LONG', { limit, what: path.split('?')[0] ?? path });
    }
    parts.push(bytes);
  }
  return Buffer.concat(parts, length);
}
