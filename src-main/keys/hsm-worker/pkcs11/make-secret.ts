import pkcs11js from 'pkcs11js';
import { shortenCheckValue } from '../check-value.ts';
import type { KeyLife, NewKey } from '../key-provider.ts';
import { symmetricKeyLength } from '../symmetric-key-length.ts';
import { allowedUses, secretTemplate } from './key-templates.ts';

/** A key that was made in the token, and its check value. */
export interface MadeSecret {
  readonly handle: pkcs11js.Handle;
  readonly kcv: string;
}

interface Making {
  readonly mechanism: number;
  /** Type of the right that the check value needs. */
  readonly right: number;
  readonly template: pkcs11js.Template;
  readonly checkValue: (module: pkcs11js.PKCS11, session: pkcs11js.Handle, key: pkcs11js.Handle) => Uint8Array;
}

function lengthOf(key: NewKey): pkcs11js.Template {
  return [{ type: pkcs11js.CKA_VALUE_LEN, value: symmetricKeyLength(key.algorithm) }];
}

function makingOf(key: NewKey): Making {
  if (key.algorithm === 'HMAC-SHA-256') {
    return {
      mechanism: pkcs11js.CKM_GENERIC_SECRET_KEY_GEN,
      right: pkcs11js.CKA_SIGN,
      template: lengthOf(key),
      checkValue: (module, session, handle) => {
        module.C_SignInit(session, { mechanism: pkcs11js.CKM_SHA256_HMAC }, handle);
        return module.C_SignFinal(session, Buffer.alloc(32));
      },
    };
  }
  if (key.algorithm.startsWith('TDES')) {
    return {
      mechanism: key.algorithm === 'TDES-2' ? pkcs11js.CKM_DES2_KEY_GEN : pkcs11js.CKM_DES3_KEY_GEN,
      right: pkcs11js.CKA_ENCRYPT,
      template: [],
      checkValue: (module, session, handle) => {
        const mechanism = { mechanism: pkcs11js.CKM_DES3_CBC, parameter: Buffer.alloc(8) };
        module.C_EncryptInit(session, mechanism, handle);
        return module.C_Encrypt(session, Buffer.alloc(8), Buffer.alloc(8));
      },
    };
  }
  return {
    mechanism: pkcs11js.CKM_AES_KEY_GEN,
    right: pkcs11js.CKA_SIGN,
    template: lengthOf(key),
    checkValue: (module, session, handle) => {
      module.C_SignInit(session, { mechanism: pkcs11js.CKM_AES_CMAC }, handle);
      return module.C_Sign(session, Buffer.alloc(16), Buffer.alloc(16));
    },
  };
}

/**
 * Makes a symmetric key in the token. Its check value is computed there: the key has the right for that once, before it is taken
 * away for good where it is not the key's purpose.
 */
export function makeSecret(
  module: pkcs11js.PKCS11,
  session: pkcs11js.Handle,
  key: NewKey,
  life: KeyLife,
  id: Buffer,
): MadeSecret {
  const { mechanism, right, template, checkValue } = makingOf(key);
  const first = secretTemplate(key, life, id).map((attribute) =>
    attribute.type === right ? { ...attribute, value: true } : attribute,
  );
  const handle = module.C_GenerateKey(session, { mechanism }, [...first, ...template]);
  const kcv = shortenCheckValue(checkValue(module, session, handle));
  if (!allowedUses(key).includes(right)) {
    module.C_SetAttributeValue(session, handle, [{ type: right, value: false }]);
  }
  return { handle, kcv };
}
