import type { HelloView, PersonView } from '#shared/contract/views/session-views.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { ContractClient } from '../shells/local-socket/station-client.ts';
import { connectStation } from './connection.ts';
import type { Terminal } from './terminal.ts';

/** What every command of the station takes from its command line. */
export interface CommonOptions {
  readonly data: string;
  readonly as?: string;
  readonly takeOver?: true;
  readonly json?: true;
}

/** What a command needs of the world. */
export interface CommandSurroundings {
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** A command's hold on the station. */
export interface CommandContext extends CommandSurroundings {
  readonly station: ContractClient;
  readonly hello: HelloView;
  /** Aborts when the connection is lost. */
  readonly lost: AbortSignal;
  /** Progress, to where the result does not go. */
  readonly say: (text: string) => void;
}

function filled(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

/** A password from its variable, else asked at the terminal without echo. CLI-NO-PASSWORD where nobody can be asked. */
export async function passwordOf(
  person: string,
  variable: 'CARDWRIGHT_PASSWORD' | 'CARDWRIGHT_APPROVER_PASSWORD',
  around: CommandSurroundings,
): Promise<string> {
  const given = around.environment[variable];
  if (given !== undefined && given !== '') return given;
  if (around.terminal.person === 'absent') throw new StationFault('CLI-NO-PASSWORD', { person, variable });
  return around.terminal.askSecret(`Password of ${person}: `, around.signal);
}

/** Who works: `--as`, CARDWRIGHT_PERSON, or asked. CLI-WHO where nobody can be asked. */
export async function personOf(options: CommonOptions, around: CommandSurroundings): Promise<string> {
  const named = filled(options.as) ?? filled(around.environment['CARDWRIGHT_PERSON']);
  if (named !== undefined) return named;
  if (around.terminal.person === 'absent') throw new StationFault('CLI-WHO');
  return (await around.terminal.ask('Person: ', around.signal)).trim();
}

/** Logs a person in for the length of one act. */
export async function asPerson<T>(
  context: CommandContext,
  person: string,
  password: string,
  takeOver: 'no' | 'yes',
  act: (person: PersonView) => Promise<T>,
): Promise<T> {
  const view = await context.station.session.logIn({ person, password, takeOver });
  try {
    return await act(view);
  } finally {
    // The session ends with the connection anyway; what the act said must not be hidden by this.
    await context.station.session.logOut({}).catch(() => undefined);
  }
}

/** Connects (starting a station where none runs, unless the command says otherwise), runs the act, and lets the station go. */
export async function withStation<T>(
  options: CommonOptions,
  around: CommandSurroundings,
  when: 'start' | 'only-running',
  act: (context: CommandContext) => Promise<T>,
): Promise<T> {
  const say = (text: string) => around.terminal.aside(around.terminal.paint('quiet', text));
  const connection = await connectStation({ ...around, data: options.data, when, progress: say });
  try {
    const hello = await connection.station.session.hello({});
    return await act({ ...around, station: connection.station, lost: connection.lost, hello, say });
  } finally {
    await connection.release();
  }
}

/** The same with the named person logged in. The person is asked for before anything is started. */
export async function withPerson<T>(
  options: CommonOptions,
  around: CommandSurroundings,
  act: (context: CommandContext, person: PersonView) => Promise<T>,
): Promise<T> {
  const person = await personOf(options, around);
  const password = await passwordOf(person, 'CARDWRIGHT_PASSWORD', around);
  return withStation(options, around, 'start', (context) =>
    asPerson(context, person, password, options.takeOver === true ? 'yes' : 'no', (view) => act(context, view)),
  );
}
