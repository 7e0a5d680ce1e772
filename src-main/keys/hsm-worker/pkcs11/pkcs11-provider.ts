import { createHash, randomBytes } from 'node:crypto';
import pkcs11js from 'pkcs11js';
import type { Secret } from '#shared/bytes/secret.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { KeyIdentity, RsaPublicKey } from '../../port.ts';
import { kcvMethodOf, secretCheckValue } from '../check-value.ts';
import type { KeyLife, KeyProvider, NewKey } from '../key-provider.ts';
import { doubledLeftHalf } from '../node-tdes.ts';
import { retailMacs } from '../retail-macs.ts';
import { symmetricKeyLength } from '../symmetric-key-length.ts';
import { setOddParity } from '../tdes-parity.ts';
import type { KeyRight } from '../usage-rights.ts';
import { requireRight, rightsOf } from '../usage-rights.ts';
import { viewBuffer, viewBytes } from '../view-bytes.ts';
import { readableTemplate, secretTemplate } from './key-templates.ts';
import { makePair, readPoint, readRsa } from './make-pair.ts';
import { makeSecret } from './make-secret.ts';
import { Pkcs11Session } from './pkcs11-session.ts';
import type { TokenKey } from './token-keys.ts';
import { leftHalfId, readTokenKeys, writeIdentity } from './token-keys.ts';
import { readAttribute } from './token-objects.ts';
import { TokenRegisters } from './token-registers.ts';

/** Which token to open and whose keys to see there. */
export interface Pkcs11ProviderOptions {
  readonly modulePath: string;
  readonly tokenLabel: string;
  readonly pin: Secret<string>;
  /** Keys of other stations on the same token are not seen. */
  readonly stationName: string;
}

const aesCbc = { mechanism: pkcs11js.CKM_AES_CBC, parameter: Buffer.alloc(16) };
const tdesEcb = { mechanism: pkcs11js.CKM_DES3_ECB };
const tdesCbc = { mechanism: pkcs11js.CKM_DES3_CBC, parameter: Buffer.alloc(8) };

/** As what a value of so many bytes lies in the token while it is wrapped: an AES-256 key, or bytes. */
function wrappedType(length: number): number {
  return length === 32 ? pkcs11js.CKK_AES : pkcs11js.CKK_GENERIC_SECRET;
}

function isTdes({ identity }: TokenKey): boolean {
  return identity.algorithm.startsWith('TDES');
}

/**
 * Keys in a PKCS#11 token: sensitive, not extractable, one purpose each (PKCS#11 v2.40).
 *
 * Material leaves the token in two operations only, both through a session object that is destroyed at once: `agree` (the shared
 * secret, for a key derivation that PKCS#11 has no mechanism for) and `unwrap` (a data key that works outside, for speed; the parts of a
 * card's RSA key, which must be enciphered one by one).
 */
export class Pkcs11Provider implements KeyProvider {
  readonly kind = 'pkcs11';
  readonly notOffered = ['pinVerificationValue', 'pinOffset', 'translatePinBlock'] as const;
  readonly module: string;
  readonly token: string;
  readonly #session: Pkcs11Session;
  readonly #application: string;
  readonly #registers: TokenRegisters;
  readonly #keys: Map<string, TokenKey>;

  constructor(options: Pkcs11ProviderOptions) {
    this.#session = Pkcs11Session.open(options.modulePath, options.tokenLabel, options.pin);
    this.module = this.#session.description;
    this.token = options.tokenLabel;
    this.#application = `cardwright/${options.stationName}`;
    this.#registers = new TokenRegisters(this.#session, this.#application);
    this.#keys = readTokenKeys(this.#session, this.#application);
  }

  requirePresent(): void {
    this.#session.requirePresent();
  }

  list(): readonly KeyIdentity[] {
    return [...this.#keys.values()].filter(({ life }) => life === 'token').map(({ identity }) => identity);
  }

  find(name: string): KeyIdentity | null {
    return this.#keys.get(name)?.identity ?? null;
  }

  #require(name: string, right: KeyRight): TokenKey {
    const key = this.#keys.get(name);
    if (key === undefined) throw new StationFault('KEYS-NOT-FOUND', { name });
    requireRight(key.identity, right);
    return key;
  }

