import { randomBytes, randomUUID } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BatchId, Environment } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { ContentKeyHandle, KeyIdentity, OpenedRecord, SealedRecord } from '../port.ts';
import { openContent, parseCompactJwe, recordHeader } from './compact-jwe.ts';
import type { DestroyedKeys } from './destroyed-keys.ts';
import type { AgreedKey } from './key-agreement.ts';
import { recoverContentKey } from './key-agreement.ts';
import type { KeyProvider } from './key-provider.ts';
import { takeKey } from './take-key.ts';
import { openSealedRecord, sealRecord } from './sealed-records.ts';
import type { StationActs } from './station-acts.ts';
import { viewBytes } from './view-bytes.ts';

interface Intake {
  readonly batch: BatchId;
  readonly contentKey: KeyObject;
  readonly dataKey: KeyObject;
}

/** Records handled before other calls (a card in a machine) get their turn: about 1 ms. */
const turn = 64;
/** Longest record that is looked at: 256 KiB of JWE text. */
const longestRecord = 262_144;

function wrappingName(batch: BatchId): string {
  return `batch-wrapping/${batch}`;
}

/** Taking a batch in, opening its sealed records later, and destroying its key. */
export class IntakeActs {
  readonly #provider: KeyProvider;
  readonly #station: StationActs;
  readonly #destroyed: DestroyedKeys;
  readonly #intakes = new Map<ContentKeyHandle, Intake>();

  constructor(provider: KeyProvider, station: StationActs, destroyed: DestroyedKeys) {
    this.#provider = provider;
    this.#station = station;
    this.#destroyed = destroyed;
  }

  openIntake(
    batch: BatchId,
    environment: Environment,
    sent: AgreedKey,
  ): { readonly handle: ContentKeyHandle; readonly wrappingKey: KeyIdentity; readonly wrappedDataKey: Uint8Array } {
    this.#station.requireEnvironment(environment);
    const contentKey = recoverContentKey(this.#provider, this.#station.decryptionName, sent);
    const name = wrappingName(batch);
    const dataKey = viewBytes(randomBytes(32));
    try {
      const wrappingKey =
        this.#provider.find(name) ??
        this.#provider.generate(
          { name, usage: 'batch-wrapping', algorithm: 'AES-256', environment, issuer: null, version: 1 },
          'token',
        );
      const wrappedDataKey = this.#provider.wrap(name, dataKey);
      const handle = randomUUID() as string as ContentKeyHandle;
      this.#intakes.set(handle, { batch, contentKey, dataKey: takeKey(dataKey) });
      return { handle, wrappingKey, wrappedDataKey };
    } finally {
      dataKey.fill(0);
    }
  }

  async openRecords(
    handle: ContentKeyHandle,
    records: readonly { readonly index: number; readonly jwe: string }[],
  ): Promise<readonly OpenedRecord[]> {
    const opened: OpenedRecord[] = [];
    for (const { index, jwe } of records) {
      // Looked up for each record: the intake may be closed while others have their turn.
      const intake = this.#intakes.get(handle);
      if (intake === undefined) throw new StationFault('KEYS-CHANNEL-LOST', { what: 'content key' });
      opened.push(openRecord(intake, index, jwe));
      if (opened.length % turn === 0) await nextTurn();
    }
    return opened;
  }

  closeIntake(handle: ContentKeyHandle): void {
    this.#intakes.delete(handle);
  }

  async unseal(
    batch: BatchId,
    wrappedDataKey: Uint8Array,
    records: readonly SealedRecord[],
  ): Promise<readonly Uint8Array[]> {
    if (wrappedDataKey.length !== 40) {
      throw new StationFault('KEYS-UNWRAP', { reason: 'the wrapped key is not 40 bytes' });
    }
    const dataKey = takeKey(this.#provider.unwrap(wrappingName(batch), wrappedDataKey));
    const opened: Uint8Array[] = [];
    for (const record of records) {
      opened.push(openSealedRecord(dataKey, batch, record));
      if (opened.length % turn === 0) await nextTurn();
    }
    return opened;
  }

  destroyBatchKey(batch: BatchId): { readonly kcv: string } {
    const name = wrappingName(batch);
    for (const [handle, intake] of this.#intakes) if (intake.batch === batch) this.closeIntake(handle);
    const found = this.#provider.find(name);
    if (found === null) {
      const kcv = this.#destroyed.find(name);
      if (kcv === null) throw new StationFault('KEYS-NOT-FOUND', { name });
      return { kcv };
    }
    this.#destroyed.add(name, found.kcv);
    this.#provider.destroy(name);
    return { kcv: found.kcv };
  }

  /** Lets every content and data key go. */
  close(): void {
    this.#intakes.clear();
  }
}

function openRecord(intake: Intake, index: number, text: string): OpenedRecord {
  const jwe = text.length > longestRecord ? null : parseCompactJwe(text);
  if (jwe === null) return { kind: 'refused', index, reason: 'form' };
  const header = recordHeader.safeParse(jwe.header).data;
  if (jwe.encryptedKey !== '' || header?.batch !== intake.batch || header.index !== index) {
    return { kind: 'refused', index, reason: 'header' };
  }
  const clear = openContent(jwe, intake.contentKey);
  if (clear === null) return { kind: 'refused', index, reason: 'authentication' };
  const plaintext = viewBytes(clear);
  return { kind: 'opened', index, plaintext, sealed: sealRecord(intake.dataKey, intake.batch, index, plaintext) };
}
