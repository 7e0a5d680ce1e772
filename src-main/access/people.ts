import { Secret } from '#shared/bytes/secret.ts';
import type { Environment } from '#shared/domain/identifiers.ts';
import type { Role } from '#shared/domain/roles.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { JournalActor } from '#shared/journal-format/entry.ts';
import type { CredentialStore } from '../journal/content/credential-store.ts';
import type { JournalPort } from '../journal/port.ts';
import { hashPassword } from '../platform/argon2.ts';
import { fewestCharacters } from './password-policy.ts';

export interface NewPerson {
  readonly person: string;
  readonly displayName: string;
  readonly roles: readonly Role[];
  readonly issuers: 'all' | readonly string[];
  readonly environment: Environment;
  readonly password: Secret<string>;
}

/** Who may not be one person: making and approving, or administering and working (PCI CPL section 7). */
const conflicting: readonly (readonly [Role, Role])[] = [
  ['operator', 'supervisor'],
  ['administrator', 'operator'],
  ['administrator', 'supervisor'],
  ['auditor', 'operator'],
  ['auditor', 'supervisor'],
  ['auditor', 'administrator'],
];

/** Makes a person: the event, and beside it, in the same transaction, the password's hash. ACCESS-ROLES-CONFLICT, ACCESS-PASSWORD-SHORT. */
export async function addPerson(
  journal: JournalPort,
  credentials: CredentialStore,
  person: NewPerson,
  actor: JournalActor,
): Promise<void> {
  const clash = conflicting.find((pair) => pair.every((role) => person.roles.includes(role)));
  if (clash !== undefined) throw new StationFault('ACCESS-ROLES-CONFLICT', { one: clash[0], other: clash[1] });
  if (person.password.reveal().length < fewestCharacters)
    throw new StationFault('ACCESS-PASSWORD-SHORT', { fewest: fewestCharacters });
  const phc = new Secret(await hashPassword(person.password.reveal()));
  const about = { actor, issuer: null, subjects: { person: person.person } } as const;
  journal.appendWith(
    () => credentials.set(person.person, phc),
    {
      ...about,
      kind: 'person.created',
      payload: {
        person: person.person,
        displayName: person.displayName,
        roles: [...person.roles],
        issuers: person.issuers === 'all' ? 'all' : [...person.issuers],
        environment: person.environment,
      },
    },
    { ...about, kind: 'person.password-set', payload: { person: person.person } },
  );
}
