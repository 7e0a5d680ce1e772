import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompactEncrypt, importJWK } from 'jose';
import { Secret } from '#shared/bytes/secret.ts';
import { toHex, utf8 } from '#shared/bytes/bytes.ts';
import type { CardKeyReference } from '#shared/domain/dialogue.ts';
import { batchId, issuerId, type BatchId, type OrderId } from '#shared/domain/identifiers.ts';
import type { OrderRecord } from '#shared/domain/order-record.ts';
import { productSchema, type Product } from '#shared/domain/product.ts';
import { trainingOrder, type TrainingProduct } from '../../src-cms/training/orders.ts';
import { checkValue } from '../../src-cms/training/transport-cipher.ts';
import { openKeyPort } from '../keys/open-key-port.ts';
import type { EcPublicJwk, KeyPort } from '../keys/port.ts';
import type { PreparationOptions } from './prepare-card.ts';

const { signal } = new AbortController();
const northbank = issuerId.parse('northbank');

/** The issuer's transport key of these tests: what the training CMS would have sent. */
export const transportKey = (() => {
  const key = Buffer.alloc(32, 0x5a);
  return { name: 'dgi-transport/northbank/1', kcv: checkValue(key), key };
})();

/** A `node:crypto` key port in a folder of its own, with the station's keys, the published card keys and the transport key. */
export async function openTrainingKeys(
  keySet: CardKeyReference,
  protocol: 'scp02' | 'scp03' = 'scp03',
): Promise<KeyPort> {
  const folder = mkdtempSync(join(tmpdir(), 'preparation-keys-'));
  const pin = new Secret('0123456789abcdef0123456789abcdef');
  const logger = { info: () => undefined, warn: () => undefined };
  const keys = await openKeyPort({ kind: 'node-crypto', folder, pin }, { logger });
  await prepareTrainingKeys(keys, keySet, protocol);
  return {
    ...keys,
    close: async () => {
      await keys.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Puts into a key port what the training orders need: the station's keys, the published card keys, the transport key. */
export async function prepareTrainingKeys(
  keys: KeyPort,
  keySet: CardKeyReference,
  protocol: 'scp02' | 'scp03' = 'scp03',
): Promise<void> {
  await keys.prepareStation([northbank], 'test', signal);
  if ('name' in keySet) await keys.importTestCardKeys(keySet, protocol, signal);
  const recipient = await importJWK({ ...(await keys.publicKey('record-decryption', signal)) }, 'ECDH-ES+A256KW');
  const jwe = await new CompactEncrypt(transportKey.key)
    .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', typ: 'cardwright-transport-key' })
    .encrypt(recipient);
  const { name, kcv } = transportKey;
  await keys.importTransportKey({ name, issuer: northbank, environment: 'test', kcv, jwe }, signal);
}

/** An order as the training CMS makes it; the same serial gives the same order. */
export function sampleOrder(product: TrainingProduct, serial: number): OrderRecord {
  const source = { seed: 'preparation', serial, position: serial, today: new Date(Date.UTC(2026, 2, 2)) };
  return trainingOrder(product, source, transportKey);
}

/** A batch of orders as intake leaves it: enciphered by the CMS's way, opened and sealed by the key port. */
export interface SealedBatch extends Pick<PreparationOptions, 'records' | 'orderFacts' | 'releasedWith'> {
  readonly batch: BatchId;
  readonly orders: readonly OrderId[];
  /** Puts other bytes in a record's place. */
  damage(index: number, bytes: Uint8Array): void;
  bytes(index: number): Uint8Array;
  /** SHA-256 of a record as it was accepted. */
  digestAt(index: number): string;
}

export async function sealBatch(keys: KeyPort, name: string, orders: readonly OrderRecord[]): Promise<SealedBatch> {
  const batch = batchId.parse(name);
  const contentKey = randomBytes(32);
  const recipient = await importJWK({ ...(await keys.publicKey('record-decryption', signal)) }, 'ECDH-ES+A256KW');
  const wrapped = await new CompactEncrypt(new Uint8Array(1))
    .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM' })
    .setContentEncryptionKey(contentKey)
    .encrypt(recipient);
  const [header = '', encryptedKey = ''] = wrapped.split('.');
  const { epk } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { epk: EcPublicJwk };
  const intake = await keys.openIntake(batch, 'test', { encryptedKey, epk }, signal);
  const sent = await Promise.all(
    orders.map(async (order, index) => ({
      index,
      jwe: await new CompactEncrypt(utf8(JSON.stringify(order)))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', batch, index })
        .encrypt(contentKey),
    })),
  );
  const opened = await keys.openRecords(intake.handle, sent, signal);
  await keys.closeIntake(intake.handle, signal);
  const stored = opened.map((record) => {
    if (record.kind === 'refused') throw new Error(`record ${record.index} was refused: ${record.reason}`);
    return record.sealed.bytes;
  });
  const accepted = stored.map((bytes) => createHash('sha256').update(bytes).digest('hex'));
  const ids = orders.map(({ orderId }) => orderId);
  return {
    batch,
    orders: ids,
    records: {
      key: (asked) => (asked === batch ? intake.wrappedDataKey : null),
      read: (asked, index) => {
        const [order, bytes] = [ids[index], stored[index]];
        return asked !== batch || order === undefined || bytes === undefined ? null : { order, bytes };
      },
    },
    releasedWith: () => 'yes',
    orderFacts: (asked, order) => {
      const index = asked === batch ? ids.indexOf(order) : -1;
      const sealedDigest = accepted[index];
      return sealedDigest === undefined ? null : { index, sealedDigest };
    },
    damage: (index, bytes) => {
      stored[index] = bytes;
    },
    digestAt: (index) => accepted[index] ?? '',
    bytes: (index) => stored[index] ?? new Uint8Array(0),
  };
}

/** The digest of a product as the catalogue would name it; what matters here is that it goes into the plan. */
export function productDigestOf(product: Product): string {
  return toHex(
    createHash('sha256')
      .update(JSON.stringify(productSchema.parse(product)))
      .digest(),
  );
}
