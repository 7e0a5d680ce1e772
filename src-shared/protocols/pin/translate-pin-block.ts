import { StationFault } from '../../faults/station-fault.ts';
import type { PinBlockForm, PinBlockReading } from './enciphered-pin-block.ts';
import { encipherPinBlock, withDecipheredPin } from './enciphered-pin-block.ts';
import type { PinBlockCipher } from './pin-block-cipher.ts';

/** What a translation is for: moving a PIN on, giving it to a card of another number at issuance, or submitting it to a chip. */
export type TranslationPurpose = 'transport' | 'card-issuance' | 'ic-card';

/** From what to what. */
export interface PinBlockTranslation {
  readonly from: PinBlockReading;
  readonly to: PinBlockForm;
  readonly purpose: TranslationPurpose;
}

/** Says why a translation is not permitted: it would free a PIN from its card number. PCI PIN Security Requirements v3.1 requirement 3-3. */
function objection({ from, to, purpose }: PinBlockTranslation): string | undefined {
  if (to.format === 2) return purpose === 'ic-card' ? undefined : 'format 2 is for submission to a chip only';
  if (from.format === 2) return 'format 2 never leaves the chip dialogue';
  if (to.format === 1) return from.format === 1 ? undefined : 'it would lose its card number';
  if (from.format === 1 || from.pan === to.pan || purpose === 'card-issuance') return undefined;
  return 'another card number is taken at issuance only';
}

/** PIN-BLOCK-TRANSLATION where formats, card numbers and purpose do not go together. */
export function demandTranslation(translation: PinBlockTranslation): void {
  const reason = objection(translation);
  if (reason === undefined) return;
  const { from, to } = translation;
  throw new StationFault('PIN-BLOCK-TRANSLATION', { from: from.format, to: to.format, reason });
}

/**
 * Deciphers a PIN block under one key and enciphers its PIN under another, in another format or for another card number where that is
 * permitted. PIN-BLOCK-TRANSLATION, PIN-BLOCK-FORM, EMV-VALUE-FORM. ISO 9564-1:2017 §9; PCI PIN Security Requirements v3.1 requirement 3-3.
 */
export function translatePinBlock(
  ciphers: { readonly from: PinBlockCipher; readonly to: PinBlockCipher },
  translation: PinBlockTranslation,
  block: Uint8Array,
): Uint8Array {
  demandTranslation(translation);
  return withDecipheredPin(ciphers.from, translation.from, block, (pin) =>
    encipherPinBlock(ciphers.to, translation.to, pin),
  );
}