  #keep(
    key: NewKey,
    life: KeyLife,
    id: Buffer,
    made: Pick<TokenKey, 'key' | 'publicKey' | 'leftHalf'>,
    kcv: string,
  ): KeyIdentity {
    const identity: KeyIdentity = { ...key, kcv, kcvMethod: kcvMethodOf(key.algorithm) };
    const identityObject = life === 'token' ? writeIdentity(this.#session, this.#application, identity, id) : null;
    this.#keys.set(key.name, { identity, life, ...made, identityObject });
    return identity;
  }

  #refuseTaken(name: string): void {
    if (this.#keys.has(name)) throw new StationFault('KEYS-REFUSED', { reason: `there is a key ${name} already` });
  }

  generate(key: NewKey, life: KeyLife): KeyIdentity {
    this.#refuseTaken(key.name);
    const id = randomBytes(16);
    if (key.algorithm === 'EC-P256' || key.algorithm === 'RSA') {
      const { kcv, ...pair } = this.#session.run((module, session) => makePair(module, session, key, life, id));
      return this.#keep(key, life, id, { ...pair, leftHalf: null }, kcv);
    }
    if (rightsOf(key).includes('retail-mac')) return this.#generateInHalves(key, life);
    const made = this.#session.run((module, session) => makeSecret(module, session, key, life, id));
    return this.#keep(key, life, id, { key: made.handle, publicKey: null, leftHalf: null }, made.kcv);
  }

  /** A key whose left half must work apart is made here: PKCS#11 cannot take half of a key that it made. */
  #generateInHalves(key: NewKey, life: KeyLife): KeyIdentity {
    const value = viewBytes(randomBytes(symmetricKeyLength(key.algorithm)));
    setOddParity(value);
    try {
      return this.importSecret(key, life, value);
    } finally {
      value.fill(0);
    }
  }

  importSecret(key: NewKey, life: KeyLife, value: Uint8Array): KeyIdentity {
    this.#refuseTaken(key.name);
    const id = randomBytes(16);
    const leftHalf = rightsOf(key).includes('retail-mac') ? this.#keepLeftHalf(key, life, id, value) : null;
    const handle = this.#session.run((module, session) =>
      module.C_CreateObject(session, [
        ...secretTemplate(key, life, id),
        { type: pkcs11js.CKA_VALUE, value: viewBuffer(value) },
      ]),
    );
    const made = { key: handle, publicKey: null, leftHalf };
    return this.#keep(key, life, id, made, secretCheckValue(key.algorithm, value));
  }

  /** The left half as an object of its own, with the same rights; it comes before the key and goes after it. */
  #keepLeftHalf(key: NewKey, life: KeyLife, id: Buffer, value: Uint8Array): pkcs11js.Handle {
    const half = { ...key, name: `${key.name}/left`, algorithm: 'TDES-2' } as const;
    const doubled = doubledLeftHalf(value);
    try {
      return this.#session.run((module, session) =>
        module.C_CreateObject(session, [
          ...secretTemplate(half, life, leftHalfId(id)),
          { type: pkcs11js.CKA_VALUE, value: viewBuffer(doubled) },
        ]),
      );
    } finally {
      doubled.fill(0);
    }
  }

  /** The key goes before its identity: a crash in between leaves a name without a key, never a key that is thought destroyed. */
  destroy(name: string): void {
    const stored = this.#keys.get(name);
    if (stored === undefined) throw new StationFault('KEYS-NOT-FOUND', { name });
    this.#session.run((module, session) => {
      module.C_DestroyObject(session, stored.key);
      this.#keys.delete(name);
      if (stored.leftHalf !== null) module.C_DestroyObject(session, stored.leftHalf);
      if (stored.publicKey !== null) module.C_DestroyObject(session, stored.publicKey);
      if (stored.identityObject !== null) module.C_DestroyObject(session, stored.identityObject);
    });
  }

  publicPoint(name: string): Uint8Array {
    const { publicKey } = this.#requirePair(name, 'EC-P256');
    return this.#session.run((module, session) => readPoint(module, session, publicKey));
  }

  publicRsa(name: string): RsaPublicKey {
    const { publicKey } = this.#requirePair(name, 'RSA');
    return this.#session.run((module, session) => readRsa(module, session, publicKey));
  }

  #requirePair(name: string, algorithm: 'EC-P256' | 'RSA'): { readonly publicKey: pkcs11js.Handle } {
    const stored = this.#keys.get(name);
    if (stored === undefined || stored.publicKey === null || stored.identity.algorithm !== algorithm) {
      throw new StationFault('KEYS-NOT-FOUND', { name });
    }
    return { publicKey: stored.publicKey };
  }

  #sign(key: TokenKey, mechanism: number, data: Uint8Array, length: number): Uint8Array {
    return this.#session.run((module, session) => {
      module.C_SignInit(session, { mechanism }, key.key);
      const out = Buffer.alloc(length);
      // QUIRK(SoftHSM 2.6.1): C_Sign of nothing answers CKR_ARGUMENTS_BAD, as its data pointer is null; C_SignFinal alone does it.
      const signed =
        data.length === 0 ? module.C_SignFinal(session, out) : module.C_Sign(session, viewBuffer(data), out);
      return viewBytes(signed);
    });
  }

  sign(name: string, data: Uint8Array): Uint8Array {
    const digest = createHash('sha256').update(data).digest();
    return this.#sign(this.#require(name, 'sign'), pkcs11js.CKM_ECDSA, digest, 64);
  }

  hmac(name: string, data: Uint8Array): Uint8Array {
    return this.#sign(this.#require(name, 'hmac'), pkcs11js.CKM_SHA256_HMAC, data, 32);
  }

  cmac(name: string, data: Uint8Array): Uint8Array {
    const key = this.#require(name, 'cmac');
    return isTdes(key)
      ? this.#sign(key, pkcs11js.CKM_DES3_CMAC, data, 8)
      : this.#sign(key, pkcs11js.CKM_AES_CMAC, data, 16);
  }

  rawSign(name: string, block: Uint8Array): Uint8Array {
    return this.#sign(this.#require(name, 'raw-sign'), pkcs11js.CKM_RSA_X_509, block, block.length);
  }

  /** Reads a session object's value and destroys the object, whether the reading worked or not. */
  #takeOut(module: pkcs11js.PKCS11, session: pkcs11js.Handle, object: pkcs11js.Handle): Uint8Array {
    try {
      return viewBytes(readAttribute(module, session, object, pkcs11js.CKA_VALUE));
    } finally {
      module.C_DestroyObject(session, object);
    }
  }

  agree(name: string, point: Uint8Array): Uint8Array {
    const { key } = this.#require(name, 'agree');
    const parameter = { type: pkcs11js.CK_PARAMS_EC_DH, kdf: pkcs11js.CKD_NULL, publicData: Buffer.from(point) };
    return this.#session.run((module, session) => {
      const template = [...readableTemplate(pkcs11js.CKK_GENERIC_SECRET), { type: pkcs11js.CKA_VALUE_LEN, value: 32 }];
      const secret = module.C_DeriveKey(session, { mechanism: pkcs11js.CKM_ECDH1_DERIVE, parameter }, key, template);
      return this.#takeOut(module, session, secret);
    });
  }

  #encrypt(key: pkcs11js.Handle, mechanism: pkcs11js.Mechanism, blocks: Uint8Array): Uint8Array {
    return this.#session.run((module, session) => {
      module.C_EncryptInit(session, mechanism, key);
      return viewBytes(module.C_Encrypt(session, viewBuffer(blocks), Buffer.alloc(blocks.length)));
    });
  }

  encryptBlocks(name: string, blocks: Uint8Array): Uint8Array {
    const stored = this.#require(name, 'encrypt');
    return this.#encrypt(stored.key, isTdes(stored) ? tdesCbc : aesCbc, blocks);
  }

  decryptBlocks(name: string, blocks: Uint8Array): Uint8Array {
    const stored = this.#require(name, 'decrypt');
    return this.#session.run((module, session) => {
      module.C_DecryptInit(session, isTdes(stored) ? tdesCbc : aesCbc, stored.key);
      return viewBytes(module.C_Decrypt(session, viewBuffer(blocks), Buffer.alloc(blocks.length)));
    });
  }

  retailMacs(name: string, messages: readonly Uint8Array[]): readonly Uint8Array[] {
    const { key, leftHalf } = this.#require(name, 'retail-mac');
    if (leftHalf === null) throw new StationFault('KEYS-NOT-FOUND', { name: `${name}/left` });
    return retailMacs(messages, {
      left: (blocks) => this.#encrypt(leftHalf, tdesEcb, blocks),
      whole: (blocks) => this.#encrypt(key, tdesEcb, blocks),
    });
  }

  wrap(name: string, value: Uint8Array): Uint8Array {
    const { key } = this.#require(name, 'wrap');
    return this.#session.run((module, session) => {
      const clear = module.C_CreateObject(session, [
        ...readableTemplate(wrappedType(value.length)),
        { type: pkcs11js.CKA_VALUE, value: viewBuffer(value) },
      ]);
      try {
        const mechanism = { mechanism: pkcs11js.CKM_AES_KEY_WRAP };
        return viewBytes(module.C_WrapKey(session, mechanism, key, clear, Buffer.alloc(value.length + 8)));
      } finally {
        module.C_DestroyObject(session, clear);
      }
    });
  }

  unwrap(name: string, wrapped: Uint8Array): Uint8Array {
    const { key } = this.#require(name, 'wrap');
    try {
      return this.#session.run((module, session) => {
        const mechanism = { mechanism: pkcs11js.CKM_AES_KEY_WRAP };
        const template = readableTemplate(wrappedType(wrapped.length - 8));
        return this.#takeOut(
          module,
          session,
          module.C_UnwrapKey(session, mechanism, key, Buffer.from(wrapped), template),
        );
      });
    } catch (thrown) {
      // QUIRK(SoftHSM 2.6.1): a wrap that does not verify answers CKR_GENERAL_ERROR instead of CKR_WRAPPED_KEY_INVALID.
      if (thrown instanceof StationFault && thrown.code === 'KEYS-HSM-FAULT') {
        // A token whose files are gone answers the same.
        this.#session.requirePresent();
        throw new StationFault('KEYS-UNWRAP', { reason: 'the key wrap does not verify' }, thrown);
      }
      throw thrown;
    }
  }

  readRegister(name: string): Uint8Array | null {
    return this.#registers.read(name);
  }

  writeRegister(name: string, value: Uint8Array): void {
    this.#registers.write(name, value);
  }

  close(): void {
    this.#keys.clear();
    this.#session.close();
  }
}
