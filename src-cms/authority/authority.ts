import 'reflect-metadata';
import { createHash, createPrivateKey, createPublicKey, X509Certificate, type webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { DataFolder } from '../platform/data-folder.ts';
import type { Surroundings } from '../platform/surroundings.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayInMilliseconds = 86_400_000;
const files = {
  authority: 'authority.pem',
  authorityKey: 'authority-key.pem',
  server: 'server.pem',
  serverKey: 'server-key.pem',
};
const serverAuth = '1.3.6.1.5.5.7.3.1';
const clientAuth = '1.3.6.1.5.5.7.3.2';

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

/** Imports a PKCS#8 PEM for signing certificates. */
async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return crypto.subtle.importKey('pkcs8', new Uint8Array(der), algorithm, false, ['sign']);
}

/** A certificate made for a station. */
export interface StationCertificate {
  readonly pem: string;
  /** SHA-256 of the certificate's DER, as `node:tls` gives it. */
  readonly fingerprint: string;
  readonly serial: string;
}

/** The CMS's own certificate authority: it certifies its server and its stations and nobody else. */
export class Authority {
  readonly certificatePem: string;
  readonly serverPem: string;
  readonly serverKeyPem: string;
  readonly #certificate: x509.X509Certificate;
  readonly #key: webcrypto.CryptoKey;
  readonly #surroundings: Surroundings;

  private constructor(
    parts: { authority: string; server: string; serverKey: string },
    key: webcrypto.CryptoKey,
    surroundings: Surroundings,
  ) {
    this.certificatePem = parts.authority;
    this.serverPem = parts.server;
    this.serverKeyPem = parts.serverKey;
    this.#certificate = new x509.X509Certificate(parts.authority);
    this.#key = key;
    this.#surroundings = surroundings;
  }

  /** SHA-256 of the authority certificate, hexadecimal: a person carries it with the enrolment code. */
  get fingerprint(): string {
    return createHash('sha256').update(new X509Certificate(this.certificatePem).raw).digest('hex');
  }

  /** Reads the authority and its server certificate from the data folder; makes what is missing, and a new server certificate in good time. */
  static async open(folder: DataFolder, surroundings: Surroundings, environment: 'test' | 'live'): Promise<Authority> {
    let authorityPem = folder.read(files.authority)?.toString('ascii') ?? null;
    const storedKey = folder.read(files.authorityKey)?.toString('ascii') ?? null;
    let key: webcrypto.CryptoKey;
    if (authorityPem === null || storedKey === null) {
      const made = await makeAuthority(surroundings, environment);
      folder.write(files.authorityKey, made.keyPem);
      folder.write(files.authority, made.pem);
      authorityPem = made.pem;
      key = await importKey(made.keyPem);
    } else {
      key = await importKey(storedKey);
    }
    let server = folder.read(files.server)?.toString('ascii') ?? null;
    let serverKey = folder.read(files.serverKey)?.toString('ascii') ?? null;
    if (server === null || serverKey === null || endsSoon(server, surroundings)) {
      const made = await makeServer(new x509.X509Certificate(authorityPem), key, surroundings);
      folder.write(files.serverKey, made.keyPem);
      folder.write(files.server, made.pem);
      server = made.pem;
      serverKey = made.keyPem;
    }
    return new Authority({ authority: authorityPem, server, serverKey }, key, surroundings);
  }

  /**
   * Certifies a station's TLS key from its PKCS#10 request: client authentication only, subject and alternative name set here.
   *
   * Returns null when the request is malformed, not on P-256, or not signed by its own key.
   */
  async certifyStation(csrPem: string, station: string): Promise<StationCertificate | null> {
    const publicKey = await readRequest(csrPem);
    if (publicKey === null) return null;
    const serial = this.#surroundings.randomBytes(15).toString('hex');
    const now = this.#surroundings.now().getTime();
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: `01${serial}`,
      subject: [{ CN: [station] }, { OU: ['station'] }],
      issuer: this.#certificate.subject,
      notBefore: new Date(now - 5 * 60_000),
      notAfter: new Date(now + 397 * dayInMilliseconds),
      publicKey,
      signingKey: this.#key,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([clientAuth], true),
        await x509.AuthorityKeyIdentifierExtension.create(this.#certificate),
      ],
    });
    const pem = certificate.toString('pem');
    return { pem, fingerprint: new X509Certificate(pem).fingerprint256, serial: `01${serial}` };
  }
}

async function readRequest(csrPem: string): Promise<x509.PublicKey | null> {
  try {
    const request = new x509.Pkcs10CertificateRequest(csrPem);
    const key = createPublicKey({ key: Buffer.from(request.publicKey.rawData), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return null;
    return (await request.verify()) ? request.publicKey : null;
  } catch {
    return null;
  }
}

async function makeAuthority(surroundings: Surroundings, environment: 'test' | 'live') {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const now = surroundings.now().getTime();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: `01${surroundings.randomBytes(15).toString('hex')}`,
    name: [{ CN: ['Cardwright reference CMS authority'] }, { OU: [environment] }],
    notBefore: new Date(now - 5 * 60_000),
    notAfter: new Date(now + 3650 * dayInMilliseconds),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { pem: certificate.toString('pem'), keyPem: await exportKey(keys.privateKey) };
}

async function makeServer(authority: x509.X509Certificate, key: webcrypto.CryptoKey, surroundings: Surroundings) {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const now = surroundings.now().getTime();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: `01${surroundings.randomBytes(15).toString('hex')}`,
    subject: [{ CN: ['Cardwright reference CMS'] }],
    issuer: authority.subject,
    notBefore: new Date(now - 5 * 60_000),
    notAfter: new Date(now + 397 * dayInMilliseconds),
    publicKey: keys.publicKey,
    signingKey: key,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([serverAuth], true),
      new x509.SubjectAlternativeNameExtension([
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
        { type: 'dns', value: 'localhost' },
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(authority),
    ],
  });
  return { pem: certificate.toString('pem'), keyPem: await exportKey(keys.privateKey) };
}

function endsSoon(pem: string, surroundings: Surroundings): boolean {
  const left = new X509Certificate(pem).validToDate.getTime() - surroundings.now().getTime();
  return left < 30 * dayInMilliseconds;
}
