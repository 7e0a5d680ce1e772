import type { Environment } from '#shared/domain/identifiers.ts';
import type { Surroundings } from '../platform/surroundings.ts';
import { Vault } from '../sealing/vault.ts';
import type { CmsDatabase } from './database.ts';

const dataKeyName = 'data-key';
const environmentName = 'environment';

async function read(database: CmsDatabase, name: string): Promise<Buffer | null> {
  const row = await database.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirst();
  return row?.value ?? null;
}

/** Stores a value unless there is one, and returns what is stored. */
async function settle(database: CmsDatabase, name: string, value: () => Buffer): Promise<Buffer> {
  const stored = await read(database, name);
  if (stored !== null) return stored;
  await database
    .insertInto('setting')
    .values({ name, value: value() })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const settled = await read(database, name);
  if (settled === null) throw new Error(`setting ${name} was not stored`);
  return settled;
}

/** Opens the vault: its data key lies in the database, wrapped under the master key; made at first start. */
export async function openVault(
  database: CmsDatabase,
  wrappingKey: Buffer,
  surroundings: Surroundings,
): Promise<Vault> {
  const wrapping = new Vault(wrappingKey, surroundings);
  const sealed = await settle(database, dataKeyName, () => wrapping.seal(surroundings.randomBytes(32), dataKeyName));
  return new Vault(wrapping.open(sealed, dataKeyName), surroundings);
}

/** Fixes at first start whether a folder is for test or live; returns what it is fixed to. */
export async function settleEnvironment(database: CmsDatabase, environment: Environment): Promise<Environment> {
  const settled = await settle(database, environmentName, () => Buffer.from(environment, 'ascii'));
  return settled.toString('ascii') === 'live' ? 'live' : 'test';
}
