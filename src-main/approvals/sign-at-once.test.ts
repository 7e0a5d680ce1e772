import { describe, expect, it } from 'vitest';
import { Secret } from '#shared/bytes/secret.ts';
import type { PersonId } from '#shared/domain/identifiers.ts';
import { countingRandomness, steppingClock } from '../journal/journal.fixture.ts';
import { SignAtOnce } from './sign-at-once.ts';

const passwords: Readonly<
  Record<string, { readonly password: string; readonly role: 'administrator' | 'supervisor' }>
> = {
  amira: { password: 'one long password', role: 'administrator' },
  sofia: { password: 'another long one', role: 'supervisor' },
  selma: { password: 'one long password', role: 'supervisor' },
  arno: { password: 'a third long one', role: 'administrator' },
};

const request = {
  act: 'backup-restore',
  subject: 'station test',
  subjectDigest: 'ab'.repeat(32),
  fields: [],
  issuer: null,
  asker: 'amira' as PersonId,
  subjects: {},
} as const;

function signing(): SignAtOnce {
  return new SignAtOnce({
    prove: (person, password) => {
      const known = passwords[person];
      return Promise.resolve(
        known?.password === password.reveal()
          ? { kind: 'known', person: { person, roles: [known.role], issuers: 'all' } }
          : { kind: 'refused', reason: 'password' },
      );
    },
    station: 'station-test',
    clock: steppingClock(),
    randomness: countingRandomness(),
  });
}

const secretOf = (person: string) => new Secret(passwords[person]?.password ?? 'none at all');
const codeOf = (act: Promise<unknown>) =>
  act.then(
    () => 'done',
    (fault: { readonly code?: string }) => fault.code,
  );

describe('dual control before the journal can take entries', () => {
  it('takes two people with two passwords, over what was shown', async () => {
    const desk = signing();
    expect(await codeOf(desk.ask(request, new Secret('wrong')))).toBe('ACCESS-REFUSED');
    const waiting = await desk.ask(request, secretOf('amira'));
    const sign = (person: string, password = secretOf(person), digest = waiting.statementDigest) =>
      desk.sign(waiting, person, password, digest);
    expect([
      await codeOf(sign('amira')),
      await codeOf(sign('sofia', secretOf('amira'))),
      await codeOf(sign('selma')),
      await codeOf(sign('arno')),
      await codeOf(sign('sofia', secretOf('sofia'), 'cd'.repeat(32))),
    ]).toEqual([
      'APPROVAL-OWN-REQUEST',
      'ACCESS-REFUSED',
      'APPROVAL-SAME-PASSWORD',
      'ACCESS-NO-RIGHT',
      'APPROVAL-OTHER-STATEMENT',
    ]);
    expect((await sign('sofia')).map(({ kind }) => kind)).toEqual([
      'approval.requested',
      'approval.given',
      'approval.used',
    ]);
  });
});
