import pkcs11js from 'pkcs11js';
import type { KeyLife, NewKey } from '../key-provider.ts';
import type { KeyRight } from '../usage-rights.ts';
import { rightsOf } from '../usage-rights.ts';

/** DER of the named curve P-256 (1.2.840.10045.3.1.7). RFC 5480 §2.1.1.1. */
const curveP256 = Buffer.from('06082a8648ce3d030107', 'hex');

/** Which PKCS#11 attributes a right sets; every other is set to false, since modules default to true. PKCS#11 v2.40 §4.8 to §4.10. */
const rightAttributes: Readonly<Record<KeyRight, readonly number[]>> = {
  sign: [pkcs11js.CKA_SIGN],
  agree: [pkcs11js.CKA_DERIVE],
  hmac: [pkcs11js.CKA_SIGN],
  cmac: [pkcs11js.CKA_SIGN],
  encrypt: [pkcs11js.CKA_ENCRYPT],
  decrypt: [pkcs11js.CKA_DECRYPT],
  wrap: [pkcs11js.CKA_WRAP, pkcs11js.CKA_UNWRAP],
  'retail-mac': [pkcs11js.CKA_ENCRYPT],
  'raw-sign': [pkcs11js.CKA_SIGN],
};

const secretUses = [
  pkcs11js.CKA_ENCRYPT,
  pkcs11js.CKA_DECRYPT,
  pkcs11js.CKA_SIGN,
  pkcs11js.CKA_VERIFY,
  pkcs11js.CKA_WRAP,
  pkcs11js.CKA_UNWRAP,
  pkcs11js.CKA_DERIVE,
];
const privateUses = [
  pkcs11js.CKA_DECRYPT,
  pkcs11js.CKA_SIGN,
  pkcs11js.CKA_SIGN_RECOVER,
  pkcs11js.CKA_UNWRAP,
  pkcs11js.CKA_DERIVE,
];

/**
 * The operations that a key may do in the token. A zone PIN key may do none: a key that deciphers blocks one by one would give any
 * PIN to whoever holds the token's PIN; blocks are translated by a payment HSM, or under test keys by node:crypto.
 */
export function allowedUses(key: NewKey): readonly number[] {
  return key.usage === 'zone-pin-key' ? [] : rightsOf(key).flatMap((right) => rightAttributes[right]);
}

function common(key: NewKey, life: KeyLife, id: Buffer, uses: readonly number[]): pkcs11js.Template {
  const allowed = allowedUses(key);
  return [
    { type: pkcs11js.CKA_TOKEN, value: life === 'token' },
    { type: pkcs11js.CKA_PRIVATE, value: true },
    { type: pkcs11js.CKA_SENSITIVE, value: true },
    { type: pkcs11js.CKA_EXTRACTABLE, value: false },
    { type: pkcs11js.CKA_LABEL, value: key.name },
    { type: pkcs11js.CKA_ID, value: id },
    ...uses.map((type) => ({ type, value: allowed.includes(type) })),
  ];
}

function secretType({ algorithm }: NewKey): number {
  switch (algorithm) {
    case 'HMAC-SHA-256':
      return pkcs11js.CKK_GENERIC_SECRET;
    case 'TDES-2':
      return pkcs11js.CKK_DES2;
    case 'TDES-3':
      return pkcs11js.CKK_DES3;
    default:
      return pkcs11js.CKK_AES;
  }
}

/** What a public half says of its kind: curve, or size and exponent. */
function publicKind({ algorithm, size, exponent }: NewKey): pkcs11js.Template {
  if (algorithm !== 'RSA') return [{ type: pkcs11js.CKA_EC_PARAMS, value: curveP256 }];
  return [
    { type: pkcs11js.CKA_MODULUS_BITS, value: size ?? 0 },
    { type: pkcs11js.CKA_PUBLIC_EXPONENT, value: Buffer.from(exponent === 3 ? [3] : [1, 0, 1]) },
  ];
}

/** A symmetric key: sensitive, not extractable, one purpose. */
export function secretTemplate(key: NewKey, life: KeyLife, id: Buffer): pkcs11js.Template {
  return [
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_SECRET_KEY },
    { type: pkcs11js.CKA_KEY_TYPE, value: secretType(key) },
    ...common(key, life, id, secretUses),
  ];
}

/** Both halves of an EC or RSA key pair. */
export function pairTemplates(
  key: NewKey,
  life: KeyLife,
  id: Buffer,
): { readonly publicKey: pkcs11js.Template; readonly privateKey: pkcs11js.Template } {
  return {
    publicKey: [
      { type: pkcs11js.CKA_TOKEN, value: life === 'token' },
      { type: pkcs11js.CKA_LABEL, value: key.name },
      { type: pkcs11js.CKA_ID, value: id },
      ...publicKind(key),
      { type: pkcs11js.CKA_VERIFY, value: allowedUses(key).includes(pkcs11js.CKA_SIGN) },
    ],
    privateKey: common(key, life, id, privateUses),
  };
}

/** A session object whose value may be read here: what PKCS#11 gives no way to use inside. Destroyed by who made it. */
export function readableTemplate(type: number): pkcs11js.Template {
  return [
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_SECRET_KEY },
    { type: pkcs11js.CKA_KEY_TYPE, value: type },
    { type: pkcs11js.CKA_TOKEN, value: false },
    { type: pkcs11js.CKA_PRIVATE, value: true },
    { type: pkcs11js.CKA_SENSITIVE, value: false },
    { type: pkcs11js.CKA_EXTRACTABLE, value: true },
  ];
}
