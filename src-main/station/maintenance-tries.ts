import { z } from 'zod';
import { fromUtf8, utf8 } from '#shared/bytes/bytes.ts';
import type { Secret } from '#shared/bytes/secret.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import { Authentication, type AuthenticationResult } from '../access/authentication.ts';
import type { HeadRegisterKeys } from '../journal/chain-head-register.ts';
import type { Journal } from '../journal/journal.ts';
import type { SignInState } from '../journal/projections/sign-ins.ts';
import type { BootLog } from '../keys/boot-log.ts';
import type { Clock } from '../platform/clock.ts';
import type { MaintenanceTask } from '../shells/launcher/maintenance-messages.ts';

const registerName = 'maintenance-tries';
/** A register holds 4096 bytes; a station has fewer people than that. */
const mostKept = 30;

const counted = z.record(
  z.string().max(40),
  z.strictObject({ failures: z.int().min(0), lastRefusedAt: z.iso.datetime() }),
);
type Counted = z.infer<typeof counted>;

export interface MaintenanceTriesOptions {
  /** The staged journal: who is who, and how often they failed there. */
  readonly journal: Journal;
  readonly keys: HeadRegisterKeys;
  /** The log of the data folder, which stays when nothing is restored. */
  readonly bootLog: BootLog;
  readonly task: MaintenanceTask['kind'];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Passwords at a stopped station: counted and slowed as at the log-in, with no journal to count in (docs/decisions/0063).
 *
 * The count lies in the HSM, for a restore may begin anew in any number of empty folders, and it is raised before a password is looked at:
 * a program that is killed in between has counted. Each refusal is an entry of the boot log, and of the journal at the next start.
 */
export class MaintenanceTries {
  readonly #options: MaintenanceTriesOptions;
  readonly #authentication: Authentication;
  #counted: Counted;

  private constructor(options: MaintenanceTriesOptions, before: Counted) {
    this.#options = options;
    this.#counted = before;
    const { journal, clock } = options;
    this.#authentication = new Authentication({
      people: journal.projections.people,
      signIns: { state: (person) => this.#state(person) },
      credentials: journal.credentials,
      clock,
    });
  }

  /** Reads what was counted before; KEYS-REFUSED when the register holds something else. */
  static async open(options: MaintenanceTriesOptions): Promise<MaintenanceTries> {
    const bytes = await options.keys.readRegister(registerName, options.signal);
    if (bytes === null) return new MaintenanceTries(options, {});
    try {
      return new MaintenanceTries(options, counted.parse(JSON.parse(fromUtf8(bytes))));
    } catch (thrown) {
      throw new StationFault('KEYS-REFUSED', { reason: 'the register of tries holds something else' }, thrown);
    }
  }

  /** The journal's count and ours: who failed at a window is no less locked here. */
  #state(person: string): SignInState {
    const there = this.#options.journal.projections.signIns.state(person);
    const here = this.#counted[person];
    if (here === undefined) return there;
    const times = [there.lastRefusedAt ?? '', here.lastRefusedAt].toSorted();
    return { ...there, failures: there.failures + here.failures, lastRefusedAt: times.at(-1) ?? null };
  }

  /** Proves one person, as `Authentication` does. A refusal is counted and recorded before it is told. */
  async prove(person: string, password: Secret<string>): Promise<AuthenticationResult> {
    const { journal, clock, bootLog, task } = this.#options;
    const before = this.#counted;
    const now = clock.now().toISOString();
    const failures = before[person]?.failures ?? 0;
    // What was typed as a name may be a password: only names that exist are kept.
    const known = journal.projections.people.find(person) !== null;
    const failed = known ? { ...before, [person]: { failures: failures + 1, lastRefusedAt: now } } : before;
    if (known) await this.#write(failed);
    const result = await this.#authentication.prove(person, password);
    if (result.kind === 'known') {
      const { [person]: _, ...others } = before;
      await this.#keep(others);
      return result;
    }
    const { reason } = result;
    if (known) {
      await this.#keep(reason === 'password' ? failed : { ...before, [person]: { failures, lastRefusedAt: now } });
    }
    bootLog.append('password-refused', { task, person: known ? person : 'unknown', reason });
    return result;
  }

  async #keep(tries: Counted): Promise<void> {
    await this.#write(tries);
    this.#counted = tries;
  }

  async #write(tries: Counted): Promise<void> {
    const newest = Object.entries(tries)
      .toSorted(([, left], [, right]) => left.lastRefusedAt.localeCompare(right.lastRefusedAt))
      .slice(-mostKept);
    const { keys, signal } = this.#options;
    await keys.writeRegister(registerName, utf8(canonicalJson(Object.fromEntries(newest))), signal);
  }
}
