import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { CmsSigningKey } from '#shared/contract/cms/enrolment.ts';
import type { DataFolder } from '../platform/data-folder.ts';

const keyFile = 'signing-key.pem';

/** The key by which the CMS signs manifests and grants: ES256, EC P-256 (RFC 7518 §3.4). */
export class SigningKey {
  readonly #privateKey: KeyObject;
  readonly published: CmsSigningKey;

  constructor(privateKey: KeyObject) {
    this.#privateKey = privateKey;
    const { x, y } = createPublicKey(privateKey).export({ format: 'jwk' });
    if (x === undefined || y === undefined) throw new TypeError('signing key is not on P-256');
    // RFC 7638 §3: required members only, in order of their names, no blanks.
    const kid = createHash('sha256').update(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`).digest('base64url');
    this.published = { kid, jwk: { kty: 'EC', crv: 'P-256', x, y } };
  }

  /** Reads the key of the data folder or makes it at first start. */
  static open(folder: DataFolder): SigningKey {
    const stored = folder.read(keyFile);
    if (stored !== null) return new SigningKey(createPrivateKey(stored));
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    folder.write(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    return new SigningKey(privateKey);
  }

  /** Signs claims as JWS compact with the one header form that the contract allows for this type. RFC 7515 §7.1. */
  signClaims(typ: 'cardwright-grant+jwt', claims: unknown): string {
    return this.signText({ alg: 'ES256', typ, kid: this.published.kid }, JSON.stringify(claims));
  }

  /** As `signClaims`, for a payload of megabytes: the compact form is built and signed in one buffer, without strings of its length beside it. */
  signBytes(typ: 'cardwright-manifest+jwt', payload: Buffer): Buffer {
    const header = { alg: 'ES256', typ, kid: this.published.kid };
    const start = `${Buffer.from(JSON.stringify(header), 'utf8').toString('base64url')}.`;
    const inputLength = start.length + Math.ceil((payload.length * 4) / 3);
    const signatureLength = 86;
    const compact = Buffer.allocUnsafe(inputLength + 1 + signatureLength);
    let at = compact.write(start, 0, 'ascii');
    // Pieces of whole three-byte groups join without padding between them.
    const piece = 3 * 65_536;
    for (let from = 0; from < payload.length; from += piece) {
      at += compact.write(payload.toString('base64url', from, from + piece), at, 'ascii');
    }
    const signature = sign('sha256', compact.subarray(0, inputLength), {
      key: this.#privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    compact.write(`.${signature.toString('base64url')}`, at, 'ascii');
    return compact;
  }

  /** Signs any header and payload text; the hostile variants use it to make what no honest CMS sends. */
  signText(header: Readonly<Record<string, unknown>>, payload: string): string {
    const encodedHeader = Buffer.from(JSON.stringify(header), 'utf8').toString('base64url');
    const input = `${encodedHeader}.${Buffer.from(payload, 'utf8').toString('base64url')}`;
    const signature = sign('sha256', Buffer.from(input, 'ascii'), {
      key: this.#privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    return `${input}.${signature.toString('base64url')}`;
  }
}
