import { createCipheriv, createHash, createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';
import type { ContentKey } from '#shared/contract/cms/manifest.ts';
import type { WireEcPublicJwk } from '#shared/contract/cms/wire-text.ts';

const algorithm = 'ECDH-ES+A256KW';

function lengthAndBytes(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/**
 * One round of the Concat KDF to 32 bytes: SHA-256(00000001 | Z | AlgorithmID | PartyUInfo | PartyVInfo | SuppPubInfo).
 *
 * Z is the 32-byte shared secret; SuppPubInfo is 256 as 32 bits. NIST SP 800-56A r3 §5.8.2.1 as profiled by RFC 7518 §4.6.2.
 */
function concatKdf(sharedSecret: Uint8Array, apu: Uint8Array, apv: Uint8Array): Buffer {
  return createHash('sha256')
    .update(Buffer.from([0, 0, 0, 1]))
    .update(sharedSecret)
    .update(lengthAndBytes(Buffer.from(algorithm, 'ascii')))
    .update(lengthAndBytes(apu))
    .update(lengthAndBytes(apv))
    .update(Buffer.from([0, 0, 1, 0]))
    .digest();
}

/** Checks that a JWK is a point on P-256; throws otherwise. */
export function importEcPublicKey(jwk: WireEcPublicJwk): ReturnType<typeof createPublicKey> {
  return createPublicKey({ key: { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y }, format: 'jwk' });
}

/**
 * Wraps a 32-byte content key for a station's P-256 key: ephemeral-static ECDH, Concat KDF, AES-256 key wrap (RFC 3394). RFC 7518 §4.6.
 *
 * `apu` and `apv` are texts whose UTF-8 bytes enter the derivation: the batch, and the station and lease.
 */
export function wrapContentKey(
  contentKey: Uint8Array,
  station: WireEcPublicJwk,
  parties: { readonly apu: string; readonly apv: string },
): ContentKey {
  const recipient = importEcPublicKey(station);
  const ephemeral = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const apu = Buffer.from(parties.apu, 'utf8');
  const apv = Buffer.from(parties.apv, 'utf8');
  const wrappingKey = concatKdf(diffieHellman({ privateKey: ephemeral.privateKey, publicKey: recipient }), apu, apv);
  const cipher = createCipheriv('id-aes256-wrap', wrappingKey, Buffer.alloc(8, 0xa6));
  const encryptedKey = Buffer.concat([cipher.update(contentKey), cipher.final()]);
  const { x, y } = ephemeral.publicKey.export({ format: 'jwk' });
  if (x === undefined || y === undefined) throw new TypeError('ephemeral key has no coordinates');
  return {
    alg: algorithm,
    encryptedKey: encryptedKey.toString('base64url'),
    epk: { kty: 'EC', crv: 'P-256', x, y },
    apu: apu.toString('base64url'),
    apv: apv.toString('base64url'),
  };
}
