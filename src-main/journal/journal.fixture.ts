import { generateKeyPairSync, hash, sign, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Secret } from '#shared/bytes/secret.ts';
import { systemClock, type Clock } from '../platform/clock.ts';
import type { Randomness } from '../platform/randomness.ts';
import { systemTimers } from '../platform/timers.ts';
import type { HeadRegisterKeys } from './chain-head-register.ts';
import type { CheckpointKeys } from './checkpoints.ts';
import { Journal, type JournalOptions } from './journal.ts';
import { RememberedHead, type RememberedHeadOptions } from './remembered-head.ts';

export const testStation = 'station-test';

/** A folder that goes with the test. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A 32-byte database key made of a word. */
export function databaseKey(word = 'key'): Secret<Uint8Array> {
  return new Secret(new Uint8Array(hash('sha256', word, 'buffer')));
}

/** A clock that goes one second on at every reading, from noon of 2 March 2026. */
export function steppingClock(): Clock {
  let reading = 0;
  return {
    now: () => new Date(Date.UTC(2026, 2, 2, 12, 0, reading++)),
    monotonic: () => reading * 1000,
  };
}

/** Bytes and ids that are the same in every run. */
export function countingRandomness(): Randomness {
  let taken = 0;
  return {
    bytes: (length) => new Uint8Array(hash('sha256', `bytes ${taken++}`, 'buffer').subarray(0, length)),
    id: (prefix) => `${prefix}-${taken++}`,
  };
}

export function journalOptions(file: string, changes: Partial<JournalOptions> = {}): JournalOptions {
  return {
    file,
    key: databaseKey(),
    whenMissing: 'create',
    station: testStation,
    headRegister: null,
    clock: steppingClock(),
    randomness: countingRandomness(),
    onFatal: () => undefined,
    onSubscriberFault: (thrown) => {
      throw thrown;
    },
    ...changes,
  };
}

/** An open journal in a folder of its own; both go with the test. */
export function openJournal(file = join(testFolder(), 'journal.db'), changes: Partial<JournalOptions> = {}): Journal {
  const journal = Journal.open(journalOptions(file, changes));
  onTestFinished(() => journal.close());
  return journal;
}

/** The HSM's memory of a journal's head, before anything was written to it. */
export function rememberedHead(
  journal: Journal,
  keys: HeadRegisterKeys,
  changes: Partial<RememberedHeadOptions> = {},
): RememberedHead {
  return new RememberedHead({
    journal,
    keys,
    clock: systemClock,
    timers: systemTimers,
    deadline: 5000,
    registered: null,
    onSecondStation: () => undefined,
    onFault: (thrown) => {
      throw thrown;
    },
    ...changes,
  });
}

/** A station's signing key and register in memory, by node:crypto. */
export class SoftwareKeys implements CheckpointKeys, HeadRegisterKeys {
  readonly register = new Map<string, Uint8Array>();
  readonly jwk: { readonly x: string; readonly y: string };
  readonly #key: KeyObject;

  constructor() {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = pair.privateKey;
    const { x, y } = pair.publicKey.export({ format: 'jwk' });
    this.jwk = { x: x ?? '', y: y ?? '' };
  }

  sign(data: Uint8Array): Promise<Uint8Array> {
    return Promise.resolve(sign('sha256', data, { key: this.#key, dsaEncoding: 'ieee-p1363' }));
  }

  readRegister(name: string): Promise<Uint8Array | null> {
    return Promise.resolve(this.register.get(name) ?? null);
  }

  writeRegister(name: string, value: Uint8Array): Promise<void> {
    this.register.set(name, value);
    return Promise.resolve();
  }
}
