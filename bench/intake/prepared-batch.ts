import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createWriteStream, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { CompactEncrypt, importJWK } from 'jose';
import type { CmsBatch } from '#shared/contract/cms/batches.ts';
import { lease as leaseSchema } from '#shared/contract/cms/lease.ts';
import { manifestClaims } from '#shared/contract/cms/manifest.ts';
import type { RecordLine } from '#shared/contract/cms/records.ts';
import type { WireEcPublicJwk } from '#shared/contract/cms/wire-text.ts';
import { issuerId } from '#shared/domain/identifiers.ts';
import { wrapContentKey } from '../../src-cms/sealing/content-key.ts';
import { recordDigest, sealRecord } from '../../src-cms/sealing/record-sealer.ts';
import { SigningKey } from '../../src-cms/signing/signing-key.ts';
import { emvOrder } from '../../src-cms/training/orders.ts';
import { checkValue } from '../../src-cms/training/transport-cipher.ts';
import type { BatchSource } from '../../src-main/intake/batch-source.ts';

/** What the making of a batch leaves in its folder besides the records. */
interface Prepared {
  readonly manifest: string;
  readonly listed: CmsBatch;
  readonly lease: string;
  readonly signer: { readonly kid: string; readonly jwk: WireEcPublicJwk };
  readonly contentKey: string;
  readonly transportKey: { readonly name: string; readonly kcv: string; readonly jwe: string };
  /** Where each record's text begins in the file; one more for the end. */
  readonly offsets: readonly number[];
}

const station = 'bench-01';
const lease = 'l-bench';
const batch = 'bench-batch';

/** Makes a batch of EMV orders for a station's record key, as the reference CMS would send it, into files of a folder. */
export async function makeBatch(folder: string, count: number, recordKey: WireEcPublicJwk): Promise<void> {
  const signing = new SigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  const key = { contentKey: randomBytes(32), nonceField: randomBytes(4) };
  const transport = randomBytes(32);
  const transportKey = { name: 'dgi-transport/northbank/1', kcv: checkValue(transport), key: transport };
  const file = createWriteStream(join(folder, 'records'));
  const recordDigests: string[] = [];
  const offsets = [0];
  let length = 0;
  const today = new Date();
  for (let index = 0; index < count; index++) {
    const order = emvOrder({ seed: 'bench', serial: index, position: index, today }, transportKey);
    const jwe = sealRecord(key, batch, index, Buffer.from(JSON.stringify(order)));
    recordDigests.push(recordDigest(jwe));
    length += jwe.length;
    offsets.push(length);
    if (!file.write(jwe)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
  const about = { issuer: 'northbank', product: 'emv-debit@1', count, environment: 'test' } as const;
  const schedule = { due: today.toISOString().slice(0, 10), priority: 'normal' } as const;
  const claims = manifestClaims.parse({
    version: 1,
    batch,
    ...about,
    ...schedule,
    recordDigests,
    audience: { station, lease },
    contentKey: wrapContentKey(key.contentKey, recordKey, { apu: batch, apv: `${station}/${lease}` }),
    issuedAt: today.toISOString(),
  });
  const jwe = await new CompactEncrypt(transport)
    .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', typ: 'cardwright-transport-key' })
    .setKeyManagementParameters({ apu: Buffer.from(station), apv: Buffer.from(transportKey.name) })
    .encrypt(await importJWK({ ...recordKey }, 'ECDH-ES+A256KW'));
  const prepared = {
    manifest: signing.signBytes('cardwright-manifest+jwt', Buffer.from(JSON.stringify(claims))).toString('ascii'),
    listed: { id: batch, ...about, ...schedule, state: 'available', holder: 'nobody', createdAt: today.toISOString() },
    lease,
    signer: signing.published,
    contentKey: key.contentKey.toString('hex'),
    transportKey: { name: transportKey.name, kcv: transportKey.kcv, jwe },
    offsets,
  };
  writeFileSync(join(folder, 'prepared.json'), JSON.stringify(prepared));
}

/** A prepared batch as intake sees it: read from its files, chunk by chunk, so that the maker's work is not in the figure. */
export class PreparedBatch implements BatchSource {
  readonly station = station;
  readonly #prepared: Prepared;
  readonly #file: number;

  constructor(folder: string) {
    this.#prepared = JSON.parse(readFileSync(join(folder, 'prepared.json'), 'utf8')) as Prepared;
    this.#file = openSync(join(folder, 'records'), 'r');
  }

  get id(): CmsBatch['id'] {
    return this.#prepared.listed.id;
  }

  get transportKey() {
    return { ...this.#prepared.transportKey, issuer: issuerId.parse('northbank'), environment: 'test' as const };
  }

  get contentKey(): Buffer {
    return Buffer.from(this.#prepared.contentKey, 'hex');
  }

  batches = (): Promise<readonly CmsBatch[]> => Promise.resolve([this.#prepared.listed]);
  manifest = (): Promise<string> => Promise.resolve(this.#prepared.manifest);
  returnLease = (): Promise<void> => Promise.resolve();
  issuers = () => [{ id: 'northbank' }];
  signingKey = (kid: string): WireEcPublicJwk | null =>
    kid === this.#prepared.signer.kid ? this.#prepared.signer.jwk : null;

  takeLease = async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    return leaseSchema.parse({ lease, batch, station, expiresAt, heartbeatSeconds: 300, granted: false });
  };

  records = (
    _batch: string,
    _lease: string,
    range: { readonly from: number; readonly count: number },
  ): Promise<readonly RecordLine[]> => Promise.resolve(this.read(range.from, range.count));

  /** Records from an index on, as texts. */
  read(from: number, count: number): readonly RecordLine[] {
    const { offsets } = this.#prepared;
    const bounds = offsets.slice(from, from + count + 1);
    const [start = 0] = bounds;
    const bytes = Buffer.allocUnsafe((bounds.at(-1) ?? start) - start);
    readSync(this.#file, bytes, 0, bytes.length, start);
    return bounds.slice(0, -1).map((offset, at) => ({
      index: from + at,
      jwe: bytes.toString('latin1', offset - start, (bounds[at + 1] ?? 0) - start),
    }));
  }
}
