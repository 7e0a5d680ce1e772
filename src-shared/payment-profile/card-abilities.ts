import { fromHex } from '../bytes/bytes.ts';
import type { OfflineAuthentication } from '../protocols/emv/certificates/certificate-lengths.ts';
import { servesContactless } from './profile-sides.ts';
import { readSource, type PaymentProfile, type ProfileRow } from './profile-schema.ts';

/** What a profile's card can do; from it follows which other values it must have. */
export interface CardAbilities {
  readonly authentication: 'none' | OfflineAuthentication;
  /** Whether the card itself checks a PIN. */
  readonly offlinePin: 'checked' | 'none';
  /** Whether terminals encipher the PIN for it, under a key pair that serves for nothing else. EMV 4.3 Book 2 §7.1. */
  readonly encipheredPin: 'taken' | 'none';
  /** Whether it answers without contact in a way of its own. */
  readonly contactless: 'served' | 'none';
}

/** The bytes of a constant row, or undefined where there is none. */
export function constantOf(profile: PaymentProfile, item: string): Uint8Array | undefined {
  const found = allRows(profile).find((row) => row.item === item);
  return found === undefined ? undefined : constantBytes(found);
}

export function constantBytes(row: ProfileRow): Uint8Array | undefined {
  const { kind, rest } = readSource(row.source);
  return kind === 'constant' ? fromHex(rest) : undefined;
}

export function allRows(profile: PaymentProfile): readonly ProfileRow[] {
  return profile.groupings.flatMap(({ rows }) => rows);
}

/** CVM codes by which the card checks a PIN: plaintext or enciphered, with signature or not. EMV 4.3 Book 3 Annex C3. */
const cardChecksPin: ReadonlySet<number> = new Set([1, 3, 4, 5]);

function authenticationOf(interchange: number): CardAbilities['authentication'] {
  if ((interchange & 0x01) !== 0) return 'cda';
  if ((interchange & 0x20) !== 0) return 'dda';
  return (interchange & 0x40) !== 0 ? 'sda' : 'none';
}

/** CVM codes by which the PIN goes to the card enciphered. EMV 4.3 Book 3 Annex C3. */
const encipheredForCard: ReadonlySet<number> = new Set([4, 5]);

/** Reads AIP (EMV 4.3 Book 3 Annex C1: byte 1 bit 7 is SDA, bit 6 DDA, bit 1 CDA; the strongest counts) and CVM list (§10.5: rules after two amounts). */
export function cardAbilities(profile: PaymentProfile): CardAbilities {
  const interchange = constantOf(profile, '82')?.[0] ?? 0;
  const methods = constantOf(profile, '8e')?.subarray(8) ?? new Uint8Array(0);
  const codes = methods.filter((_, at) => at % 2 === 0);
  return {
    authentication: authenticationOf(interchange),
    offlinePin: codes.some((code) => cardChecksPin.has(code & 0x3f)) ? 'checked' : 'none',
    encipheredPin: codes.some((code) => encipheredForCard.has(code & 0x3f)) ? 'taken' : 'none',
    contactless: servesContactless(profile) ? 'served' : 'none',
  };
}
