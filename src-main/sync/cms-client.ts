import type { z } from 'zod';
import type { BatchStateView, CmsBatch } from '#shared/contract/cms/batches.ts';
import type { EnrolmentAnswer, EnrolmentRequest } from '#shared/contract/cms/enrolment.ts';
import type { EventsAnswer, EventsHead } from '#shared/contract/cms/events.ts';
import { maximumCopyLength, wireEntry } from '#shared/contract/cms/events.ts';
import type { Lease, LeaseReleased } from '#shared/contract/cms/lease.ts';
import { maximumManifestLength } from '#shared/contract/cms/manifest.ts';
import type { RecordLine } from '#shared/contract/cms/records.ts';
import { maximumRecordLength, recordLine } from '#shared/contract/cms/records.ts';
import type { IssuerKeyCertificate, IssuerKeyRequest, SchemeAuthorityAnswer } from '#shared/contract/cms/scheme.ts';
import { cmsRoutes, jwsMediaType, ndjsonMediaType } from '#shared/contract/cms/routes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { JournalEntry } from '#shared/journal-format/entry.ts';
import { readJson } from '../platform/compact-jws.ts';
import { CmsTransport, type CmsIdentity } from './cms-transport.ts';

/** How long calls may take, in milliseconds. */
export interface CmsDeadlines {
  readonly usual: number;
  /** The manifest of a large batch is made when it is asked for. */
  readonly manifest: number;
  readonly records: number;
  readonly events: number;
}

export const usualDeadlines: CmsDeadlines = { usual: 15_000, manifest: 180_000, records: 60_000, events: 30_000 };

type JsonRoute = {
  [Name in keyof typeof cmsRoutes]: (typeof cmsRoutes)[Name]['answer']['form'] extends 'json' ? Name : never;
}[keyof typeof cmsRoutes];

const usualLimit = 64 * 1024;
/** Ten thousand batches, or 64 transport keys. */
const largeLimit = 8 * 1024 * 1024;
/** What stands about a record in its line. */
const lineOverhead = 64;

/** The CMS as the station calls it: each method is one call of the contract, and nothing comes back that does not keep the contract. */
export class CmsClient {
  readonly #transport: CmsTransport;
  readonly #station: string | undefined;
  readonly #deadlines: CmsDeadlines;
  readonly #answered: () => void;

  /** `answered` is called after each answer that keeps the contract. */
  constructor(
    url: string,
    identity: CmsIdentity,
    deadlines: CmsDeadlines = usualDeadlines,
    answered: () => void = () => undefined,
  ) {
    this.#transport = new CmsTransport(url, identity);
    this.#station = identity.station;
    this.#deadlines = deadlines;
    this.#answered = answered;
  }

  enrol(body: EnrolmentRequest, signal: AbortSignal): Promise<EnrolmentAnswer> {
    return this.#json('enrol', {}, { body: JSON.stringify(body), limit: largeLimit, whenLost: 'give-up' }, signal);
  }

  async batches(signal: AbortSignal): Promise<readonly CmsBatch[]> {
    return (await this.#json('batches', {}, { limit: largeLimit }, signal)).batches;
  }

  async takeLease(batch: string, signal: AbortSignal): Promise<Lease> {
    const lease = await this.#json('takeLease', { batch }, { body: '{}' }, signal);
    if (lease.batch !== batch) throw new StationFault('CMS-ANSWER-FORM', { what: 'a lease of another batch' });
    return this.#ours(lease);
  }

  async heartbeat(lease: string, signal: AbortSignal): Promise<Lease> {
    const renewed = await this.#json('heartbeat', { lease }, { body: '{}' }, signal);
    if (renewed.lease !== lease) throw new StationFault('CMS-ANSWER-FORM', { what: 'another lease' });
    return this.#ours(renewed);
  }

  async releaseLease(lease: string, signal: AbortSignal): Promise<LeaseReleased> {
    const released = await this.#json('releaseLease', { lease }, {}, signal);
    if (released.lease !== lease) throw new StationFault('CMS-ANSWER-FORM', { what: 'another lease' });
    return released;
  }

  /** Refuses what is meant for another station. */
  #ours(lease: Lease): Lease {
    if (this.#station === undefined || lease.station === this.#station) return lease;
    throw new StationFault('CMS-ANSWER-FORM', { what: 'a lease of another station' });
  }

  /** The manifest as text, at most as long as a manifest may be; what it is, intake judges. */
  async manifest(batch: string, lease: string, signal: AbortSignal): Promise<string> {
    const path = `/v1/batches/${encodeURIComponent(batch)}/manifest?lease=${encodeURIComponent(lease)}`;
    const limits = { limit: maximumManifestLength, deadline: this.#deadlines.manifest };
    const body = await this.#transport.call(
      { method: 'GET', path, type: jwsMediaType, whenLost: 'try-again', ...limits },
      signal,
    );
    return body.toString('latin1');
  }

  /** Records from an index on, as many as came (at most one over `count` is looked at). CMS-RECORD-TOO-LONG names the first over-long one. */
  async records(
    batch: string,
    lease: string,
    range: { readonly from: number; readonly count: number },
    signal: AbortSignal,
  ): Promise<readonly RecordLine[]> {
    const query = new URLSearchParams({ lease, from: String(range.from), count: String(range.count) });
    const path = `/v1/batches/${encodeURIComponent(batch)}/records?${query.toString()}`;
    const limit = (range.count + 1) * (maximumRecordLength + lineOverhead);
    const deadline = this.#deadlines.records;
    const body = await this.#transport.call(
      { method: 'GET', path, type: ndjsonMediaType, limit, deadline, whenLost: 'try-again' },
      signal,
    );
    return readLines(body, range.count + 1, range.from);
  }

