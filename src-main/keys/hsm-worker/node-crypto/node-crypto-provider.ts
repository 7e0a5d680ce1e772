import {
  createHmac,
  diffieHellman,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Secret } from '#shared/bytes/secret.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { KeyIdentity } from '../../port.ts';
import { aesKeyUnwrap, aesKeyWrap } from '../aes-key-wrap.ts';
import { pointCheckValue, secretCheckValue } from '../check-value.ts';
import { pointOfJwk, publicKeyOfPoint } from '../curve-point.ts';
import type { KeyLife, KeyProvider, NewKey } from '../key-provider.ts';
import { nodeCiphers } from '../node-ciphers.ts';
import { symmetricKeyLength } from '../symmetric-key-length.ts';
import type { KeyRight } from '../usage-rights.ts';
import { requireRight } from '../usage-rights.ts';
import { viewBytes } from '../view-bytes.ts';
import { KeyFile } from './key-file.ts';

interface HeldKey {
  readonly identity: KeyIdentity;
  readonly life: KeyLife;
  /** Symmetric key, or PKCS#8 DER of a private key. */
  readonly material: Buffer;
}

const zeroBlock = new Uint8Array(16);

function pointOf(privateKey: KeyObject): Uint8Array {
  return pointOfJwk(createPublicKey(privateKey).export({ format: 'jwk' }));
}

/** Keys by node:crypto in an enciphered file: the same acts for training where no PKCS#11 module is installed. */
export class NodeCryptoProvider implements KeyProvider {
  readonly kind = 'node-crypto';
  readonly module = 'node:crypto';
  readonly token: string;
  readonly #file: KeyFile;
  readonly #keys = new Map<string, HeldKey>();

  constructor(options: { readonly folder: string; readonly pin: Secret<string> }) {
    this.#file = KeyFile.open(options.folder, options.pin);
    this.token = this.#file.path;
    for (const { identity, material } of this.#file.content.keys) {
      this.#keys.set(identity.name, { identity, life: 'token', material: Buffer.from(material, 'base64') });
    }
  }

  #save(): void {
    const kept = [...this.#keys.values()].filter(({ life }) => life === 'token');
    this.#file.content = {
      ...this.#file.content,
      keys: kept.map(({ identity, material }) => ({ identity, material: material.toString('base64') })),
    };
    this.#file.save();
  }

  list(): readonly KeyIdentity[] {
    return [...this.#keys.values()].filter(({ life }) => life === 'token').map(({ identity }) => identity);
  }

  find(name: string): KeyIdentity | null {
    return this.#keys.get(name)?.identity ?? null;
  }

  #require(name: string, right: KeyRight): Buffer {
    const held = this.#keys.get(name);
    if (held === undefined) throw new StationFault('KEYS-NOT-FOUND', { name });
    requireRight(held.identity, right);
    return held.material;
  }

  #keep(key: NewKey, life: KeyLife, material: Buffer, kcv: string): KeyIdentity {
    const identity: KeyIdentity = { ...key, kcv };
    this.#keys.set(key.name, { identity, life, material });
    if (life === 'token') this.#save();
    return identity;
  }

  #refuseTaken(name: string): void {
    if (this.#keys.has(name)) throw new StationFault('KEYS-REFUSED', { reason: `there is a key ${name} already` });
  }

  generate(key: NewKey, life: KeyLife): KeyIdentity {
    this.#refuseTaken(key.name);
    if (key.algorithm === 'EC-P256') {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const material = privateKey.export({ format: 'der', type: 'pkcs8' });
      return this.#keep(key, life, material, pointCheckValue(pointOf(privateKey)));
    }
    const material = randomBytes(symmetricKeyLength(key.algorithm));
    return this.#keep(key, life, material, secretCheckValue(key.algorithm, material));
  }

  importSecret(key: NewKey, life: KeyLife, value: Uint8Array): KeyIdentity {
    this.#refuseTaken(key.name);
    return this.#keep(key, life, Buffer.from(value), secretCheckValue(key.algorithm, value));
  }

  destroy(name: string): void {
    const held = this.#keys.get(name);
    if (held === undefined) throw new StationFault('KEYS-NOT-FOUND', { name });
    this.#keys.delete(name);
    if (held.life === 'token') this.#save();
    held.material.fill(0);
  }

  #privateKey(material: Buffer): KeyObject {
    return createPrivateKey({ key: material, format: 'der', type: 'pkcs8' });
  }

  publicPoint(name: string): Uint8Array {
    const held = this.#keys.get(name);
    if (held === undefined || held.identity.algorithm !== 'EC-P256') throw new StationFault('KEYS-NOT-FOUND', { name });
    return pointOf(this.#privateKey(held.material));
  }

  sign(name: string, data: Uint8Array): Uint8Array {
    const key = this.#privateKey(this.#require(name, 'sign'));
    return viewBytes(sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }));
  }

  agree(name: string, point: Uint8Array): Uint8Array {
    const key = this.#privateKey(this.#require(name, 'agree'));
    return viewBytes(diffieHellman({ privateKey: key, publicKey: publicKeyOfPoint(point) }));
  }

  hmac(name: string, data: Uint8Array): Uint8Array {
    return viewBytes(createHmac('sha256', this.#require(name, 'hmac')).update(data).digest());
  }

  cmac(name: string, data: Uint8Array): Uint8Array {
    return nodeCiphers.aesCmac(this.#require(name, 'cmac'), data);
  }

  encryptBlocks(name: string, blocks: Uint8Array): Uint8Array {
    return nodeCiphers.aesCbcEncrypt(this.#require(name, 'encrypt'), zeroBlock, blocks);
  }

  decryptBlocks(name: string, blocks: Uint8Array): Uint8Array {
    return nodeCiphers.aesCbcDecrypt(this.#require(name, 'decrypt'), zeroBlock, blocks);
  }

  wrap(name: string, value: Uint8Array): Uint8Array {
    return aesKeyWrap(this.#require(name, 'wrap'), value);
  }

  unwrap(name: string, wrapped: Uint8Array): Uint8Array {
    const key = this.#require(name, 'wrap');
    if (wrapped.length !== 40) throw new StationFault('KEYS-UNWRAP', { reason: 'the wrapped key is not 40 bytes' });
    return aesKeyUnwrap(key, wrapped);
  }

  readRegister(name: string): Uint8Array | null {
    const value = this.#file.content.registers[name];
    return value === undefined ? null : new Uint8Array(Buffer.from(value, 'base64'));
  }

  writeRegister(name: string, value: Uint8Array): void {
    const registers = { ...this.#file.content.registers, [name]: Buffer.from(value).toString('base64') };
    this.#file.content = { ...this.#file.content, registers };
    this.#file.save();
  }

  close(): void {
    for (const { material } of this.#keys.values()) material.fill(0);
    this.#keys.clear();
    this.#file.wipe();
  }
}
