import { createHash } from 'node:crypto';
import pkcs11js from 'pkcs11js';
import { z } from 'zod';
import { utf8 } from '#shared/bytes/bytes.ts';
import type { KeyIdentity } from '../../port.ts';
import { keyIdentityForm } from '../identity-form.ts';
import type { KeyLife } from '../key-provider.ts';
import { rightsOf } from '../usage-rights.ts';
import type { Pkcs11Session } from './pkcs11-session.ts';
import { createData, findObjects, listData } from './token-objects.ts';

/** One key of the station as this process knows it. */
export interface TokenKey {
  readonly identity: KeyIdentity;
  readonly life: KeyLife;
  /** Secret or private key. */
  readonly key: pkcs11js.Handle;
  /** Public half of a pair. */
  readonly publicKey: pkcs11js.Handle | null;
  /** Left half of a key that works in halves (card verification), else null. */
  readonly leftHalf: pkcs11js.Handle | null;
  /** The data object with the identity; none for a session key. */
  readonly identityObject: pkcs11js.Handle | null;
}

/** CKA_ID of a key's left half: follows from the key's own, so that either is found by the identity. */
export function leftHalfId(id: Buffer): Buffer {
  return createHash('sha256').update(id).update('left').digest().subarray(0, 16);
}

const identityObjectForm = z.strictObject({ identity: keyIdentityForm, id: z.string().regex(/^[0-9a-f]{32}$/) });
const prefix = 'identity:';

/** Writes a key's identity beside it: data object `identity:<name>`, JSON with the key's CKA_ID. */
export function writeIdentity(
  pkcs11: Pkcs11Session,
  application: string,
  identity: KeyIdentity,
  id: Buffer,
): pkcs11js.Handle {
  const value = utf8(JSON.stringify({ identity, id: id.toString('hex') }));
  const written = pkcs11.run((module, session) =>
    createData(module, session, application, prefix + identity.name, value),
  );
  pkcs11.markUsed();
  return written;
}

function readIdentity(value: Buffer): z.infer<typeof identityObjectForm> | null {
  try {
    return identityObjectForm.parse(JSON.parse(value.toString('utf8')));
  } catch {
    return null;
  }
}

/**
 * Reads every key of one application (station) from the token.
 *
 * An identity whose key is gone is what a crash in the middle of a destruction leaves: it is cleared away. A key without an
 * identity is what a crash in the middle of a creation leaves: nobody can name it, and it is left alone.
 */
export function readTokenKeys(pkcs11: Pkcs11Session, application: string): Map<string, TokenKey> {
  return pkcs11.run((module, session) => {
    const keys = new Map<string, TokenKey>();
    const byClass = (id: Buffer, type: number): pkcs11js.Handle | undefined =>
      findObjects(module, session, [
        { type: pkcs11js.CKA_CLASS, value: type },
        { type: pkcs11js.CKA_ID, value: id },
      ])[0];
    for (const { object, label, value } of listData(module, session, application)) {
      const stored = label.startsWith(prefix) ? readIdentity(value) : null;
      if (stored === null || label !== prefix + stored.identity.name) continue;
      const id = Buffer.from(stored.id, 'hex');
      const paired = stored.identity.algorithm === 'EC-P256' || stored.identity.algorithm === 'RSA';
      const inHalves = rightsOf(stored.identity).includes('retail-mac');
      const key = byClass(id, paired ? pkcs11js.CKO_PRIVATE_KEY : pkcs11js.CKO_SECRET_KEY);
      const leftHalf = inHalves ? byClass(leftHalfId(id), pkcs11js.CKO_SECRET_KEY) : undefined;
      if (key === undefined) {
        if (leftHalf !== undefined) module.C_DestroyObject(session, leftHalf);
        module.C_DestroyObject(session, object);
        continue;
      }
      const publicKey = paired ? (byClass(id, pkcs11js.CKO_PUBLIC_KEY) ?? null) : null;
      keys.set(stored.identity.name, {
        identity: stored.identity,
        life: 'token',
        key,
        publicKey,
        leftHalf: leftHalf ?? null,
        identityObject: object,
      });
    }
    return keys;
  });
}
