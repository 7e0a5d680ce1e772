import pkcs11js from 'pkcs11js';
import { concatBytes } from '#shared/bytes/bytes.ts';
import type { Pkcs11Session } from './pkcs11-session.ts';
import { createData, findData, readAttribute } from './token-objects.ts';

interface Stored {
  readonly object: pkcs11js.Handle;
  readonly counter: bigint;
  readonly value: Uint8Array;
}

/**
 * Small values kept as data objects `register:<name>`: a counter of 8 bytes, then the value.
 *
 * PKCS#11 cannot replace an object in one act, so a write makes the new object first and destroys the old one after; a
 * reader takes the highest counter, and a crash in between leaves the new value standing.
 */
export class TokenRegisters {
  readonly #session: Pkcs11Session;
  readonly #application: string;

  constructor(session: Pkcs11Session, application: string) {
    this.#session = session;
    this.#application = application;
  }

  #stored(name: string): Stored[] {
    return this.#session.run((module, session) =>
      findData(module, session, this.#application, `register:${name}`)
        .map((object) => ({ object, bytes: readAttribute(module, session, object, pkcs11js.CKA_VALUE) }))
        .filter(({ bytes }) => bytes.length >= 8)
        .map(({ object, bytes }) => ({
          object,
          counter: bytes.readBigUInt64BE(0),
          value: new Uint8Array(bytes.subarray(8)),
        }))
        .sort((left, right) => (left.counter < right.counter ? 1 : -1)),
    );
  }

  /** Null where there is none; KEYS-HSM-LOST where that is so because the token is gone. */
  read(name: string): Uint8Array | null {
    const value = this.#stored(name)[0]?.value ?? null;
    if (value === null) this.#session.requirePresent();
    return value;
  }

  write(name: string, value: Uint8Array): void {
    const older = this.#stored(name);
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE((older[0]?.counter ?? 0n) + 1n);
    this.#session.run((module, session) => {
      createData(module, session, this.#application, `register:${name}`, concatBytes(counter, value));
      for (const { object } of older) module.C_DestroyObject(session, object);
    });
  }
}
