import { concatBytes, equalBytes, toHex } from '#shared/bytes/bytes.ts';
import type { CardCommand } from './card-command.ts';
import type { KeySetState, KeyState, SecurityDomainState } from './chip-state.ts';
import { FieldReader } from './field-reader.ts';
import { checkValueOf, isDes, keyType } from './key-sets.ts';
import type { SensitiveData } from './secure-session.ts';
import { StatusError } from './status-word.ts';

/** Version of the keys that a card comes with; adding the first own set ends it. GPC_SPE_034 v2.3.1 §11.8.2.1. */
const initialVersion = 0xff;

/** Versions that PUT KEY can give. GPC_SPE_034 v2.3.1 §11.8.2.3. */
const lastVersion = 0x7f;

interface NewKey {
  readonly key: KeyState;
  /** What the answer says of it; empty where the command brought no check value. */
  readonly checkValue: Uint8Array;
}

/**
 * PUT KEY: adds keys (P1=00) or replaces those of the version in P1, all of one command or none of them; the answer is
 * the new version and the check values. Key values come enciphered as the session says. GPC_SPE_034 v2.3.1 §11.8, for AES GPC_SPE_014 v1.1.2 §7.2.
 * Throws 6A88 for a version that is not there, 9484 for a key of another algorithm than the domain's protocols use, 9485 for
 * a check value that is another, 6A80 for data that cannot be read.
 */
export function putKey(domain: SecurityDomainState, command: CardCommand, sensitive: SensitiveData): Uint8Array {
  const firstId = command.p2 & 0x7f;
  const version = command.data[0] ?? 0;
  if (command.p1 > lastVersion || firstId === 0) throw new StatusError('wrongParameters');
  if (version === 0 || version > lastVersion) throw new StatusError('wrongData');
  const brought = keysIn(command.data.slice(1), firstId, domain, sensitive);
  const isOne = (command.p2 & 0x80) === 0;
  if (brought.length === 0 || (isOne && brought.length > 1) || firstId + brought.length > 0x80) {
    throw new StatusError('wrongData');
  }
  const keys = brought.map(({ key }) => key);
  if (command.p1 === 0) addKeys(domain, version, keys);
  else replaceKeys(domain, command.p1, version, keys);
  // A supplementary domain with keys of its own is personalised. GPC_SPE_034 v2.3.1 §5.3.2.3.
  if (domain.lifeCycle === 0x07) domain.lifeCycle = 0x0f;
  return concatBytes(Uint8Array.of(version), ...brought.map(({ checkValue }) => checkValue));
}

function addKeys(domain: SecurityDomainState, version: number, keys: readonly KeyState[]): void {
  const set = domain.keySets.find((each) => each.version === version);
  if (set !== undefined) {
    if (keys.some(({ id }) => set.keys.some((each) => each.id === id))) throw new StatusError('wrongData');
    set.keys = sorted([...set.keys, ...keys]);
    return;
  }
  const others = domain.keySets.filter((each) => each.version !== initialVersion || keys.length < 3);
  domain.keySets = [...others, { version, keys: sorted(keys), sequence: 0, failures: 0 }];
}

function replaceKeys(domain: SecurityDomainState, old: number, version: number, keys: readonly KeyState[]): void {
  const set = domain.keySets.find((each) => each.version === old);
  if (set === undefined || keys.some(({ id }) => !set.keys.some((each) => each.id === id))) {
    throw new StatusError('referencedDataNotFound');
  }
  const kept = set.keys.filter(({ id }) => !keys.some((each) => each.id === id));
  const isOther = version !== old;
  // Keys of one version belong together: a new version takes all of the old one along.
  if (isOther && (kept.length > 0 || domain.keySets.some((each) => each.version === version))) {
    throw new StatusError('wrongData');
  }
  const next: KeySetState = { version, keys: sorted([...kept, ...keys]), sequence: 0, failures: 0 };
  domain.keySets = [...domain.keySets.filter((each) => each !== set), next];
}

function sorted(keys: readonly KeyState[]): KeyState[] {
  return keys.toSorted((one, other) => one.id - other.id);
}

/** Reads key after key: type, length, value, length and value of the check value. GPC_SPE_034 v2.3.1 Table 11-68. */
function keysIn(
  data: Uint8Array,
  firstId: number,
  domain: SecurityDomainState,
  sensitive: SensitiveData,
): readonly NewKey[] {
  const keys: NewKey[] = [];
  const reader = new FieldReader(data);
  while (!reader.isAtEnd) {
    const id = firstId + keys.length;
    const type = reader.byte();
    const field = reader.field();
    if (type === keyType.rsaModulus) keys.push(publicKey(id, field, reader));
    else keys.push(secretKey({ id, type, field, checkValue: reader.field() }, domain, sensitive));
  }
  return keys;
}

/** A public key is not enciphered and has no check value: modulus, then exponent, then an empty field. */
function publicKey(id: number, modulus: Uint8Array, reader: FieldReader): NewKey {
  const second = reader.byte();
  const exponent = reader.field();
  const checkValue = reader.field();
  const fits = second === keyType.rsaExponent && checkValue.length === 0 && modulus.length >= 64 && exponent.length > 0;
  if (!fits) throw new StatusError('wrongData');
  const key = { id, type: keyType.rsaModulus, value: toHex(modulus), exponent: toHex(exponent) };
  return { key, checkValue: new Uint8Array() };
}

function secretKey(
  brought: { readonly id: number; readonly type: number; readonly field: Uint8Array; readonly checkValue: Uint8Array },
  domain: SecurityDomainState,
  sensitive: SensitiveData,
): NewKey {
  const { id, type, field, checkValue } = brought;
  const offered = type === keyType.aes ? 'scp03' : isDes(type) ? 'scp02' : undefined;
  if (offered === undefined || !domain.protocols.some(({ protocol }) => protocol === offered)) {
    throw new StatusError('algorithmNotSupported');
  }
  const value = type === keyType.aes ? aesKey(field, sensitive) : desKey(field, sensitive);
  const key = { id, type, value: toHex(value) };
  if (checkValue.length === 0) return { key, checkValue };
  if (checkValue.length !== 3) throw new StatusError('wrongData');
  if (!equalBytes(checkValue, checkValueOf(key))) throw new StatusError('wrongCheckValue');
  return { key, checkValue };
}

function desKey(field: Uint8Array, sensitive: SensitiveData): Uint8Array {
  if ((field.length !== 16 && field.length !== 24) || field.length % sensitive.blockLength !== 0) {
    throw new StatusError('wrongData');
  }
  return sensitive.decrypt(field);
}

/**
 * An AES key comes with its length in clear before it (GPC_SPE_014 v1.1.2 §7.2.2), or, as also seen in the field, enciphered and nothing else.
 * One of 24 bytes fills two blocks and so needs the first form.
 */
function aesKey(field: Uint8Array, sensitive: SensitiveData): Uint8Array {
  const isPlain = field.length > 0 && field.length % 16 === 0;
  const length = isPlain ? field.length : (field[0] ?? 0);
  const enciphered = isPlain ? field : field.slice(1);
  const fits = [16, 24, 32].includes(length) && enciphered.length === Math.ceil(length / 16) * 16;
  if (!fits || enciphered.length % sensitive.blockLength !== 0) throw new StatusError('wrongData');
  return sensitive.decrypt(enciphered).slice(0, length);
}
