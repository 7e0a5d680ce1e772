import pkcs11js from 'pkcs11js';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { RsaPublicKey } from '../../port.ts';
import { pointCheckValue, rsaCheckValue } from '../check-value.ts';
import type { KeyLife, NewKey } from '../key-provider.ts';
import { pairTemplates } from './key-templates.ts';
import { readAttribute } from './token-objects.ts';

/** A pair that was made in the token, and its check value. */
export interface MadePair {
  readonly key: pkcs11js.Handle;
  readonly publicKey: pkcs11js.Handle;
  readonly kcv: string;
}

/** CKA_EC_POINT is the point in a DER octet string (PKCS#11 v2.40 §2.3.3); some modules give it bare. */
export function readPoint(module: pkcs11js.PKCS11, session: pkcs11js.Handle, publicKey: pkcs11js.Handle): Uint8Array {
  const value = readAttribute(module, session, publicKey, pkcs11js.CKA_EC_POINT);
  const point = value.length === 67 && value[0] === 0x04 && value[1] === 0x41 ? value.subarray(2) : value;
  if (point.length !== 65 || point[0] !== 0x04) {
    throw new StationFault('KEYS-HSM-FAULT', { call: 'CKA_EC_POINT', result: `${value.length} bytes` });
  }
  return new Uint8Array(point);
}

function withoutLeadingZeros(bytes: Buffer): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  return new Uint8Array(bytes.subarray(first === -1 ? bytes.length : first));
}

/** Modulus and exponent are big-endian integers (PKCS#11 v2.40 §2.1.2); some modules lead with zeros. */
export function readRsa(module: pkcs11js.PKCS11, session: pkcs11js.Handle, publicKey: pkcs11js.Handle): RsaPublicKey {
  return {
    modulus: withoutLeadingZeros(readAttribute(module, session, publicKey, pkcs11js.CKA_MODULUS)),
    exponent: withoutLeadingZeros(readAttribute(module, session, publicKey, pkcs11js.CKA_PUBLIC_EXPONENT)),
  };
}

/** Makes an EC or RSA pair in the token. */
export function makePair(
  module: pkcs11js.PKCS11,
  session: pkcs11js.Handle,
  key: NewKey,
  life: KeyLife,
  id: Buffer,
): MadePair {
  const rsa = key.algorithm === 'RSA';
  const mechanism = rsa ? pkcs11js.CKM_RSA_PKCS_KEY_PAIR_GEN : pkcs11js.CKM_EC_KEY_PAIR_GEN;
  const templates = pairTemplates(key, life, id);
  const made = module.C_GenerateKeyPair(session, { mechanism }, templates.publicKey, templates.privateKey);
  const kcv = rsa
    ? rsaCheckValue(readRsa(module, session, made.publicKey))
    : pointCheckValue(readPoint(module, session, made.publicKey));
  return { key: made.privateKey, publicKey: made.publicKey, kcv };
}
