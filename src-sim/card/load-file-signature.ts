import { constants, createHash, createPublicKey, verify } from 'node:crypto';
import { equalBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import { aesCmac } from './card-aes.ts';
import { tdesMac } from './card-des.ts';
import type { KeyState, SecurityDomainState } from './chip-state.ts';
import { isDes, keyType } from './key-sets.ts';

/** Where a domain keeps the key that it verifies load files by. GPC_SPE_034 v2.3.1 §11.1.9: version 73, identifier 01. */
const dapKey = { version: 0x73, id: 0x01 };

const hashes: Readonly<Record<number, string>> = { 20: 'sha1', 32: 'sha256', 48: 'sha384', 64: 'sha512' };

/** Whether a hash is that of a load file data block; its length says the algorithm. GPC_SPE_034 v2.3.1 §C.2. */
export function isHashOf(hash: Uint8Array, block: Uint8Array): boolean {
  const algorithm = hashes[hash.length];
  return algorithm !== undefined && equalBytes(createHash(algorithm).update(block).digest(), hash);
}

/** Whether a domain's key confirms a signature over the hash of a load file data block (DAP). GPC_SPE_034 v2.3.1 §C.3, §B.3. */
export function confirmsLoadFile(domain: SecurityDomainState, hash: Uint8Array, signature: Uint8Array): boolean {
  const set = domain.keySets.find(({ version }) => version === dapKey.version);
  const key = set?.keys.find(({ id }) => id === dapKey.id);
  if (key === undefined) return false;
  if (key.type === keyType.aes) return equalBytes(aesCmac(fromHex(key.value), hash), signature);
  if (isDes(key.type)) return equalBytes(tdesMac(fromHex(key.value), hash), signature);
  return isSignedByRsa(key, hash, signature);
}

/** Up to 1,024 bits SHA-1 with PKCS#1 v1.5, above PSS with SHA-256. GPC_SPE_034 v2.3.1 §B.3.1, §B.3.2. */
function isSignedByRsa({ value, exponent = '' }: KeyState, hash: Uint8Array, signature: Uint8Array): boolean {
  const jwk = { kty: 'RSA', n: base64url(value), e: base64url(exponent) };
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    if (value.length <= 256) return verify('sha1', hash, { key, padding: constants.RSA_PKCS1_PADDING }, signature);
    return verify('sha256', hash, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }, signature);
  } catch {
    return false;
  }
}

function base64url(hex: string): string {
  return Buffer.from(toHex(fromHex(hex)).replace(/^(00)+/, ''), 'hex').toString('base64url');
}
