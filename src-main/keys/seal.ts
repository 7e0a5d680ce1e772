import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import canonicalize from 'canonicalize';
import { combine, split } from 'shamir-secret-sharing';
import { z } from 'zod';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { Secret } from '#shared/bytes/secret.ts';
import type { Environment, PersonId } from '#shared/domain/identifiers.ts';
import { environment, personId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { deriveKey, derivation } from '../platform/argon2.ts';
import { writeFileDurably } from '../platform/write-file-durably.ts';

/** What the seal keeps: without it neither the HSM nor the database opens. */
export interface SealedSecret {
  /** 32 hexadecimal digits. */
  readonly hsmPin: string;
  /** 32 bytes. */
  readonly databaseKey: Uint8Array;
}

/** One person's way into the seal. */
export interface SealPerson {
  readonly person: PersonId;
  readonly password: Secret<string>;
}

const most = 16;
const base64 = z.base64();

const shareForm = z.strictObject({
  person: personId,
  /** RFC 9106; 32 bytes out. */
  derivation: z.strictObject({
    name: z.literal(derivation.name),
    memoryKiB: z.literal(derivation.memoryKiB),
    passes: z.literal(derivation.passes),
    lanes: z.literal(derivation.lanes),
    salt: base64,
  }),
  nonce: base64,
  /** AES-256-GCM, tag at the end. */
  ciphertext: base64,
});

const sealBody = z.strictObject({
  format: z.literal('cardwright-seal'),
  version: z.literal(1),
  /** Ties the shares together; 32 hexadecimal digits. */
  id: z.string().regex(/^[0-9a-f]{32}$/),
  environment,
  threshold: z.literal(2),
  shares: z.array(shareForm).min(2).max(most),
});
const sealForm = z.strictObject({ body: sealBody, digest: z.string().regex(/^[0-9a-f]{64}$/) });
type SealBody = z.infer<typeof sealBody>;
type Share = z.infer<typeof shareForm>;

/** A damaged file is told apart from a wrong password by this; it protects from accident, the share's tag from intent. */
function digestOf(body: SealBody): string {
  return createHash('sha256')
    .update(canonicalize(body) ?? '')
    .digest('hex');
}

/** What each share is bound to: this seal, its environment and its person. */
function associated(body: Pick<SealBody, 'id' | 'environment'>, person: PersonId): Buffer {
  return Buffer.from(`cardwright-seal/1\0${body.id}\0${body.environment}\0${person}`, 'utf8');
}

async function shareKey(password: Secret<string>, salt: Uint8Array): Promise<Buffer> {
  return deriveKey(password.reveal(), salt);
}

const magic = Buffer.from('CWS1', 'ascii');

/** Secret as 52 bytes: CWS1, PIN (16), database key (32). */
function packSecret(secret: SealedSecret): Buffer {
  const pin = fromHex(secret.hsmPin);
  if (pin.length !== 16 || secret.databaseKey.length !== 32) throw new RangeError('secret of a wrong length');
  return Buffer.concat([magic, pin, secret.databaseKey]);
}

function unpackSecret(bytes: Uint8Array, file: string): SealedSecret {
  if (bytes.length !== 52 || !magic.equals(bytes.subarray(0, 4))) {
    throw new StationFault('KEYS-SEAL-DAMAGED', { file, reason: 'the shares do not belong together' });
  }
  return { hsmPin: toHex(bytes.subarray(4, 20)), databaseKey: bytes.slice(20) };
}

/** Makes a new secret at random. */
export function newSealedSecret(): Secret<SealedSecret> {
  return new Secret({ hsmPin: toHex(randomBytes(16)), databaseKey: new Uint8Array(randomBytes(32)) });
}

async function sealShare(
  body: Pick<SealBody, 'id' | 'environment'>,
  person: SealPerson,
  share: Uint8Array,
): Promise<Share> {
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const key = await shareKey(person.password, salt);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(associated(body, person.person));
  const ciphertext = Buffer.concat([cipher.update(share), cipher.final(), cipher.getAuthTag()]);
  key.fill(0);
  share.fill(0);
  return {
    person: person.person,
    derivation: { ...derivation, salt: salt.toString('base64') },
    nonce: nonce.toString('base64'),
    ciphertext: ciphertext.toString('base64'),
  };
}

/**
 * Seals a secret so that any two of the people open it (Shamir, 2 of n; each share under that person's password) and writes the file, 0600,
 * whole or not at all. KEYS-SEAL-PEOPLE on fewer than two, more than sixteen, or one person twice.
 */
export async function createSeal(
  file: string,
  secret: Secret<SealedSecret>,
  people: readonly SealPerson[],
  sealEnvironment: Environment,
): Promise<void> {
  const names = new Set(people.map(({ person }) => person));
  if (names.size < 2 || names.size > most || names.size !== people.length) {
    throw new StationFault('KEYS-SEAL-PEOPLE', { count: names.size, most });
  }
  const packed = packSecret(secret.reveal());
  const shares = await split(new Uint8Array(packed), people.length, 2);
  packed.fill(0);
  const head = { id: toHex(randomBytes(16)), environment: sealEnvironment };
  const sealed: Share[] = [];
  for (const [at, person] of people.entries()) {
    const share = shares[at];
    if (share === undefined) throw new RangeError('a share is missing');
    sealed.push(await sealShare(head, person, share));
  }
  const body: SealBody = { format: 'cardwright-seal', version: 1, ...head, threshold: 2, shares: sealed };
  writeFileDurably(file, `${JSON.stringify({ body, digest: digestOf(body) }, null, 2)}\n`);
}

/** Reads a seal without opening it; KEYS-SEAL-MISSING, KEYS-SEAL-DAMAGED. */
function readSeal(file: string): SealBody {
  if (!existsSync(file)) throw new StationFault('KEYS-SEAL-MISSING', { file });
  let stored: z.infer<typeof sealForm>;
  try {
    stored = sealForm.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new StationFault('KEYS-SEAL-DAMAGED', { file, reason: 'the form is wrong' }, cause);
  }
  if (digestOf(stored.body) !== stored.digest) {
    throw new StationFault('KEYS-SEAL-DAMAGED', { file, reason: 'its digest differs' });
  }
  return stored.body;
}

/** Who may open a seal, and for which environment it is. KEYS-SEAL-MISSING, KEYS-SEAL-DAMAGED. */
export function describeSeal(file: string): {
  readonly environment: Environment;
  readonly people: readonly PersonId[];
} {
  const body = readSeal(file);
  return { environment: body.environment, people: body.shares.map(({ person }) => person) };
}

async function openShare(body: SealBody, who: SealPerson): Promise<Uint8Array> {
  const share = body.shares.find(({ person }) => person === who.person);
  if (share === undefined) throw new StationFault('KEYS-UNSEAL-REFUSED', { person: who.person });
  const key = await shareKey(who.password, Buffer.from(share.derivation.salt, 'base64'));
  const sealed = Buffer.from(share.ciphertext, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(share.nonce, 'base64'), { authTagLength: 16 });
    decipher.setAAD(associated(body, who.person));
    decipher.setAuthTag(sealed.subarray(-16));
    const clear = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    return new Uint8Array(clear.buffer, clear.byteOffset, clear.length);
  } catch (cause) {
    throw new StationFault('KEYS-UNSEAL-REFUSED', { person: who.person }, cause);
  } finally {
    key.fill(0);
  }
}

