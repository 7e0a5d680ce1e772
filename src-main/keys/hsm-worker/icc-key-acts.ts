import { createHash, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { equalBytes } from '#shared/bytes/bytes.ts';
import type { Environment } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { ChannelHandle, IccKeyGrouping, RsaPublicKey, SealedIccKey } from '../port.ts';
import type { ChannelActs } from './channel-acts.ts';
import type { KeyProvider } from './key-provider.ts';
import { readRsaPrivateKey } from './rsa-private-parts.ts';
import type { StationActs } from './station-acts.ts';

/** Bits of a card's modulus: at most what the longest issuer key can certify (EMV 4.3 Book 2 §6.1), at least what is still made. */
const sizes = { least: 1024, most: 1984 } as const;

/** The parts in the order in which they are sealed and sent. EMV CPS 1.1 annex A. */
const groupings = ['8201', '8202', '8203', '8204', '8205'] as const;

/**
 * What is sealed: 01 (this form), SHA-256 of modulus and exponent (32 bytes), then q^-1 mod p, d mod (q-1), d mod (p-1), q and p,
 * each half as long as the modulus, rounded up, and zeros to whole 8 bytes, as the wrap needs them. So a sealed pair cannot be passed off as
 * that of another public key.
 */
const form = 0x01;
const headLength = 33;

const makePair = promisify(generateKeyPair);

/** Length of one part, and of the whole. */
function lengths(modulus: Uint8Array): { readonly half: number; readonly whole: number } {
  const half = Math.ceil(modulus.length / 2);
  return { half, whole: Math.ceil((headLength + groupings.length * half) / 8) * 8 };
}

function fingerprint({ modulus, exponent }: RsaPublicKey): Uint8Array {
  const length = Uint8Array.of(modulus.length >> 8, modulus.length & 0xff);
  return createHash('sha256').update(length).update(modulus).update(exponent).digest();
}

/** Card key pairs: made here, sealed at once, and opened only to be enciphered for their card. */
export class IccKeyActs {
  readonly #provider: KeyProvider;
  readonly #station: StationActs;
  readonly #channels: ChannelActs;

  constructor(provider: KeyProvider, station: StationActs, channels: ChannelActs) {
    this.#provider = provider;
    this.#station = station;
    this.#channels = channels;
  }

  /** The primes are looked for in a thread of their own: other acts go on. The private key is wiped before the answer leaves. */
  async makeIccKey({
    size,
    exponent,
    environment,
  }: {
    readonly size: number;
    readonly exponent: 3 | 65537;
    readonly environment: Environment;
  }): Promise<SealedIccKey> {
    const { least, most } = sizes;
    if (!Number.isInteger(size) || size < least || size > most || size % 8 !== 0) {
      throw new StationFault('KEYS-REFUSED', { reason: `a card's key has ${least} to ${most} bits in whole bytes` });
    }
    // A caller of another version may ask for anything: the type ends at the process.
    if (![3, 65537].includes(exponent))
      throw new StationFault('KEYS-REFUSED', { reason: 'the exponent is 3 or 65537' });
    this.#station.requireEnvironment(environment);
    const { privateKey } = await makePair('rsa', {
      modulusLength: size,
      publicExponent: exponent,
      publicKeyEncoding: { type: 'pkcs1', format: 'der' },
      privateKeyEncoding: { type: 'pkcs1', format: 'der' },
    });
    try {
      return { ...this.#seal(privateKey), size, exponent };
    } finally {
      privateKey.fill(0);
    }
  }

  #seal(privateKey: Uint8Array): Pick<SealedIccKey, 'sealed' | 'publicKey'> {
    const { publicKey, p, q, dp, dq, qInverse } = readRsaPrivateKey(privateKey);
    const { half, whole } = lengths(publicKey.modulus);
    const clear = new Uint8Array(whole);
    try {
      clear[0] = form;
      clear.set(fingerprint(publicKey), 1);
      // Right in its place: a short number has zeros in front.
      for (const [at, part] of [qInverse, dq, dp, q, p].entries()) {
        clear.set(part, headLength + (at + 1) * half - part.length);
      }
      return { sealed: this.#provider.wrap(this.#station.poolWrappingName, clear), publicKey };
    } finally {
      clear.fill(0);
    }
  }

  iccKeyGroupings({
    channel,
    sealed,
    publicKey,
  }: {
    readonly channel: ChannelHandle;
    readonly sealed: Uint8Array;
    readonly publicKey: RsaPublicKey;
  }): readonly IccKeyGrouping[] {
    this.#channels.requireChannel(channel);
    const clear = this.#provider.unwrap(this.#station.poolWrappingName, sealed);
    try {
      const { half, whole } = lengths(publicKey.modulus);
      if (
        clear.length !== whole ||
        clear[0] !== form ||
        !equalBytes(clear.subarray(1, headLength), fingerprint(publicKey))
      ) {
        throw new StationFault('KEYS-REFUSED', { reason: 'the sealed key is not that of this public key' });
      }
      return groupings.map((dgi, at) => {
        const part = clear.subarray(headLength + at * half, headLength + (at + 1) * half);
        return { dgi, value: this.#channels.encipherGrouping(channel, [part]) };
      });
    } finally {
      clear.fill(0);
    }
  }
}
