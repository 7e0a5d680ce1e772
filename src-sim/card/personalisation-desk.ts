import { behaviourOf } from './application-modules.ts';
import type { CardCommand } from './card-command.ts';
import type { ApplicationState, ChipCounters } from './chip-state.ts';
import { PersonalisationSession } from './personalisation-session.ts';
import type { SecureChannel } from './secure-channel.ts';

/** Takes STORE DATA into applications, one after another, within a secure channel session. */
export class PersonalisationDesk {
  readonly #counters: ChipCounters;
  readonly #channel: SecureChannel;
  #running: { readonly application: ApplicationState; readonly session: PersonalisationSession } | undefined;

  constructor(counters: ChipCounters, channel: SecureChannel) {
    this.#counters = counters;
    this.#channel = channel;
  }

  /** Forgets blocks that wait: the next STORE DATA is block 00 again. */
  reset(): void {
    this.#running = undefined;
  }

  /** Stores one block into an application; its last one makes it PERSONALIZED. Throws 6982 without a session. */
  store(application: ApplicationState, command: CardCommand): 'more' | 'personalised' {
    const { sensitive } = this.#channel;
    if (this.#running?.application !== application) {
      const into = { application, rules: behaviourOf(application).rules };
      this.#running = { application, session: new PersonalisationSession(into, this.#counters, sensitive) };
    }
    return this.#running.session.storeData(command);
  }
}
