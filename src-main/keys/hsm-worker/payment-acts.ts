import { concatBytes, fromHex } from '#shared/bytes/bytes.ts';
import type { KeyUsage } from '#shared/domain/key-usage.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import {
  finishVerificationValue,
  standInServiceCode,
  verificationBlocks,
} from '#shared/protocols/card-verification/card-verification-value.ts';
import { cvc3InitialVector, dynamicCvc3 } from '#shared/protocols/card-verification/dynamic-cvc3.ts';
import type { CardKeysRequest } from '../port/card-key-requests.ts';
import type { KeyIdentity } from '../port.ts';
import type { CardVerificationRequest, DynamicCvc3Request } from '../port/value-requests.ts';
import type { ChannelActs } from './channel-acts.ts';
import { secretCheckValue } from './check-value.ts';
import { deriveIccMasterKey } from './icc-master-key.ts';
import type { KeyProvider } from './key-provider.ts';
import { nodeTdes } from './node-tdes.ts';
import { requireUsage } from './require-usage.ts';
import type { StationActs } from './station-acts.ts';

/**
 * Certificate of an ICC key, and signed static data (EMV 4.3 Book 2 tables 7 (§6.1) and 3 (§5.1)); the issuer key's own request for a
 * certificate. None of them can be taken for another: the format is the first byte that is signed.
 */
const certifiedFormats: ReadonlySet<number> = new Set([0x04, 0x03, 0x21]);

/** What payment cards get from issuer keys: values, card keys and certificates. */
export class PaymentActs {
  readonly #provider: KeyProvider;
  readonly #station: StationActs;
  readonly #channels: ChannelActs;

  constructor(provider: KeyProvider, station: StationActs, channels: ChannelActs) {
    this.#provider = provider;
    this.#station = station;
    this.#channels = channels;
  }

  #require(name: string, usage: KeyUsage): KeyIdentity {
    return requireUsage(this.#provider, this.#station, name, usage);
  }

  cardVerificationValues({ cvk, pan, serviceCode, wanted }: CardVerificationRequest): readonly string[] {
    this.#require(cvk, 'cvk');
    // A caller of another version may ask for anything: one card has each value once.
    if (new Set(wanted.map(({ kind }) => kind)).size !== wanted.length || wanted.length === 0) {
      throw new StationFault('KEYS-REFUSED', { reason: 'each verification value of a card is asked for once' });
    }
    const messages = wanted.map(({ kind, expiry }) =>
      verificationBlocks(pan, expiry, kind === 'cvv' ? serviceCode : standInServiceCode[kind]),
    );
    return this.#provider.retailMacs(cvk, messages).map(finishVerificationValue);
  }

  /** The card's key is in clear here for two MACs: PKCS#11 has no mechanism that derives it into the token and pads as the MAC needs it. */
  dynamicCvc3({ imkCvc3, staticTrack, ...card }: DynamicCvc3Request): string {
    const { algorithm } = this.#require(imkCvc3, 'imk-cvc3');
    if (algorithm !== 'TDES-2') {
      throw new StationFault('KEYS-REFUSED', { reason: 'card keys are derived under two-key TDES' });
    }
    const key = deriveIccMasterKey(this.#provider, imkCvc3, card);
    try {
      const initialVector = cvc3InitialVector(nodeTdes, key, staticTrack);
      return dynamicCvc3(nodeTdes, key, { initialVector, ...card });
    } finally {
      key.fill(0);
    }
  }

  /** Keys of cryptogram, message integrity and message secrecy, in this order. EMV CPS 1.1 annex A, DGI 8000 and 9000. */
  cardKeysGrouping(request: CardKeysRequest): { readonly value: Uint8Array; readonly checkValues: Uint8Array } {
    const masters = [
      this.#require(request.imkAc, 'imk-ac'),
      this.#require(request.imkSmi, 'imk-smi'),
      this.#require(request.imkSmc, 'imk-smc'),
    ];
    const issuers = new Set(masters.map(({ issuer }) => issuer));
    const tdes = masters.every(({ algorithm }) => algorithm === 'TDES-2');
    if (issuers.size !== 1) throw new StationFault('KEYS-REFUSED', { reason: 'the keys are of different issuers' });
    if (!tdes) throw new StationFault('KEYS-REFUSED', { reason: 'card keys are derived under two-key TDES' });
    const derived: Uint8Array[] = [];
    try {
      for (const { name } of masters) derived.push(deriveIccMasterKey(this.#provider, name, request));
      const checkValues = derived.map((key) => fromHex(secretCheckValue('TDES-2', key)));
      const value = this.#channels.encipherGrouping(request.channel, derived);
      return { value, checkValues: concatBytes(...checkValues) };
    } finally {
      for (const key of derived) key.fill(0);
    }
  }

  certifyIcc({ issuerKey, block }: { readonly issuerKey: string; readonly block: Uint8Array }): Uint8Array {
    const { size = 0 } = this.#require(issuerKey, 'issuer-rsa');
    const framed = block[0] === 0x6a && block.at(-1) === 0xbc && certifiedFormats.has(block[1] ?? 0);
    if (block.length * 8 !== size || !framed) {
      const reason = 'an issuer key signs certificates of card keys, static data and its own request only';
      throw new StationFault('KEYS-REFUSED', { reason });
    }
    return this.#provider.rawSign(issuerKey, block);
  }
}
