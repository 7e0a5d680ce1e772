import { hash, hashRaw, hashRawSync, verify } from '@node-rs/argon2';

/** 64 MiB, three passes, one lane (RFC 9106 §4, second choice); the names are those that files quote. */
export const derivation = { name: 'argon2id', memoryKiB: 65_536, passes: 3, lanes: 1 } as const;

/** `2` is the package's `Algorithm.Argon2id`, whose ambient enum cannot be imported under type stripping. */
const cost = {
  algorithm: 2,
  memoryCost: derivation.memoryKiB,
  timeCost: derivation.passes,
  parallelism: derivation.lanes,
} as const;

/** One form of a password, however the keyboard composed it. */
function normal(password: string): string {
  return password.normalize('NFC');
}

/** Hashes a password with a salt of its own; the answer is a PHC string. */
export async function hashPassword(password: string): Promise<string> {
  return hash(normal(password), cost);
}

/** Says whether a password is the one behind a PHC string; false, too, for a string that is none. */
export async function verifyPassword(phc: string, password: string): Promise<boolean> {
  try {
    return await verify(phc, normal(password));
  } catch {
    return false;
  }
}

/** Derives 32 bytes from a password and a salt of 16 bytes or more. */
export async function deriveKey(password: string, salt: Uint8Array): Promise<Buffer> {
  return hashRaw(normal(password), { ...cost, salt, outputLen: 32 });
}

/** The same, blocking for about a tenth of a second: only for a process that has nothing else to do. */
export function deriveKeySync(password: string, salt: Uint8Array): Buffer {
  return hashRawSync(normal(password), { ...cost, salt, outputLen: 32 });
}
