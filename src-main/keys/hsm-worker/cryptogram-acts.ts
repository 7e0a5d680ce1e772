import { timingSafeEqual } from 'node:crypto';
import type { KeyUsage } from '#shared/domain/key-usage.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { applicationCryptogram, responseCryptogram2 } from '#shared/protocols/emv/application-cryptogram.ts';
import { cryptogramDiversifier, sessionKey } from '#shared/protocols/emv/session-key.ts';
import { padWithMark } from '#shared/protocols/iso-9797/mac.ts';
import { demandLength } from '#shared/protocols/emv/value-form.ts';
import type {
  CryptogramRequest,
  ResponseCryptogramRequest,
  ScriptCipherRequest,
  ScriptMacRequest,
} from '../port/cryptogram-requests.ts';
import type { KeyIdentity } from '../port.ts';
import { deriveIccMasterKey, type IccKeyData } from './icc-master-key.ts';
import type { KeyProvider } from './key-provider.ts';
import { nodeTdes, tdesCbcEncrypt, tdesEcbEncrypt } from './node-tdes.ts';
import { requireUsage } from './require-usage.ts';
import type { StationActs } from './station-acts.ts';

const mostData = 512;

/**
 * What an issuer's host computes with the keys of one card. The card's key and its session key are in clear here for one MAC:
 * PKCS#11 has no mechanism that derives them into the token (as with `dynamicCvc3`).
 */
export class CryptogramActs {
  readonly #provider: KeyProvider;
  readonly #station: StationActs;

  constructor(provider: KeyProvider, station: StationActs) {
    this.#provider = provider;
    this.#station = station;
  }

  #require(name: string, usage: KeyUsage): KeyIdentity {
    const key = requireUsage(this.#provider, this.#station, name, usage);
    if (key.algorithm === 'TDES-2') return key;
    throw new StationFault('KEYS-REFUSED', { reason: 'card keys are derived under two-key TDES' });
  }

  /** What would serve a thief who has a card: offered for test cards only. */
  #requireTest(name: string, usage: KeyUsage): void {
    if (this.#require(name, usage).environment === 'test') return;
    throw new StationFault('KEYS-REFUSED', {
      reason: 'answers and scripts of the issuer are made for test cards only',
    });
  }

  #withSessionKey<Result>(
    master: string,
    card: IccKeyData,
    diversifier: Uint8Array,
    use: (key: Uint8Array) => Result,
  ): Result {
    const own = deriveIccMasterKey(this.#provider, master, card);
    const session = sessionKey({ tdesEcbEncrypt }, own, diversifier);
    own.fill(0);
    try {
      return use(session);
    } finally {
      session.fill(0);
    }
  }

  verifyCryptogram({ imkAc, atc, data, cryptogram, ...card }: CryptogramRequest): 'right' | 'wrong' {
    this.#require(imkAc, 'imk-ac');
    demandLength('cryptogram', cryptogram, 8);
    demandData(data);
    const right = this.#withSessionKey(imkAc, card, cryptogramDiversifier(atc), (key) =>
      applicationCryptogram(nodeTdes, key, data),
    );
    try {
      return timingSafeEqual(right, cryptogram) ? 'right' : 'wrong';
    } finally {
      right.fill(0);
    }
  }

  responseCryptogram({ imkAc, atc, cryptogram, cardStatusUpdate, ...card }: ResponseCryptogramRequest): Uint8Array {
    // A status update of zeros approves nothing and changes nothing: a proof ends its transaction by it.
    if (cardStatusUpdate.some((byte) => byte !== 0)) this.#requireTest(imkAc, 'imk-ac');
    else this.#require(imkAc, 'imk-ac');
    const none = new Uint8Array(0);
    return this.#withSessionKey(imkAc, card, cryptogramDiversifier(atc), (key) =>
      responseCryptogram2(nodeTdes, key, cryptogram, cardStatusUpdate, none),
    );
  }

  scriptMac({ imkSmi, cryptogram, data, ...card }: ScriptMacRequest): Uint8Array {
    this.#requireTest(imkSmi, 'imk-smi');
    demandData(data);
    return this.#withSessionKey(imkSmi, card, cryptogram, (key) => applicationCryptogram(nodeTdes, key, data));
  }

  scriptEncipher({ imkSmc, cryptogram, data, ...card }: ScriptCipherRequest): Uint8Array {
    this.#requireTest(imkSmc, 'imk-smc');
    demandData(data);
    return this.#withSessionKey(imkSmc, card, cryptogram, (key) => tdesCbcEncrypt(key, padWithMark(data)));
  }
}

function demandData(data: Uint8Array): void {
  if (data.length <= mostData) return;
  throw new StationFault('KEYS-REFUSED', { reason: `a MAC is made of at most ${String(mostData)} bytes` });
}
