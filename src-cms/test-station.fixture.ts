import 'reflect-metadata';
import {
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  sign,
  type KeyObject,
  type webcrypto,
} from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import type { ManifestClaims } from '#shared/contract/cms/manifest.ts';
import type { EnrolmentAnswer } from '#shared/contract/cms/enrolment.ts';
import type { WireEcPublicJwk } from '#shared/contract/cms/wire-text.ts';
import { checkpointBytes } from '#shared/journal-format/checkpoint.ts';
import { entryHash, genesisHash, payloadDigest, type JournalEntry } from '#shared/journal-format/entry.ts';
import type { LeaseTerms, OwnTerms } from './batches/lease-terms.ts';
import { openCms, type OpenCms } from './open-cms.ts';
import { PeopleFault } from './people/people-fault.ts';
import { ShiftedClock } from './platform/shifted-clock.ts';
import { systemSurroundings } from './platform/surroundings.ts';
import { serveCms, type ServingCms } from './serve-cms.ts';

/** A CMS of its own in a throw-away folder, on a clock that can be moved. */
export interface TestCms {
  readonly cms: OpenCms;
  readonly serving: ServingCms;
  readonly clock: ShiftedClock;
  readonly data: string;
  readonly notes: string[];
  close(): Promise<void>;
}

export async function startTestCms(terms?: LeaseTerms): Promise<TestCms> {
  const data = mkdtempSync(join(tmpdir(), 'cardwright-cms-'));
  const clock = new ShiftedClock(systemSurroundings);
  const cms = await openCms({
    data,
    environment: 'test',
    surroundings: clock,
    ...(terms === undefined ? {} : { terms }),
  });
  await cms.training?.seed();
  const notes: string[] = [];
  const serving = await serveCms(
    cms,
    { https: { host: '127.0.0.1', port: 0 }, control: { host: '127.0.0.1', port: 0 } },
    (text) => notes.push(text),
  );
  return {
    cms,
    serving,
    clock,
    data,
    notes,
    close: async () => {
      await serving.close();
      await cms.close();
      rmSync(data, { recursive: true });
    },
  };
}

/** Two people of the training CMS. */
export const twoPeople = {
  first: { person: 'clara', password: 'training-clara' },
  second: { person: 'conrad', password: 'training-conrad' },
} as const;

/** Has two people change what an issuer allows, unless it allows that already. */
export async function changeTerms(cms: OpenCms, issuer: string, to: OwnTerms): Promise<void> {
  const reason = 'other terms for a test';
  await cms.termChanges
    .change({ subject: { kind: 'issuer', issuer }, to, reason, ...twoPeople })
    .catch((fault: unknown) => {
      if (!(fault instanceof PeopleFault) || fault.code !== 'TERMS-SAME') throw fault;
    });
}

export interface TlsIdentity {
  readonly key: string;
  readonly cert: string;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  json(): unknown;
}

/** One HTTPS request. */
export function call(
  where: { readonly url: string; readonly ca: string; readonly identity: TlsIdentity | null },
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
    const outgoing = request(
      new URL(path, where.url),
      {
        method,
        ca: where.ca,
        agent: false,
        timeout: 60_000,
        ...where.identity,
        headers: { ...(text === null ? {} : { 'content-type': 'application/json' }), ...headers },
      },
      (incoming) => {
        const parts: Buffer[] = [];
        incoming.on('data', (part: Buffer) => parts.push(part));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const content = Buffer.concat(parts).toString('utf8');
          resolve({
            status: incoming.statusCode ?? 0,
            type: incoming.headers['content-type'] ?? '',
            text: content,
            json: () => JSON.parse(content) as unknown,
          });
        });
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('deadline')));
    outgoing.on('error', reject);
    outgoing.end(text ?? undefined);
  });
}

export function publicJwk(key: KeyObject): WireEcPublicJwk {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return { kty: 'EC', crv: 'P-256', x, y };
}

