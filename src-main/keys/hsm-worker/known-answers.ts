import { createECDH, verify } from 'node:crypto';
import { concatBytes, equalBytes, fromHex, utf8 } from '#shared/bytes/bytes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { publicKeyOfPoint } from './curve-point.ts';
import type { KeyProvider } from './key-provider.ts';
import type { MechanismName, Proof } from './mechanisms.ts';
import { paymentAnswers } from './payment-answers.ts';
import { trial, withPair, withSecret } from './trial-keys.ts';

/** One mechanism's published answer or round trip. */
export interface KnownAnswer {
  readonly mechanism: MechanismName;
  /** The station's own keys need it: without it nothing starts. */
  readonly fatal: boolean;
  readonly source: string;
  readonly proves: (provider: KeyProvider) => boolean;
}

const key128 = fromHex('2b7e151628aed2a6abf7158809cf4f3c');
const key256 = fromHex('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4');
const plainBlock = fromHex('6bc1bee22e409f96e93d7e117393172a');

/** NIST's CBC vectors use the initial value 000102...0f; with a zero one it is added to the first block beforehand. */
function chained(block: Uint8Array): Uint8Array {
  return block.map((byte, at) => byte ^ at);
}

/** Each mechanism that the acts stand on, with a published answer or a round trip against node:crypto. */
const knownAnswers: readonly KnownAnswer[] = [
  {
    mechanism: 'AES-CMAC',
    fatal: true,
    source: 'RFC 4493 §4 examples 1 and 2',
    proves: (provider) =>
      withSecret(
        provider,
        trial('scp03-mac', 'AES-128'),
        key128,
        (name) =>
          equalBytes(provider.cmac(name, new Uint8Array(0)), fromHex('bb1d6929e95937287fa37d129b756746')) &&
          equalBytes(provider.cmac(name, plainBlock), fromHex('070a16b46b4d4144f79bdd9dd04a287c')),
      ),
  },
  {
    mechanism: 'HMAC-SHA-256',
    fatal: true,
    source: 'RFC 4231 §4.7 (case 6; the shorter keys of the other cases are refused by modules)',
    proves: (provider) =>
      withSecret(provider, trial('pan-digest', 'HMAC-SHA-256'), new Uint8Array(131).fill(0xaa), (name) =>
        equalBytes(
          provider.hmac(name, utf8('Test Using Larger Than Block-Size Key - Hash Key First')),
          fromHex('60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54'),
        ),
      ),
  },
  {
    mechanism: 'AES-CBC encryption',
    fatal: false,
    source: 'NIST SP 800-38A F.2.1, first block',
    proves: (provider) =>
      withSecret(provider, trial('scp03-dek', 'AES-128'), key128, (name) =>
        equalBytes(provider.encryptBlocks(name, chained(plainBlock)), fromHex('7649abac8119b246cee98e9b12e9197d')),
      ),
  },
  {
    mechanism: 'AES-CBC decryption',
    fatal: false,
    source: 'NIST SP 800-38A F.2.6, first block',
    proves: (provider) =>
      withSecret(provider, trial('dgi-transport', 'AES-256'), key256, (name) =>
        equalBytes(provider.decryptBlocks(name, fromHex('f58c4c04d6e5f1ba779eabfb5f7bfbd6')), chained(plainBlock)),
      ),
  },
  {
    mechanism: 'AES key wrap',
    fatal: true,
    source: 'RFC 3394 §4.6',
    proves: (provider) => {
      const value = fromHex('00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f');
      const wrapped = fromHex('28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21');
      const wrapping = fromHex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
      return withSecret(
        provider,
        trial('batch-wrapping', 'AES-256'),
        wrapping,
        (name) => equalBytes(provider.wrap(name, value), wrapped) && equalBytes(provider.unwrap(name, wrapped), value),
      );
    },
  },
  {
    mechanism: 'ECDSA P-256',
    fatal: true,
    source: 'round trip: signed by the store, verified by node:crypto',
    proves: (provider) =>
      withPair(provider, trial('station-signing', 'EC-P256'), (name) => {
        const data = utf8('sample');
        const key = publicKeyOfPoint(provider.publicPoint(name));
        return verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, provider.sign(name, data));
      }),
  },
  {
    mechanism: 'ECDH P-256',
    fatal: true,
    source: 'both sides: the store and node:crypto agree on one secret',
    proves: (provider) =>
      withPair(provider, trial('record-decryption', 'EC-P256'), (name) => {
        const other = createECDH('prime256v1');
        const point = concatBytes(other.generateKeys());
        return equalBytes(provider.agree(name, point), other.computeSecret(provider.publicPoint(name)));
      }),
  },
];

function reasonOf(provider: KeyProvider, { source, proves }: KnownAnswer): { reason: string; cause?: unknown } | null {
  try {
    return proves(provider) ? null : { reason: `wrong answer for ${source}` };
  } catch (cause) {
    if (cause instanceof StationFault && cause.code === 'KEYS-HSM-LOST') throw cause;
    return { reason: cause instanceof StationFault ? String(cause.details['result'] ?? cause.code) : 'failed', cause };
  }
}

/**
 * Proves every mechanism before anything is entrusted to the store. KEYS-MECHANISM names the first that fails of those which the station's
 * own keys need; what else fails is reported, and keys that would need it are refused.
 */
export function proveMechanisms(provider: KeyProvider): readonly Proof[] {
  return [...knownAnswers, ...paymentAnswers].map((answer) => {
    const { mechanism, source, fatal } = answer;
    const failure = reasonOf(provider, answer);
    if (failure !== null && fatal) {
      throw new StationFault('KEYS-MECHANISM', { mechanism, reason: failure.reason }, failure.cause);
    }
    return { mechanism, source, reason: failure?.reason ?? null };
  });
}
