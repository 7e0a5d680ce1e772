import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Surroundings } from '../platform/surroundings.ts';
import type { Vault } from '../sealing/vault.ts';
import type { CmsDatabase } from '../store/database.ts';

const name = 'scheme-authority';
/** The longest modulus that a data object carries. EMV 4.4 Book 2 Annex D1. */
const bits = 1984;
const yearsOfUse = 15;
/** Years after it mean the last century. EMV 4.4 Book 4 §6.7.3. */
const lastYear = 2049;

const form = z.strictObject({ year: z.int(), month: z.int(), pkcs8: z.string() });

/** The key of the scheme's test authority, and the month until which it holds. */
export interface SchemeKey {
  readonly privateKey: KeyObject;
  readonly expiry: { readonly year: number; readonly month: number };
}

/** Reads the key, sealed by the vault among the settings, or makes it at the first call. */
export async function openSchemeKey(
  database: CmsDatabase,
  vault: Vault,
  surroundings: Surroundings,
): Promise<SchemeKey> {
  const stored = async (): Promise<SchemeKey | null> => {
    const row = await database.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirst();
    if (row === undefined) return null;
    const { pkcs8, ...expiry } = form.parse(JSON.parse(vault.open(row.value, name).toString('utf8')));
    const key = { key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' } as const;
    return { privateKey: createPrivateKey(key), expiry };
  };
  const known = await stored();
  if (known !== null) return known;
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: bits, publicExponent: 3 });
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
  const year = Math.min(surroundings.now().getUTCFullYear() + yearsOfUse, lastYear);
  const value = vault.seal(Buffer.from(JSON.stringify({ year, month: 12, pkcs8 }), 'utf8'), name);
  await database
    .insertInto('setting')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const settled = await stored();
  if (settled === null) throw new Error(`setting ${name} was not stored`);
  return settled;
}
