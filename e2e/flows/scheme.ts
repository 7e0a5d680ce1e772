import { constants, createHash, generateKeyPairSync, privateEncrypt } from 'node:crypto';

const sha1 = (...parts: readonly Buffer[]): Buffer => createHash('sha1').update(Buffer.concat(parts)).digest();

/** A scheme of the test's own: its public key as schemes publish them, and certificates written from the clause. */
export class Scheme {
  readonly rid = 'F043575249';
  readonly index = 'E2';
  readonly until = '2035-12';
  readonly #pair = generateKeyPairSync('rsa', { modulusLength: 1984, publicExponent: 3 });

  get modulus(): string {
    return Buffer.from(this.#pair.publicKey.export({ format: 'jwk' }).n ?? '', 'base64url')
      .toString('hex')
      .toUpperCase();
  }

  /** SHA-1 over RID, index, modulus and exponent. EMV 4.4 Book 2 §11.2.2. */
  get hash(): string {
    return sha1(Buffer.from(`${this.rid}${this.index}${this.modulus}03`, 'hex'))
      .toString('hex')
      .toUpperCase();
  }

  /**
   * The certificate (tag 90) of the key in a request, for the issuer identifier and month that it asks for. The key is to be short enough
   * that nothing of it remains. EMV 4.4 Book 2 §5.1 table 2, Annex A2.1.
   */
  certify(request: string): string {
    const asked = Buffer.from(request, 'hex');
    const length = asked[16] ?? 0;
    const modulus = asked.subarray(18, 18 + length);
    const exponent = Buffer.of(3);
    const size = this.modulus.length / 2;
    const padding = Buffer.alloc(size - 36 - length, 0xbb);
    const serial = Buffer.from('0E2E01', 'hex');
    const data = Buffer.concat([
      Buffer.of(2),
      asked.subarray(2, 8),
      serial,
      Buffer.of(1, 1, length, 1),
      modulus,
      padding,
    ]);
    const block = Buffer.concat([Buffer.of(0x6a), data, sha1(data, exponent), Buffer.of(0xbc)]);
    return privateEncrypt({ key: this.#pair.privateKey, padding: constants.RSA_NO_PADDING }, block)
      .toString('hex')
      .toUpperCase();
  }
}
