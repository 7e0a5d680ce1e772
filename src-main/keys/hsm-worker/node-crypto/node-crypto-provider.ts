import {
  createHmac,
  diffieHellman,
  createPrivateKey,
  createPublicKey,
  constants,
  generateKeyPairSync,
  privateEncrypt,
  randomBytes,
  sign,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Secret } from '#shared/bytes/secret.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { KeyIdentity, RsaPublicKey } from '../../port.ts';
import { aesKeyUnwrap, aesKeyWrap } from '../aes-key-wrap.ts';
import { kcvMethodOf, pointCheckValue, rsaCheckValue, secretCheckValue } from '../check-value.ts';
import { pointOfJwk, publicKeyOfPoint } from '../curve-point.ts';
import type { KeyLife, KeyProvider, NewKey } from '../key-provider.ts';
import { nodeCiphers } from '../node-ciphers.ts';
import { doubledLeftHalf, tdesCbcDecrypt, tdesCbcEncrypt, tdesCmac, tdesEcbEncrypt } from '../node-tdes.ts';
import { setOddParity } from '../tdes-parity.ts';
import { symmetricKeyLength } from '../symmetric-key-length.ts';
import { retailMacs } from '../retail-macs.ts';
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

function rsaOf(privateKey: KeyObject): RsaPublicKey {
  const { n = '', e = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return {
    modulus: new Uint8Array(Buffer.from(n, 'base64url')),
    exponent: new Uint8Array(Buffer.from(e, 'base64url')),
  };
}

function isTdes({ algorithm }: Pick<KeyIdentity, 'algorithm'>): boolean {
  return algorithm.startsWith('TDES');
}

/** Keys by node:crypto in an enciphered file: the same acts for training where no PKCS#11 module is installed. */
export class NodeCryptoProvider implements KeyProvider {
  readonly kind = 'node-crypto';
  readonly module = 'node:crypto';
  /** Its keys are test keys, and so are the PINs. */
  readonly notOffered = [];
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

  /** The keys are in this process: they are there as long as it is. */
  requirePresent(): void {}

  list(): readonly KeyIdentity[] {
    return [...this.#keys.values()].filter(({ life }) => life === 'token').map(({ identity }) => identity);
  }

  find(name: string): KeyIdentity | null {
    return this.#keys.get(name)?.identity ?? null;
  }

  #require(name: string, right: KeyRight): HeldKey {
    const held = this.#keys.get(name);
    if (held === undefined) throw new StationFault('KEYS-NOT-FOUND', { name });
    requireRight(held.identity, right);
    return held;
  }

  #keep(key: NewKey, life: KeyLife, material: Buffer, kcv: string): KeyIdentity {
    const identity: KeyIdentity = { ...key, kcv, kcvMethod: kcvMethodOf(key.algorithm) };
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
    if (key.algorithm === 'RSA') {
      if (key.size === undefined || key.exponent === undefined)
        throw new TypeError('an RSA pair has size and exponent');
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: key.size, publicExponent: key.exponent });
      const der = privateKey.export({ format: 'der', type: 'pkcs8' });
      return this.#keep(key, life, der, rsaCheckValue(rsaOf(privateKey)));
    }
    const material = randomBytes(symmetricKeyLength(key.algorithm));
    if (isTdes(key)) setOddParity(material);
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
    const key = this.#privateKey(this.#require(name, 'sign').material);
    return viewBytes(sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }));
  }

  agree(name: string, point: Uint8Array): Uint8Array {
    const key = this.#privateKey(this.#require(name, 'agree').material);
    return viewBytes(diffieHellman({ privateKey: key, publicKey: publicKeyOfPoint(point) }));
  }

  hmac(name: string, data: Uint8Array): Uint8Array {
    return viewBytes(createHmac('sha256', this.#require(name, 'hmac').material).update(data).digest());
  }

  cmac(name: string, data: Uint8Array): Uint8Array {
    const { identity, material } = this.#require(name, 'cmac');
    return isTdes(identity) ? tdesCmac(material, data) : nodeCiphers.aesCmac(material, data);
  }

  encryptBlocks(name: string, blocks: Uint8Array): Uint8Array {
    const { identity, material } = this.#require(name, 'encrypt');
    return isTdes(identity) ? tdesCbcEncrypt(material, blocks) : nodeCiphers.aesCbcEncrypt(material, zeroBlock, blocks);
  }

  decryptBlocks(name: string, blocks: Uint8Array): Uint8Array {
    const { identity, material } = this.#require(name, 'decrypt');
    return isTdes(identity) ? tdesCbcDecrypt(material, blocks) : nodeCiphers.aesCbcDecrypt(material, zeroBlock, blocks);
  }

  retailMacs(name: string, messages: readonly Uint8Array[]): readonly Uint8Array[] {
    const { material } = this.#require(name, 'retail-mac');
    const left = doubledLeftHalf(material);
    try {
      return retailMacs(messages, {
        left: (blocks) => tdesEcbEncrypt(left, blocks),
        whole: (blocks) => tdesEcbEncrypt(material, blocks),
      });
    } finally {
      left.fill(0);
    }
  }

  rawSign(name: string, block: Uint8Array): Uint8Array {
    const key = this.#privateKey(this.#require(name, 'raw-sign').material);
    return viewBytes(privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, block));
  }

  publicRsa(name: string): RsaPublicKey {
    const held = this.#keys.get(name);
    if (held?.identity.algorithm !== 'RSA') throw new StationFault('KEYS-NOT-FOUND', { name });
    return rsaOf(this.#privateKey(held.material));
  }

  wrap(name: string, value: Uint8Array): Uint8Array {
    return aesKeyWrap(this.#require(name, 'wrap').material, value);
  }

  unwrap(name: string, wrapped: Uint8Array): Uint8Array {
    const key = this.#require(name, 'wrap').material;
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
