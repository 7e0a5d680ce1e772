import { StationFault } from '#shared/faults/station-fault.ts';

interface Pkcs11Error extends Error {
  readonly code: number;
  readonly method: string;
}

/** Results after which module, token or login are gone: the worker ends itself and starts anew at the next use. */
const lostResults: ReadonlySet<string> = new Set([
  'CKR_DEVICE_ERROR',
  'CKR_DEVICE_REMOVED',
  'CKR_DEVICE_MEMORY',
  'CKR_TOKEN_NOT_PRESENT',
  'CKR_TOKEN_NOT_RECOGNIZED',
  'CKR_SESSION_CLOSED',
  'CKR_SESSION_HANDLE_INVALID',
  'CKR_USER_NOT_LOGGED_IN',
  'CKR_CRYPTOKI_NOT_INITIALIZED',
  'CKR_SLOT_ID_INVALID',
]);

/** Name of the module's result (`CKR_...`), or null for a value that no module threw. pkcs11js may append a colon and a number. */
export function pkcs11Result(thrown: unknown): string | null {
  if (!(thrown instanceof Error) || !thrown.message.startsWith('CKR_')) return null;
  return thrown.message.split(':', 1)[0] ?? null;
}

/** Turns what a module threw into KEYS-HSM-LOST or KEYS-HSM-FAULT; faults of our own pass unchanged. */
export function pkcs11Fault(thrown: unknown): StationFault {
  if (thrown instanceof StationFault) return thrown;
  const result = pkcs11Result(thrown);
  if (result === null) return new StationFault('KEYS-HSM-FAULT', { call: 'PKCS#11', result: 'unknown' }, thrown);
  const call = (thrown as Pkcs11Error).method;
  return new StationFault(lostResults.has(result) ? 'KEYS-HSM-LOST' : 'KEYS-HSM-FAULT', { call, result }, thrown);
}
