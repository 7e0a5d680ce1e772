import { hash, hashRaw, verify } from '@node-rs/argon2';

/** `Algorithm.Argon2id` of the package, whose ambient enum cannot be imported under type stripping. */
const argon2id = 2;

/** 64 MiB, three passes, one lane: above OWASP's least (2024) and about a tenth of a second here. */
const cost = { algorithm: argon2id, memoryCost: 65_536, timeCost: 3, parallelism: 1 } as const;

/** Hashes a password with argon2id and a salt of its own; the answer is a PHC string (RFC 9106). */
export async function hashPassword(password: string): Promise<string> {
  return hash(password, cost);
}

/** Says whether a password is the one behind a PHC string; false, too, for a string that is none. */
export async function verifyPassword(phc: string, password: string): Promise<boolean> {
  try {
    return await verify(phc, password);
  } catch {
    return false;
  }
}

/** Derives 32 bytes from a password and a salt of 16 bytes or more (RFC 9106, argon2id). */
export async function deriveKey(password: string, salt: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await hashRaw(password, { ...cost, salt, outputLen: 32 }));
}