  async grant(lease: string, releaseDigest: string, signal: AbortSignal): Promise<string> {
    return (await this.#json('grant', { lease }, { body: JSON.stringify({ releaseDigest }) }, signal)).grant;
  }

  /** Sends journal entries, each as its JSON text. */
  sendEvents(entries: readonly string[], signal: AbortSignal): Promise<EventsAnswer> {
    const body = `{"entries":[${entries.join(',')}]}`;
    return this.#json('sendEvents', {}, { body, deadline: this.#deadlines.events }, signal);
  }

  /** How far the CMS holds our journal; tells it what it once acknowledged and up to where we have something for it. */
  eventsHead(
    ours: { readonly acknowledged: number; readonly news?: number },
    signal: AbortSignal,
  ): Promise<EventsHead> {
    const news = ours.news === undefined ? '' : `&news=${ours.news}`;
    const query = `?acknowledged=${ours.acknowledged}${news}`;
    return this.#json('eventsHead', {}, { query, deadline: this.#deadlines.events }, signal);
  }

  /** Own entries as the CMS holds them, from a sequence on; fewer than asked where they are long, none after the last. */
  async entries(
    range: { readonly from: number; readonly count: number },
    signal: AbortSignal,
  ): Promise<readonly JournalEntry[]> {
    const query = new URLSearchParams({ from: String(range.from), count: String(range.count) });
    const path = `${cmsRoutes.eventsEntries.path}?${query.toString()}`;
    const limits = { limit: maximumCopyLength, deadline: this.#deadlines.events };
    const body = await this.#transport.call(
      { method: 'GET', path, type: ndjsonMediaType, whenLost: 'try-again', ...limits },
      signal,
    );
    const lines = body.toString('utf8').split('\n').slice(0, -1);
    return lines.map((line) => {
      const entry = wireEntry.safeParse(readJson(Buffer.from(line, 'utf8')));
      if (!entry.success) throw new StationFault('CMS-ANSWER-FORM', { what: 'a journal entry' });
      return { ...entry.data, payload: entry.data.payload ?? null };
    });
  }

  /** Where a batch stands at the CMS. */
  batchState(batch: string, signal: AbortSignal): Promise<BatchStateView> {
    return this.#json('batchState', { batch }, {}, signal);
  }

  /** Training only: the public key of the scheme's test authority. */
  schemeAuthority(signal: AbortSignal): Promise<SchemeAuthorityAnswer> {
    return this.#json('schemeAuthority', {}, {}, signal);
  }

  /** Training only: a certificate for an issuer key. What it is, the station's own checks judge. */
  certifyIssuerKey(asked: IssuerKeyRequest, signal: AbortSignal): Promise<IssuerKeyCertificate> {
    return this.#json('certifyIssuerKey', {}, { body: JSON.stringify(asked) }, signal);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async #json<Name extends JsonRoute>(
    name: Name,
    parts: Readonly<Record<string, string>>,
    more: {
      readonly query?: string;
      readonly body?: string;
      readonly limit?: number;
      readonly deadline?: number;
      readonly whenLost?: 'try-again' | 'give-up';
    },
    signal: AbortSignal,
  ): Promise<z.infer<(typeof cmsRoutes)[Name]['answer']['schema']>> {
    const { method, path: pattern, answer } = cmsRoutes[name];
    const { query = '' } = more;
    const path = `${pattern.replace(/:(\w+)/g, (_, part: string) => encodeURIComponent(parts[part] ?? ''))}${query}`;
    const { limit = usualLimit, deadline = this.#deadlines.usual, whenLost = 'try-again', body } = more;
    const bytes = await this.#transport.call(
      { method, path, type: 'application/json', limit, deadline, whenLost, ...(body === undefined ? {} : { body }) },
      signal,
    );
    const parsed = answer.schema.safeParse(readJson(bytes));
    if (parsed.success) {
      this.#answered();
      return parsed.data as z.infer<(typeof cmsRoutes)[Name]['answer']['schema']>;
    }
    const where = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
    throw new StationFault('CMS-ANSWER-FORM', { what: where === '' ? name : `${name}: ${where}` }, parsed.error);
  }
}

/** Splits NDJSON into record lines; lines beyond `most` are not looked at. */
function readLines(body: Buffer, most: number, from: number): readonly RecordLine[] {
  const lines: RecordLine[] = [];
  for (let at = 0; at < body.length && lines.length < most;) {
    const end = body.indexOf(0x0a, at);
    const next = end === -1 ? body.length : end;
    const index = from + lines.length;
    if (next - at > maximumRecordLength + lineOverhead) {
      throw new StationFault('CMS-RECORD-TOO-LONG', { index, limit: maximumRecordLength });
    }
    const line = recordLine.safeParse(readJson(body.subarray(at, next)));
    if (!line.success) throw new StationFault('CMS-ANSWER-FORM', { what: `record line ${index}` });
    lines.push(line.data);
    at = next + 1;
  }
  return lines;
}
