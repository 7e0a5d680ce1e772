import { timingSafeEqual } from 'node:crypto';
import { ascii, concatBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { KeyAlgorithm } from '#shared/domain/key-usage.ts';
import { blockFault, readKeyBlockHeader, type KeyBlockHeader } from './key-block-header.ts';
import { nodeCiphers } from './node-ciphers.ts';
import { tdesCbcDecrypt, tdesCbcEncrypt, tdesCmac } from './node-tdes.ts';
import { symmetricKeyLength } from './symmetric-key-length.ts';

/** A key block protection key where it lies: its algorithm, and CMAC under it inside the key store. */
export interface ProtectionKey {
  readonly algorithm: KeyAlgorithm;
  readonly cmac: (data: Uint8Array) => Uint8Array;
}

interface BlockKeys {
  readonly encryption: Uint8Array;
  readonly authentication: Uint8Array;
}

/** Algorithm indicator of the derivation data. ANSI X9.143-2022 §7.2, tables 12 and 14. */
const indicators: Readonly<Partial<Record<KeyAlgorithm, number>>> = {
  'TDES-2': 0x0000,
  'TDES-3': 0x0001,
  'AES-128': 0x0002,
  'AES-192': 0x0003,
  'AES-256': 0x0004,
};

/** Counter, use (0000 encryption, 0001 authentication), 00, algorithm, length in bits. ANSI X9.143-2022 §7.2 (versions B and D). */
function deriveOne(key: ProtectionKey, use: number): Uint8Array {
  const length = symmetricKeyLength(key.algorithm);
  const indicator = indicators[key.algorithm] ?? 0;
  const bits = length * 8;
  const derived = new Uint8Array(length);
  for (let counter = 1, at = 0; at < length; counter++) {
    const part = key.cmac(Uint8Array.of(counter, 0, use, 0, indicator >> 8, indicator & 255, bits >> 8, bits & 255));
    derived.set(part.subarray(0, length - at), at);
    at += part.length;
    part.fill(0);
  }
  return derived;
}

function withBlockKeys<T>(key: ProtectionKey, work: (keys: BlockKeys) => T): T {
  const keys = { encryption: deriveOne(key, 0), authentication: deriveOne(key, 1) };
  try {
    return work(keys);
  } finally {
    keys.encryption.fill(0);
    keys.authentication.fill(0);
  }
}

function authenticate(version: 'B' | 'D', keys: BlockKeys, header: string, clear: Uint8Array): Uint8Array {
  const data = concatBytes(ascii(header), clear);
  const mac = version === 'B' ? tdesCmac(keys.authentication, data) : nodeCiphers.aesCmac(keys.authentication, data);
  data.fill(0);
  return mac;
}

/** Bits of the key, the key, padding. ANSI X9.143-2022 §6.4. */
function readKeyData(clear: Uint8Array): Uint8Array {
  const bits = ((clear[0] ?? 0) << 8) | (clear[1] ?? 0);
  if (bits % 8 !== 0 || bits === 0 || bits / 8 + 2 > clear.length) throw blockFault('its key has a wrong length');
  return clear.slice(2, 2 + bits / 8);
}

/**
 * Opens a key block: header and key, authentic under the protection key. KEYS-BLOCK. The caller wipes `value`. The encryption and
 * authentication keys of the block are derived by CMAC inside the key store and are in clear here while this runs. ANSI X9.143-2022 §7.
 */
export function openKeyBlock(
  text: string,
  key: ProtectionKey,
): { readonly header: KeyBlockHeader; readonly value: Uint8Array } {
  const header = readKeyBlockHeader(text);
  const { version } = header;
  if (key.algorithm.startsWith('TDES') !== (version === 'B')) {
    throw blockFault(`version ${version} is not protected by ${key.algorithm}`);
  }
  const unit = version === 'B' ? 8 : 16;
  const body = text.slice(header.length);
  if (!/^([0-9A-F]{2})*$/.test(body) || body.length % (unit * 2) !== 0 || body.length < unit * 4) {
    throw blockFault('its key is not in whole cipher blocks');
  }
  const bytes = fromHex(body);
  const mac = bytes.slice(-unit);
  const enciphered = bytes.slice(0, -unit);
  return withBlockKeys(key, (keys) => {
    const clear =
      version === 'B'
        ? tdesCbcDecrypt(keys.encryption, enciphered, mac)
        : nodeCiphers.aesCbcDecrypt(keys.encryption, mac, enciphered);
    try {
      const expected = authenticate(version, keys, text.slice(0, header.length), clear);
      if (!timingSafeEqual(expected, mac)) throw blockFault('it does not authenticate under this protection key');
      return { header, value: readKeyData(clear) };
    } finally {
      clear.fill(0);
    }
  });
}

/** What the header of a block to be made says. */
export interface SealedKeyForm {
  readonly usage: string;
  readonly algorithm: 'A' | 'T';
  readonly mode: string;
  readonly exportability: 'E' | 'N' | 'S';
}

/**
 * Makes a key block of version B or D, as the protection key's algorithm says, without optional blocks. The padding comes from `random` and hides how long the key is: as for three-key TDES or AES-256. ANSI X9.143-2022 §6.4, §7.
 */
export function sealKeyBlock(
  value: Uint8Array,
  form: SealedKeyForm,
  key: ProtectionKey,
  random: (length: number) => Uint8Array,
): string {
  const version = key.algorithm.startsWith('TDES') ? 'B' : 'D';
  const unit = version === 'B' ? 8 : 16;
  const padded = Math.ceil((2 + (form.algorithm === 'T' ? 24 : 32)) / unit) * unit;
  const clear = new Uint8Array(padded);
  const bits = value.length * 8;
  clear.set([bits >> 8, bits & 255]);
  clear.set(value, 2);
  clear.set(random(padded - 2 - value.length), 2 + value.length);
  const length = String(16 + (padded + unit) * 2).padStart(4, '0');
  const header = `${version}${length}${form.usage}${form.algorithm}${form.mode}00${form.exportability}0000`;
  return withBlockKeys(key, (keys) => {
    try {
      const mac = authenticate(version, keys, header, clear);
      const enciphered =
        version === 'B'
          ? tdesCbcEncrypt(keys.encryption, clear, mac)
          : nodeCiphers.aesCbcEncrypt(keys.encryption, mac, clear);
      return `${header}${toHex(enciphered).toUpperCase()}${toHex(mac).toUpperCase()}`;
    } finally {
      clear.fill(0);
    }
  });
}
