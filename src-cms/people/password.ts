import { hash, verify } from '@node-rs/argon2';

/**
 * argon2id, 64 MiB, three passes, one lane (RFC 9106 §4, second choice). `2` is the package's `Algorithm.Argon2id`, whose ambient enum cannot
 * be imported under type stripping.
 */
const cost = { algorithm: 2, memoryCost: 65_536, timeCost: 3, parallelism: 1 } as const;

/** Hashes a password with a salt of its own; the answer is a PHC string. */
export async function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), cost);
}

/** Says whether a password is the one behind a PHC string. */
export async function verifyPassword(phc: string, password: string): Promise<boolean> {
  try {
    return await verify(phc, password.normalize('NFC'));
  } catch {
    return false;
  }
}
