import type { Secret } from '#shared/bytes/secret.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { JournalPort } from '../journal/port.ts';
import type { PeopleProjection, PersonRow } from '../journal/projections/people.ts';
import type { Clock } from '../platform/clock.ts';
import type { Authentication } from './authentication.ts';
import { idleFor } from './password-policy.ts';

/** A window's or command line's lasting identity: the cookie, the port, the socket. */
export type ClientId = string & { readonly __brand: 'ClientId' };

type CloseReason = 'log-out' | 'idle' | 'taken-over' | 'station-stopped' | 'client-gone';

interface Session {
  readonly client: ClientId;
  readonly via: 'window' | 'command-line';
  readonly person: string;
  lastUsed: number;
}

/** Who works where: one live session a person, any number of windows a station. */
export class Sessions {
  readonly #journal: JournalPort;
  readonly #people: PeopleProjection;
  readonly #authentication: Authentication;
  readonly #clock: Clock;
  readonly #sessions = new Map<ClientId, Session>();
  readonly #listeners = new Set<(client: ClientId) => void>();

  constructor(options: {
    readonly journal: JournalPort;
    readonly people: PeopleProjection;
    readonly authentication: Authentication;
    readonly clock: Clock;
  }) {
    this.#journal = options.journal;
    this.#people = options.people;
    this.#authentication = options.authentication;
    this.#clock = options.clock;
  }

  /**
   * Opens a session at a client.
   *
   * ACCESS-REFUSED for an unknown person, a wrong password or a locked one alike; ACCESS-IN-USE when the person works elsewhere and
   * did not ask to take over.
   */
  async logIn(request: {
    readonly client: ClientId;
    readonly via: 'window' | 'command-line';
    readonly person: string;
    readonly password: Secret<string>;
    readonly takeOver: 'no' | 'yes';
  }): Promise<PersonRow> {
    const result = await this.#authentication.prove(request.person, request.password);
    if (result.kind === 'refused') {
      this.#refused(request.person, result.reason);
      throw new StationFault('ACCESS-REFUSED');
    }
    const { person } = result;
    const elsewhere = [...this.#sessions.values()].find(
      (session) => session.person === person.person && session.client !== request.client,
    );
    if (elsewhere !== undefined && !this.#idle(elsewhere)) {
      if (request.takeOver === 'no') {
        this.#refused(request.person, 'in-use');
        throw new StationFault('ACCESS-IN-USE', { person: person.displayName });
      }
      this.#close(elsewhere, 'taken-over');
    } else if (elsewhere !== undefined) {
      this.#close(elsewhere, 'idle');
    }
    const here = this.#sessions.get(request.client);
    if (here !== undefined) this.#close(here, 'log-out');
    this.#journal.append({
      kind: 'session.opened',
      actor: { kind: 'person', person: person.person },
      issuer: null,
      subjects: { person: person.person },
      payload: { person: person.person, client: request.via },
    });
    this.#sessions.set(request.client, {
      client: request.client,
      via: request.via,
      person: person.person,
      lastUsed: this.#clock.monotonic(),
    });
    this.#announce(request.client);
    return person;
  }

  /** The person who works at a client now, and marks the session as used; null when nobody does or the session idled out. */
  use(client: ClientId): PersonRow | null {
    const person = this.look(client);
    const session = this.#sessions.get(client);
    if (session !== undefined) session.lastUsed = this.#clock.monotonic();
    return person;
  }

  /** The same without keeping the session awake: for live views. */
  look(client: ClientId): PersonRow | null {
    const session = this.#sessions.get(client);
    if (session === undefined) return null;
    if (this.#idle(session)) {
      this.#close(session, 'idle');
      return null;
    }
    const person = this.#people.find(session.person);
    return person === null || person.disabledAt !== null ? null : person;
  }

  logOut(client: ClientId): void {
    const session = this.#sessions.get(client);
    if (session !== undefined) this.#close(session, 'log-out');
  }

  /** The client will not come back: a closed command line, a closed window. */
  clientGone(client: ClientId): void {
    const session = this.#sessions.get(client);
    if (session !== undefined) this.#close(session, 'client-gone');
  }

  /** Closes the sessions that nobody used; call it now and then. */
  closeIdle(): void {
    for (const session of this.#sessions.values()) if (this.#idle(session)) this.#close(session, 'idle');
  }

  closeAll(): void {
    for (const session of this.#sessions.values()) this.#close(session, 'station-stopped');
  }

  /** Calls back with the client whose session opened or closed. */
  subscribe(listener: (client: ClientId) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A command line ends with its connection; what it follows may take hours. */
  #idle(session: Session): boolean {
    if (session.via === 'command-line') return false;
    return this.#clock.monotonic() - session.lastUsed > idleFor;
  }

  #close(session: Session, reason: CloseReason): void {
    this.#sessions.delete(session.client);
    this.#journal.append({
      kind: 'session.closed',
      actor: { kind: 'person', person: session.person },
      issuer: null,
      subjects: { person: session.person },
      payload: { person: session.person, reason },
    });
    this.#announce(session.client);
  }

  #refused(person: string, reason: 'unknown' | 'password' | 'locked' | 'in-use'): void {
    // What was typed as a name may be a password: only names that exist enter the journal.
    const name = reason === 'unknown' ? 'unknown' : person;
    this.#journal.append({
      kind: 'session.refused',
      actor: { kind: 'station' },
      issuer: null,
      subjects: { person: name },
      payload: { person: name, reason },
    });
  }

  #announce(client: ClientId): void {
    for (const listener of this.#listeners) listener(client);
  }
}
