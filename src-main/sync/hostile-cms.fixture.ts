import 'reflect-metadata';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import * as x509 from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A server certificate: for 127.0.0.1 unless another name is given, and until tomorrow unless it has run out. */
export async function makeCertificate(
  more: { readonly host?: string; readonly notAfter?: Date } = {},
): Promise<{ readonly key: string; readonly certificate: string }> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const { host, notAfter = new Date(Date.now() + 86_400_000) } = more;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=hostile',
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 172_800_000),
    notAfter,
    extensions: [
      new x509.SubjectAlternativeNameExtension([
        host === undefined ? { type: 'ip', value: '127.0.0.1' } : { type: 'dns', value: host },
      ]),
    ],
  });
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { key, certificate: certificate.toString('pem') };
}

/** How one request is answered. */
export type HostileAnswer = (answer: ServerResponse, request: IncomingMessage) => void;

/** A server that holds the right certificate and answers whatever a test wants. */
export class HostileCms {
  readonly authority: string;
  answer: HostileAnswer = (answer) => void answer.writeHead(500).end();
  /** Requests so far. */
  requests = 0;
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  private constructor(pair: { readonly key: string; readonly certificate: string }) {
    this.authority = pair.certificate;
    this.#server = createServer({ key: pair.key, cert: pair.certificate }, (request, answer) => {
      this.requests += 1;
      request.resume();
      answer.on('error', () => undefined);
      this.answer(answer, request);
    });
    this.#server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.on('close', () => this.#open.delete(socket));
    });
  }

  static async start(pair?: { readonly key: string; readonly certificate: string }): Promise<HostileCms> {
    const cms = new HostileCms(pair ?? (await makeCertificate()));
    await new Promise<void>((resolve) => void cms.#server.listen(0, '127.0.0.1', resolve));
    return cms;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async end(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Answers 200 with a JSON value. */
export function json(value: unknown): HostileAnswer {
  return (answer) => void answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** Answers a status with a body of a type. */
export function raw(
  status: number,
  type: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): HostileAnswer {
  return (answer) => void answer.writeHead(status, { 'content-type': type, ...headers }).end(body);
}
