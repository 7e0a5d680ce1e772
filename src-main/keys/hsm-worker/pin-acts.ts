import { randomBytes } from 'node:crypto';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { PinBlockForm, PinBlockReading } from '#shared/protocols/pin/enciphered-pin-block.ts';
import { withDecipheredPin } from '#shared/protocols/pin/enciphered-pin-block.ts';
import type { PinBlockCipher } from '#shared/protocols/pin/pin-block-cipher.ts';
import { naturalPin, pinOffset, pinValidationBlock } from '#shared/protocols/pin/pin-offset.ts';
import { finishPinVerificationValue, pinVerificationBlock } from '#shared/protocols/pin/pin-verification-value.ts';
import { demandTranslation, translatePinBlock } from '#shared/protocols/pin/translate-pin-block.ts';
import type { KeyIdentity } from '../port.ts';
import type {
  EncipheredPin,
  PinAct,
  PinOffsetRequest,
  PinTranslationRequest,
  PinVerificationRequest,
} from '../port/value-requests.ts';
import type { KeyProvider } from './key-provider.ts';
import { requireUsage } from './require-usage.ts';
import type { StationActs } from './station-acts.ts';
import { viewBytes } from './view-bytes.ts';

/** What each act is called in a fault. */
const names = {
  pinVerificationValue: 'the PIN verification value',
  pinOffset: 'the PIN offset',
  translatePinBlock: 'the translation of PIN blocks',
} as const satisfies Record<PinAct, string>;

function readingOf(pin: EncipheredPin): PinBlockReading {
  return pin.format === 1 ? { format: 1 } : { format: pin.format, pan: pin.pan };
}

/** One answer to every block that does not open: which place of it was wrong would tell digits of the PIN to whoever asks often. */
function withoutPlace(thrown: unknown): unknown {
  if (!(thrown instanceof StationFault) || thrown.code !== 'PIN-BLOCK-FORM') return thrown;
  const reason = 'it does not open with this key and card number';
  return new StationFault('PIN-BLOCK-FORM', { format: thrown.details['format'] ?? '', reason });
}

/**
 * What is computed from a PIN that comes enciphered: the only place where a PIN is in clear, one digit a byte, in buffers that are
 * overwritten. Never leaves, and never in a store that does not offer it.
 */
export class PinActs {
  readonly #provider: KeyProvider;
  readonly #station: StationActs;

  constructor(provider: KeyProvider, station: StationActs) {
    this.#provider = provider;
    this.#station = station;
  }

  #requireOffered(act: PinAct): void {
    if (this.#provider.notOffered.includes(act)) throw new StationFault('KEYS-NOT-OFFERED', { act: names[act] });
  }

  #zoneCipher(name: string, format: EncipheredPin['format']): { key: KeyIdentity; cipher: PinBlockCipher } {
    const key = requireUsage(this.#provider, this.#station, name, 'zone-pin-key');
    if (key.environment !== 'test') throw new StationFault('KEYS-REFUSED', { reason: 'live PINs open in an HSM only' });
    const aes = key.algorithm.startsWith('AES');
    if (aes !== (format === 4)) {
      throw new StationFault('KEYS-REFUSED', { reason: `${name} is ${key.algorithm}: not for format ${format}` });
    }
    // One block of CBC with initial value zero is the block by itself.
    const cipher: PinBlockCipher = {
      blockLength: aes ? 16 : 8,
      encrypt: (block) => this.#provider.encryptBlocks(name, block),
      decrypt: (block) => this.#provider.decryptBlocks(name, block),
    };
    return { key, cipher };
  }

  /** Lends the PIN to a value under a PIN verification key of the same issuer. */
  #compute<T>(pin: EncipheredPin, pvk: string, use: (digits: Uint8Array) => T): T {
    const { key, cipher } = this.#zoneCipher(pin.zonePinKey, pin.format);
    const verification = requireUsage(this.#provider, this.#station, pvk, 'pvk');
    if (verification.issuer !== key.issuer) {
      throw new StationFault('KEYS-REFUSED', { reason: 'the keys are of different issuers' });
    }
    try {
      return withDecipheredPin(cipher, readingOf(pin), pin.block, use);
    } catch (thrown) {
      throw withoutPlace(thrown);
    }
  }

  #lend<T>(bytes: Uint8Array, use: (bytes: Uint8Array) => T): T {
    try {
      return use(bytes);
    } finally {
      bytes.fill(0);
    }
  }

  pinVerificationValue({ pvk, keyIndex, pin }: PinVerificationRequest): string {
    this.#requireOffered('pinVerificationValue');
    return this.#compute(pin, pvk, (digits) =>
      this.#lend(pinVerificationBlock(pin.pan, keyIndex, digits), (block) =>
        this.#lend(this.#provider.encryptBlocks(pvk, block), finishPinVerificationValue),
      ),
    );
  }

  pinOffset({ pvk, decimalisationTable, validation, pin }: PinOffsetRequest): string {
    this.#requireOffered('pinOffset');
    const block = pinValidationBlock({ pan: pin.pan, ...validation });
    return this.#compute(pin, pvk, (digits) =>
      this.#lend(this.#provider.encryptBlocks(pvk, block), (enciphered) =>
        this.#lend(naturalPin(enciphered, decimalisationTable, digits.length), (natural) => pinOffset(natural, digits)),
      ),
    );
  }

  translatePinBlock({ from, to, purpose }: PinTranslationRequest): Uint8Array {
    this.#requireOffered('translatePinBlock');
    const { format, pan } = to;
    const form: PinBlockForm =
      format === 0 ? { format, pan } : { format, pan, random: viewBytes(randomBytes(format === 3 ? 10 : 8)) };
    const translation = { from: readingOf(from), to: form, purpose };
    demandTranslation(translation);
    const [source, target] = [this.#zoneCipher(from.zonePinKey, from.format), this.#zoneCipher(to.zonePinKey, format)];
    if (source.key.issuer !== target.key.issuer) {
      throw new StationFault('KEYS-REFUSED', { reason: 'the keys are of different issuers' });
    }
    try {
      return translatePinBlock({ from: source.cipher, to: target.cipher }, translation, from.block);
    } catch (thrown) {
      throw withoutPlace(thrown);
    }
  }
}
