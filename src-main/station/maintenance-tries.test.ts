import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Secret } from '#shared/bytes/secret.ts';
import { failuresUntilLocked, lockedFor } from '../access/password-policy.ts';
import { openJournal, SoftwareKeys, testFolder } from '../journal/journal.fixture.ts';
import { BootLog } from '../keys/boot-log.ts';
import { hashPassword } from '../platform/argon2.ts';
import { MaintenanceTries } from './maintenance-tries.ts';

const signal = AbortSignal.timeout(60_000);
const right = 'the right password';

/** A staged journal with one person in it, an HSM, and empty folders to begin anew in. */
async function bench() {
  const journal = openJournal();
  const phc = new Secret(await hashPassword(right));
  const about = { actor: { kind: 'station' }, issuer: null, subjects: { person: 'amira' } } as const;
  const person = { person: 'amira', displayName: 'Amira', issuers: 'all', environment: 'test' } as const;
  journal.appendWith(
    () => journal.credentials.set('amira', phc),
    { ...about, kind: 'person.created', payload: { ...person, roles: ['administrator'] } },
    { ...about, kind: 'person.password-set', payload: { person: 'amira' } },
  );
  const keys = new SoftwareKeys();
  let milliseconds = Date.UTC(2026, 2, 2);
  const clock = { now: () => new Date(milliseconds), monotonic: () => milliseconds };
  const open = async (hsm = keys) => {
    const bootLog = new BootLog(join(testFolder(), 'boot.log'), () => clock.now());
    const tries = await MaintenanceTries.open({ journal, keys: hsm, bootLog, task: 'restore', clock, signal });
    return {
      refusals: () => bootLog.read().map(({ kind, details }) => `${kind} ${Object.values(details).join(' ')}`),
      prove: async (password: string, name = 'amira') => {
        const result = await tries.prove(name, new Secret(password));
        return result.kind === 'known' ? 'known' : result.reason;
      },
    };
  };
  return { journal, keys, open, pass: (span: number) => (milliseconds += span) };
}

it('locks a person after as many wrong passwords as at the log-in, over any number of empty folders', async () => {
  const { open, pass } = await bench();
  const first = await open();
  for (let tries = 1; tries < failuresUntilLocked; tries++) expect(await first.prove('wrong')).toBe('password');
  expect(await (await open()).prove('wrong')).toBe('password');
  const third = await open();
  expect([await third.prove(right), await third.prove('wrong')]).toEqual(['locked', 'locked']);
  expect(third.refusals()).toEqual(['password-refused restore amira locked', 'password-refused restore amira locked']);
  pass(lockedFor);
  expect(await (await open()).prove(right)).toBe('known');
  // Who proved who they are begins to count anew.
  const last = await open();
  for (let tries = 1; tries < failuresUntilLocked; tries++) await last.prove('wrong');
  expect(await last.prove(right)).toBe('known');
});

it('counts what was refused at the windows too', async () => {
  const { journal, open } = await bench();
  const about = { actor: { kind: 'station' }, issuer: null, subjects: { person: 'amira' } } as const;
  for (let tries = 1; tries < failuresUntilLocked; tries++) {
    journal.append({ ...about, kind: 'session.refused', payload: { person: 'amira', reason: 'password' } });
  }
  const tries = await open();
  expect([await tries.prove('wrong'), await tries.prove(right)]).toEqual(['password', 'locked']);
});

it('has counted a try whose program was killed before it could tell', async () => {
  const { keys, open } = await bench();
  let writes = 0;
  const killed = Object.assign(new SoftwareKeys(), {
    readRegister: (name: string) => keys.readRegister(name),
    writeRegister: (name: string, value: Uint8Array) =>
      writes++ === 0 ? keys.writeRegister(name, value) : Promise.reject(new Error('killed')),
  });
  for (let tries = 0; tries < failuresUntilLocked; tries++) {
    writes = 0;
    await expect((await open(killed)).prove('wrong')).rejects.toThrow('killed');
  }
  expect(await (await open()).prove(right)).toBe('locked');
});

it('keeps no name that does not exist, and refuses a register that holds something else', async () => {
  const { keys, open } = await bench();
  const tries = await open();
  expect(await tries.prove('wrong', 'a password typed as a name')).toBe('unknown');
  expect(tries.refusals()).toEqual(['password-refused restore unknown unknown']);
  expect(keys.register.size).toBe(0);
  await keys.writeRegister('maintenance-tries', Buffer.from('[]'));
  await expect(open()).rejects.toMatchObject({ code: 'KEYS-REFUSED' });
});
