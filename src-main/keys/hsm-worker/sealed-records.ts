import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { BatchId } from '#shared/domain/identifiers.ts';
import type { SealedRecord } from '../port.ts';
import { viewBytes } from './view-bytes.ts';

/** What the seal vouches for beside the bytes: this batch, this record. */
function associated(batch: BatchId, index: number): Buffer {
  return Buffer.from(`cardwright/sealed/1\0${batch}\0${index}`, 'utf8');
}

// Drawn for many records at once: one draw costs as much as half a record. Nonces are no secret.
const nonces = Buffer.alloc(12 * 256);
let nonceAt = nonces.length;

function nextNonce(): Buffer {
  if (nonceAt === nonces.length) {
    randomFillSync(nonces);
    nonceAt = 0;
  }
  nonceAt += 12;
  return nonces.subarray(nonceAt - 12, nonceAt);
}

/** Seals one record under the batch's data key: nonce (12, random) | ciphertext | tag (16), AES-256-GCM. */
export function sealRecord(dataKey: KeyObject, batch: BatchId, index: number, clear: Uint8Array): SealedRecord {
  const bytes = Buffer.allocUnsafeSlow(12 + clear.length + 16);
  const nonce = nextNonce();
  bytes.set(nonce);
  const cipher = createCipheriv('aes-256-gcm', dataKey, nonce);
  cipher.setAAD(associated(batch, index));
  bytes.set(cipher.update(clear), 12);
  cipher.final();
  bytes.set(cipher.getAuthTag(), 12 + clear.length);
  return { index, bytes: viewBytes(bytes) };
}

/** Opens one sealed record; KEYS-SEALED-RECORD when it is altered or of another batch or index. */
export function openSealedRecord(dataKey: KeyObject, batch: BatchId, record: SealedRecord): Uint8Array {
  const { index, bytes } = record;
  if (bytes.length < 28) throw new StationFault('KEYS-SEALED-RECORD', { batch, index });
  const decipher = createDecipheriv('aes-256-gcm', dataKey, bytes.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(associated(batch, index));
  decipher.setAuthTag(bytes.subarray(bytes.length - 16));
  const clear = decipher.update(bytes.subarray(12, bytes.length - 16));
  try {
    decipher.final();
    return viewBytes(clear);
  } catch (cause) {
    clear.fill(0);
    throw new StationFault('KEYS-SEALED-RECORD', { batch, index }, cause);
  }
}
