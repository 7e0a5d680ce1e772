import type { Secret } from '#shared/bytes/secret.ts';
import type { CredentialStore } from '../journal/content/credential-store.ts';
import type { PeopleProjection, PersonRow } from '../journal/projections/people.ts';
import type { SignInsProjection } from '../journal/projections/sign-ins.ts';
import { hashPassword, verifyPassword } from '../platform/argon2.ts';
import type { Clock } from '../platform/clock.ts';
import { failuresUntilLocked, lockedFor } from './password-policy.ts';

/** Whether somebody is who they say; the refusals are told apart in the journal only, never to the one who tries. */
export type AuthenticationResult =
  | { readonly kind: 'known'; readonly person: PersonRow }
  | { readonly kind: 'refused'; readonly reason: 'unknown' | 'password' | 'locked' };

/** How often somebody failed, and when last. */
type Failures = Pick<SignInsProjection, 'state'>;

/** Proves people by their password. It writes nothing: who asked writes the event. */
export class Authentication {
  readonly #people: PeopleProjection;
  readonly #signIns: Failures;
  readonly #credentials: CredentialStore;
  readonly #clock: Clock;
  #decoy: Promise<string> | null = null;

  constructor(options: {
    readonly people: PeopleProjection;
    readonly signIns: Failures;
    readonly credentials: CredentialStore;
    readonly clock: Clock;
  }) {
    this.#people = options.people;
    this.#signIns = options.signIns;
    this.#credentials = options.credentials;
    this.#clock = options.clock;
  }

  async prove(name: string, password: Secret<string>): Promise<AuthenticationResult> {
    const person = this.#people.find(name);
    const phc = person === null ? null : this.#credentials.get(name);
    if (person === null || phc === null || person.disabledAt !== null) {
      // The same work as for a person who exists, so that the time does not tell.
      this.#decoy ??= hashPassword('nobody has this password');
      await verifyPassword(await this.#decoy, password.reveal());
      return { kind: 'refused', reason: 'unknown' };
    }
    if (this.#locked(name)) return { kind: 'refused', reason: 'locked' };
    if (!(await verifyPassword(phc.reveal(), password.reveal()))) return { kind: 'refused', reason: 'password' };
    // Tries that ran beside this one count: a lock reached meanwhile holds.
    return this.#locked(name) ? { kind: 'refused', reason: 'locked' } : { kind: 'known', person };
  }

  #locked(name: string): boolean {
    const { failures, lastRefusedAt } = this.#signIns.state(name);
    if (failures < failuresUntilLocked || lastRefusedAt === null) return false;
    return this.#clock.now().getTime() - Date.parse(lastRefusedAt) < lockedFor;
  }
}
