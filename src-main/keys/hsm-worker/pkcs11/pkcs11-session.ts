import pkcs11js from 'pkcs11js';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { Secret } from '#shared/bytes/secret.ts';
import { pkcs11Fault, pkcs11Result } from './pkcs11-fault.ts';

/** One call series on the module within the session that is current. */
export type SessionWork<T> = (module: pkcs11js.PKCS11, session: pkcs11js.Handle) => T;

/** Loads and initialises a PKCS#11 module; KEYS-MODULE when it is missing or is none. */
export function loadModule(modulePath: string): pkcs11js.PKCS11 {
  const module = new pkcs11js.PKCS11();
  try {
    module.load(modulePath);
    module.C_Initialize();
    return module;
  } catch (cause) {
    throw new StationFault('KEYS-MODULE', { module: modulePath, reason: pkcs11Result(cause) ?? 'not loadable' }, cause);
  }
}

/** Slot of the token with this label, or null. Labels are padded with blanks to 32 bytes. */
export function findToken(module: pkcs11js.PKCS11, label: string): pkcs11js.Handle | null {
  for (const slot of module.C_GetSlotList(true)) {
    if (module.C_GetTokenInfo(slot).label.trimEnd() === label) return slot;
  }
  return null;
}

/** What the token's flags say after a refused PIN; PKCS#11 has no count (v2.40 §3.2, CK_TOKEN_INFO). */
export function triesLeft(flags: number): string {
  if ((flags & pkcs11js.CKF_USER_PIN_LOCKED) !== 0) return 'no try is left: the token is locked';
  if ((flags & pkcs11js.CKF_USER_PIN_FINAL_TRY) !== 0) return 'one try is left';
  if ((flags & pkcs11js.CKF_USER_PIN_COUNT_LOW) !== 0) return 'at least one try was used up';
  return 'the token does not tell the tries left';
}

/**
 * Results that a token gives for objects it no longer holds. QUIRK(SoftHSM 2.6.1): a token whose files are gone answers these, never
 * CKR_TOKEN_NOT_PRESENT, and goes on answering them when the files are back.
 */
const doubtful: ReadonlySet<string> = new Set([
  'CKR_OBJECT_HANDLE_INVALID',
  'CKR_KEY_HANDLE_INVALID',
  'CKR_GENERAL_ERROR',
  'CKR_FUNCTION_FAILED',
]);

const readWrite = pkcs11js.CKF_RW_SESSION | pkcs11js.CKF_SERIAL_SESSION;

/**
 * One login to one token. A first session is kept only to hold the login; work runs in a second one, which is replaced after
 * every failed call, because PKCS#11 leaves a failed operation active and the next would answer CKR_OPERATION_ACTIVE.
 */
export class Pkcs11Session {
  readonly description: string;
  readonly #module: pkcs11js.PKCS11;
  readonly #slot: pkcs11js.Handle;
  #work: pkcs11js.Handle;
  /** Whether the token held an object of any kind; one that holds none after that is gone, or is another. */
  #used: 'yes' | 'no';

  private constructor(module: pkcs11js.PKCS11, slot: pkcs11js.Handle) {
    this.#module = module;
    this.#slot = slot;
    const info = module.C_GetInfo();
    const version = `${info.libraryVersion.major}.${info.libraryVersion.minor}`;
    this.description = `${info.libraryDescription.trim()} ${version}`;
    this.#work = module.C_OpenSession(slot, readWrite);
    this.#used = this.#holdsObjects();
  }

  /** Loads the module and logs in as user; KEYS-MODULE, KEYS-TOKEN, KEYS-PIN (never tried twice). */
  static open(modulePath: string, tokenLabel: string, pin: Secret<string>): Pkcs11Session {
    const module = loadModule(modulePath);
    try {
      const slot = findToken(module, tokenLabel);
      if (slot === null) throw new StationFault('KEYS-TOKEN', { token: tokenLabel });
      const login = module.C_OpenSession(slot, readWrite);
      try {
        module.C_Login(login, pkcs11js.CKU_USER, pin.reveal());
      } catch (cause) {
        const result = pkcs11Result(cause) ?? 'unknown';
        if (result.startsWith('CKR_PIN_') || result === 'CKR_USER_PIN_NOT_INITIALIZED') {
          const tries = triesLeft(module.C_GetTokenInfo(slot).flags);
          throw new StationFault('KEYS-PIN', { token: tokenLabel, result, tries }, cause);
        }
        throw cause;
      }
      return new Pkcs11Session(module, slot);
    } catch (thrown) {
      module.C_Finalize();
      module.close();
      throw pkcs11Fault(thrown);
    }
  }

  /** Runs one series of calls; KEYS-HSM-LOST, KEYS-HSM-FAULT. Session objects do not survive a failed series. */
  run<T>(work: SessionWork<T>): T {
    try {
      return work(this.#module, this.#work);
    } catch (thrown) {
      this.#renew();
      if (doubtful.has(pkcs11Result(thrown) ?? '')) this.requirePresent();
      throw pkcs11Fault(thrown);
    }
  }

  /** From now on the token holds an object of this station. */
  markUsed(): void {
    this.#used = 'yes';
  }

  /** KEYS-HSM-LOST where the token that once held objects holds none any more. */
  requirePresent(): void {
    if (this.#used === 'no' || this.#holdsObjects() === 'yes') return;
    throw new StationFault('KEYS-HSM-LOST', { call: 'C_FindObjects', result: 'the token is empty' });
  }

  #holdsObjects(): 'yes' | 'no' {
    try {
      this.#module.C_FindObjectsInit(this.#work, [{ type: pkcs11js.CKA_TOKEN, value: true }]);
      const found = this.#module.C_FindObjects(this.#work, 1);
      this.#module.C_FindObjectsFinal(this.#work);
      return found.length > 0 ? 'yes' : 'no';
    } catch (thrown) {
      this.#renew();
      throw pkcs11Fault(thrown);
    }
  }

  #renew(): void {
    try {
      this.#module.C_CloseSession(this.#work);
      this.#work = this.#module.C_OpenSession(this.#slot, readWrite);
    } catch {
      // The next call finds the dead session and says KEYS-HSM-LOST; the first fault is the one to report now.
    }
  }

  close(): void {
    this.#module.C_Finalize();
    this.#module.close();
  }
}