/** A TLS key with its certificate request. */
export async function makeCsr(
  curve: 'P-256' | 'P-384' = 'P-256',
): Promise<{ csr: string; keyPem: string; keys: webcrypto.CryptoKeyPair }> {
  const algorithm = { name: 'ECDSA', namedCurve: curve, hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({
    name: 'CN=whoever',
    keys,
    signingAlgorithm: algorithm,
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  const keyPem = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }).export({
    type: 'pkcs8',
    format: 'pem',
  });
  return { csr: csr.toString('pem'), keyPem: keyPem.toString(), keys };
}

/** A station as the wire sees it: keys, certificate and a journal of its own. */
export class TestStation {
  readonly id: string;
  readonly test: TestCms;
  readonly recordKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly signingKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  identity: TlsIdentity | null = null;
  enrolment: EnrolmentAnswer | null = null;
  #sequence = 0;
  #previous = genesisHash;

  constructor(test: TestCms, id: string) {
    this.test = test;
    this.id = id;
  }

  static async enrolled(test: TestCms, id: string): Promise<TestStation> {
    const station = new TestStation(test, id);
    const { code } = await test.cms.stations.issueCode(id, 'first');
    const answer = await station.enrol(code);
    if (answer.status !== 200) throw new Error(answer.text);
    return station;
  }

  async enrol(code: string): Promise<Answer> {
    const { csr, keyPem } = await makeCsr();
    const answer = await this.call('POST', '/v1/enrol', {
      code,
      station: this.id,
      csr,
      recordKey: publicJwk(this.recordKey.publicKey),
      signingKey: publicJwk(this.signingKey.publicKey),
    });
    if (answer.status === 200) {
      this.enrolment = answer.json() as EnrolmentAnswer;
      this.identity = { key: keyPem, cert: this.enrolment.certificate };
    }
    return answer;
  }

  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    const { serving, cms } = this.test;
    return call(
      { url: serving.url, ca: cms.authority.certificatePem, identity: this.identity },
      method,
      path,
      body,
      headers,
    );
  }

  /** Leases a batch and returns the lease's id. */
  async lease(batch: string): Promise<string> {
    const answer = await this.call('POST', `/v1/batches/${batch}/lease`, {});
    return (answer.json() as { lease: string }).lease;
  }

  /** The station's side of RFC 7518 §4.6, written out: agreement, Concat KDF, AES key unwrap. */
  unwrap({ contentKey }: Pick<ManifestClaims, 'contentKey'>): Buffer {
    const shared = diffieHellman({
      privateKey: this.recordKey.privateKey,
      publicKey: createPublicKey({ key: { ...contentKey.epk }, format: 'jwk' }),
    });
    const sized = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
    const info = [
      Buffer.from('00000001', 'hex'),
      shared,
      sized(Buffer.from('ECDH-ES+A256KW')),
      sized(Buffer.from(contentKey.apu, 'base64url')),
      sized(Buffer.from(contentKey.apv, 'base64url')),
      Buffer.from('00000100', 'hex'),
    ];
    const key = createHash('sha256').update(Buffer.concat(info)).digest();
    const decipher = createDecipheriv('id-aes256-wrap', key, Buffer.alloc(8, 0xa6));
    return Buffer.concat([decipher.update(Buffer.from(contentKey.encryptedKey, 'base64url')), decipher.final()]);
  }

  /** The next entry of this station's journal. */
  entry(
    kind: string,
    subjects: Readonly<Record<string, string>> = {},
    payload: unknown = {},
    issuer: string | null = null,
  ): JournalEntry {
    const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest();
    const salt = '00112233445566778899aabbccddeeff';
    this.#sequence += 1;
    const header = {
      format: 1,
      hash: 'SHA-256',
      station: this.id,
      sequence: this.#sequence,
      time: new Date().toISOString(),
      actor: { kind: 'station' },
      kind,
      issuer,
      subjects,
      previous: this.#previous,
      payloadDigest: payloadDigest(salt, payload, sha256),
    } as const;
    this.#previous = entryHash(header, sha256);
    return { header, entryHash: this.#previous, salt, payload };
  }

  /** A checkpoint of the chain so far, signed by `key`. */
  checkpoint(key: KeyObject = this.signingKey.privateKey): JournalEntry {
    const head = { sequence: this.#sequence, entryHash: this.#previous };
    const signature = sign('sha256', checkpointBytes(this.id, head), { key, dsaEncoding: 'ieee-p1363' });
    return this.entry('journal.checkpoint', {}, { ...head, signature: signature.toString('base64url') });
  }
}
