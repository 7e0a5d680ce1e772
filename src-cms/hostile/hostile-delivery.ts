import { createHash, generateKeyPairSync } from 'node:crypto';
import { manifestClaims, type ManifestClaims } from '#shared/contract/cms/manifest.ts';
import type { RecordLine } from '#shared/contract/cms/records.ts';
import { writeClaims, type BatchDelivery, type Consignment } from '../batches/batch-delivery.ts';
import { wrapContentKey } from '../sealing/content-key.ts';
import { recordDigest, sealRecord, sealRecordWithHeader, type RecordKey } from '../sealing/record-sealer.ts';
import { SigningKey } from '../signing/signing-key.ts';
import type { OrderStore } from '../store/order-store.ts';
import type { HostileKind } from './hostile-kind.ts';

/** Delivers a batch as a broken or hostile CMS would, in one named way; all else is as it should be. Training only. */
export class HostileDelivery implements BatchDelivery {
  readonly #kind: HostileKind;
  readonly #honest: BatchDelivery;
  readonly #orders: OrderStore;
  readonly #signingKey: SigningKey;

  constructor(kind: HostileKind, honest: BatchDelivery, orders: OrderStore, signingKey: SigningKey) {
    this.#kind = kind;
    this.#honest = honest;
    this.#orders = orders;
    this.#signingKey = signingKey;
  }

  async manifest(consignment: Consignment, signal: AbortSignal): Promise<Buffer> {
    return Buffer.from(await this.#spoiltManifest(consignment, signal), 'utf8');
  }

  async #spoiltManifest(consignment: Consignment, signal: AbortSignal): Promise<string> {
    const text = await writeClaims(this.#orders, consignment, signal);
    const claims = manifestClaims.parse(JSON.parse(text.toString('utf8')));
    const good = () => this.#sign(claims);
    switch (this.#kind) {
      case 'unsigned': {
        const header = Buffer.from('{"alg":"none","typ":"cardwright-manifest+jwt"}').toString('base64url');
        return `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`;
      }
      case 'foreign-signature': {
        const foreign = new SigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
        return foreign.signText(this.#header(), JSON.stringify(claims));
      }
      case 'altered-manifest': {
        const [header, , signature] = good().split('.');
        const altered = { ...claims, due: '2099-12-31' };
        return `${header ?? ''}.${Buffer.from(JSON.stringify(altered)).toString('base64url')}.${signature ?? ''}`;
      }
      case 'header-not-allowed':
        return this.#signingKey.signText(
          { ...this.#header(), jwk: this.#signingKey.published.jwk },
          JSON.stringify(claims),
        );
      case 'truncated-manifest': {
        const whole = good();
        return whole.slice(0, Math.floor(whole.length / 2));
      }
      case 'garbage-manifest':
        return 'no manifest, but \u0000\u0001 bytes of something else';
      case 'wrong-content-key': {
        const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
          format: 'jwk',
        });
        const parties = { apu: claims.batch, apv: `${claims.audience.station}/${claims.audience.lease}` };
        const contentKey = wrapContentKey(consignment.key.contentKey, { kty: 'EC', crv: 'P-256', x, y }, parties);
        return this.#sign({ ...claims, contentKey });
      }
      case 'wrong-encryption':
      case 'record-header-not-allowed': {
        const first = await this.#firstRecord(consignment, signal);
        const recordDigests = [recordDigest(first), ...claims.recordDigests.slice(1)];
        return this.#sign({ ...claims, recordDigests });
      }
      case 'wrong-audience':
        return this.#sign({ ...claims, audience: { station: 'another-station', lease: 'another-lease' } });
      case 'future-version':
        return this.#sign({ ...claims, version: 2 });
      case 'wrong-product-version':
        return this.#sign({ ...claims, product: `${claims.product.split('@')[0] ?? ''}@99` });
      case 'live-environment':
        return this.#sign({ ...claims, environment: 'live' });
      case 'wrong-count':
        return this.#sign({ ...claims, count: claims.count + 1 });
      case 'another-batch':
        return this.#sign({ ...claims, batch: 'another-batch' });
      case 'truncated-records':
      case 'reordered-records':
      case 'over-many-records':
      case 'over-long-record':
      case 'digest-differs':
        return good();
    }
  }

  async *records(consignment: Consignment, from: number, to: number, signal: AbortSignal): AsyncGenerator<RecordLine> {
    const { batch } = consignment;
    const honest = this.#honest.records(consignment, from, to, signal);
    const cut = Math.max(1, Math.floor(batch.count * 0.6));
    let last: RecordLine | null = null;
    for await (const line of honest) {
      if (this.#kind === 'truncated-records' && line.index >= cut) return;
      if (this.#kind === 'reordered-records' && line.index < 2 && batch.count > 1) {
        yield { index: line.index, jwe: await this.#sealOne(consignment, 1 - line.index, signal) };
      } else if (this.#kind === 'over-long-record' && line.index === 0) {
        yield { index: 0, jwe: `${line.jwe}${'A'.repeat(256 * 1024)}` };
      } else if (
        line.index === 0 &&
        (this.#kind === 'wrong-encryption' || this.#kind === 'record-header-not-allowed')
      ) {
        yield { index: 0, jwe: await this.#firstRecord(consignment, signal) };
      } else if (this.#kind === 'digest-differs' && line.index === 0) {
        // Another nonce gives another text of the same order: authentic, but not what was listed.
        const key = { ...consignment.key, nonceField: Buffer.from('ffffffff', 'hex') };
        yield { index: 0, jwe: await this.#sealOne({ ...consignment, key }, 0, signal) };
      } else {
        yield line;
      }
      last = line;
    }
    if (this.#kind === 'over-many-records' && to >= batch.count && last !== null) {
      yield { index: batch.count, jwe: last.jwe };
    }
  }

  #header() {
    return { alg: 'ES256', typ: 'cardwright-manifest+jwt', kid: this.#signingKey.published.kid };
  }

  #sign(
    claims: Omit<ManifestClaims, 'version' | 'audience' | 'product' | 'batch'> & Readonly<Record<string, unknown>>,
  ): string {
    return this.#signingKey.signText(this.#header(), JSON.stringify(claims));
  }

  async #sealOne(consignment: Consignment, index: number, signal: AbortSignal): Promise<string> {
    const { batch, key } = consignment;
    return sealRecord(key, batch.id, index, await this.#plaintext(batch.id, index, signal));
  }

  async #firstRecord({ batch, key }: Consignment, signal: AbortSignal): Promise<string> {
    const plaintext = await this.#plaintext(batch.id, 0, signal);
    const header = { alg: 'dir', enc: 'A256GCM', typ: 'cardwright-record', batch: batch.id, index: 0 };
    if (this.#kind === 'record-header-not-allowed') {
      return sealRecordWithHeader(key, { ...header, zip: 'DEF' }, 0, plaintext);
    }
    const other: RecordKey = { ...key, contentKey: createHash('sha256').update(key.contentKey).digest() };
    return sealRecordWithHeader(other, header, 0, plaintext);
  }

  async #plaintext(batch: string, index: number, signal: AbortSignal): Promise<Uint8Array> {
    for await (const { record } of this.#orders.open(batch, index, index + 1, signal)) return record;
    throw new RangeError(`batch ${batch} has no record ${index}`);
  }
}
