import { z } from 'zod';
import type { CardKeyReference } from './dialogue.ts';

/** Ways from a manufacturer key to a card's keys, and the protocol of the keys that each gives. */
const protocolOfMethod = { kdf3: 'scp03', 'emv-cps-1.1': 'scp02', visa2: 'scp02' } as const;

type Method = keyof typeof protocolOfMethod;

/**
 * Whose keys open a card, by the names that the key registry knows them by: a key set (`key:northbank/scp03`), or a manufacturer key from which each card's own
 * are derived, and how (`kmc:kdf3:kmc-scp03/northbank/1`). EMV CPS 1.1 §4.1.
 */
export const cardKeyReference = z
  .string()
  .regex(
    /^(?:key:[a-z0-9-]+\/[a-z0-9-]+|kmc:(?:kdf3|emv-cps-1\.1|visa2):[a-z0-9][a-z0-9./-]{0,99})$/,
    'key: or kmc: and a name',
  );

function parts(reference: string): { readonly set: string } | { readonly kmc: string; readonly method: Method } {
  const [, method, kmc] = /^kmc:([^:]+):(.+)$/.exec(reference) ?? [];
  if (method === undefined || kmc === undefined) return { set: reference.slice('key:'.length) };
  return { kmc, method: method as Method };
}

/** The keys of a reference under the version by which the card knows them. */
export function readCardKeys(reference: string, version: number): CardKeyReference {
  const read = parts(reference);
  if ('set' in read) return { name: read.set, version };
  return { ...read, keyVersion: version };
}

/** The name that people read: of the key set or of the manufacturer key. */
export function cardKeyName(reference: string): string {
  const read = parts(reference);
  return 'set' in read ? read.set : read.kmc;
}

/** Who owns the keys of a reference, as the registry names them: an issuer, or `maker` for keys that a card comes with. */
export function ownerOfCardKeys(reference: string): string {
  const read = parts(reference);
  return ('set' in read ? read.set.split('/')[0] : read.kmc.split('/')[1]) ?? '';
}

/** Whether a key of the registry is one of a reference. */
export function isCardKey(reference: string, keyName: string): boolean {
  const read = parts(reference);
  return 'set' in read ? keyName.startsWith(`${read.set}/`) : keyName === read.kmc;
}

/** The protocol that derived keys are for; null for a key set, whose keys say it. */
export function protocolOfCardKeys(reference: string): 'scp02' | 'scp03' | null {
  const read = parts(reference);
  return 'set' in read ? null : protocolOfMethod[read.method];
}

/** What of a chip says whose keys it has and is to have. */
export interface KeyedChip {
  readonly keySet: string;
  readonly preflight: { readonly keyVersion: number };
  readonly factoryKeys?:
    | {
        readonly keySet: string;
        readonly keyVersion: number;
        readonly way?: 'add' | 'replace' | undefined;
        readonly form?: 'with-length' | 'plain-length' | undefined;
      }
    | undefined;
}

/** The maker's initial keys cannot be named as those that are replaced; they end when others are added. GPC_SPE_034 v2.3.1 §11.8.2.1. */
const initialVersion = 0xff;

/** The issuer's keys of a chip. */
export function issuerKeysOf({ keySet, preflight }: KeyedChip): CardKeyReference {
  return readCardKeys(keySet, preflight.keyVersion);
}

/** What replaces the keys that a blank comes with; null where these are the issuer's already. */
export function keyReplacementOf(chip: KeyedChip): {
  readonly from: CardKeyReference;
  readonly to: CardKeyReference;
  readonly way: 'add' | 'replace';
  readonly form: 'with-length' | 'plain-length';
} | null {
  const { factoryKeys } = chip;
  if (factoryKeys === undefined) return null;
  const { keySet, keyVersion, form = 'with-length' } = factoryKeys;
  const way = factoryKeys.way ?? (keyVersion === initialVersion ? 'add' : 'replace');
  return { from: readCardKeys(keySet, keyVersion), to: issuerKeysOf(chip), way, form };
}
