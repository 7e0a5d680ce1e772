import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { fromHex, toHex, type Hex } from '#shared/bytes/bytes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';

/** A provider's public key as it is kept. */
export interface ProviderKey {
  readonly algorithm: 'ECDSA P-256' | 'RSA';
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Hex;
  /** SHA-256 of it, to be compared over another channel. */
  readonly fingerprint: Hex;
}

/** NIST SP 800-131A revision 2 §3: no shorter RSA key signs any more. */
const shortestRsa = 2048;
const longestRsa = 4096;

function open(publicKey: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
}

/** Reads a provider's public key, PEM text or SubjectPublicKeyInfo in hexadecimal. APPLET-KEY unless it is P-256 or RSA of 2048 to 4096 bits. */
export function readProviderKey(text: string): ProviderKey {
  const refuse = (reason: string): never => {
    throw new StationFault('APPLET-KEY', { reason });
  };
  if (text.includes('PRIVATE KEY')) return refuse('it is a private key: tell the provider that it is known now');
  let key: KeyObject;
  try {
    key = text.includes('-----BEGIN PUBLIC KEY-----') ? createPublicKey(text) : open(fromHex(text));
  } catch {
    return refuse('it is not a public key as PEM or SubjectPublicKeyInfo');
  }
  const spki = new Uint8Array(key.export({ format: 'der', type: 'spki' }));
  const kept = {
    publicKey: toHex(spki),
    fingerprint: toHex(new Uint8Array(createHash('sha256').update(spki).digest())),
  };
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') return { ...kept, algorithm: 'ECDSA P-256' };
  if (key.asymmetricKeyType !== 'rsa' || modulusLength === undefined)
    return refuse('it is neither RSA nor on the curve P-256');
  if (modulusLength < shortestRsa || modulusLength > longestRsa) return refuse(`an RSA key of ${modulusLength} bits`);
  return { ...kept, algorithm: 'RSA' };
}

/** Bytes of an ECDSA signature as two numbers without DER, which some signers write. */
const plainEcdsaLength = 64;

/**
 * Whether a provider's key signed a file: ECDSA (DER, or the two numbers) or RSASSA-PKCS1-v1_5, over its SHA-256. FIPS 186-5 §6; RFC 8017 §8.2.
 */
export function signedBy(
  { algorithm, publicKey }: Pick<ProviderKey, 'algorithm'> & { readonly publicKey: string },
  file: Uint8Array,
  signature: Uint8Array,
): 'yes' | 'no' {
  const key = open(fromHex(publicKey));
  const dsaEncoding = signature.length === plainEcdsaLength ? 'ieee-p1363' : 'der';
  try {
    return verify('sha256', file, algorithm === 'RSA' ? key : { key, dsaEncoding }, signature) ? 'yes' : 'no';
  } catch {
    return 'no';
  }
}