/**
 * Opens a seal by two different people.
 *
 * KEYS-UNSEAL-SAME-PERSON; KEYS-ENVIRONMENT when the seal is for the other environment (a test seal opens no live station);
 * KEYS-UNSEAL-REFUSED naming the person whose password is wrong; KEYS-SEAL-MISSING, KEYS-SEAL-DAMAGED. Changes nothing.
 */
export async function openSeal(
  file: string,
  people: readonly [SealPerson, SealPerson],
  asked: Environment,
): Promise<Secret<SealedSecret>> {
  const body = readSeal(file);
  if (body.environment !== asked) {
    throw new StationFault('KEYS-ENVIRONMENT', { station: asked, asked: body.environment });
  }
  const [first, second] = people;
  if (first.person === second.person) throw new StationFault('KEYS-UNSEAL-SAME-PERSON', { person: first.person });
  const shares = [await openShare(body, first), await openShare(body, second)];
  let joined: Uint8Array;
  try {
    joined = await combine(shares);
  } catch (cause) {
    throw new StationFault('KEYS-SEAL-DAMAGED', { file, reason: 'the shares do not belong together' }, cause);
  }
  for (const share of shares) share.fill(0);
  try {
    return new Secret(unpackSecret(joined, file));
  } finally {
    joined.fill(0);
  }
}
