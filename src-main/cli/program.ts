import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import path from 'node:path';
import { rejectReasons, remakeReason } from '#shared/domain/reject-reason.ts';
import { batchState } from '#shared/contract/views/batch-views.ts';
import type { BatchState } from '#shared/contract/views/batch-views.ts';
import { defaultDataFolder } from '../shells/launcher/data-folder.ts';
import { addAppletCommands } from './applets-program.ts';
import type { CommandSurroundings, CommonOptions } from './command-context.ts';
import type { CommandOutcome } from './command-outcome.ts';
import { makeBackup } from './commands/backup.ts';
import { batches } from './commands/batches.ts';
import { close } from './commands/close.ts';
import type { CloseOptions } from './commands/close.ts';
import { devices } from './commands/devices.ts';
import { journalExport } from './commands/journal-export.ts';
import type { ExportOptions } from './commands/journal-export.ts';
import { journalRebuild } from './commands/journal-rebuild.ts';
import { journalVerify } from './commands/journal-verify.ts';
import { decideLook, lookReasons, looks } from './commands/looks.ts';
import type { LookDecision } from './commands/looks.ts';
import { runOtherProgram } from './commands/other-program.ts';
import type { OtherProgram } from './commands/other-program.ts';
import { pull } from './commands/pull.ts';
import { recall, remake, remakes } from './commands/remake.ts';
import type { RecallOptions, RemakeOptions } from './commands/remake.ts';
import { release } from './commands/release.ts';
import type { SigningOptions } from './commands/release.ts';
import { resolve, restore } from './commands/restore.ts';
import type { MaintenanceOptions } from './commands/restore.ts';
import { run } from './commands/run.ts';
import type { RunOptions } from './commands/run.ts';
import { status } from './commands/status.ts';
import { sync } from './commands/sync.ts';
import { demo } from './demo.ts';
import { exitCodes, exitCodesHelp } from './exit-codes.ts';
import { failureOf } from './failure.ts';
import { addKeyCommands } from './keys-program.ts';
import { addCardCommands } from './card-program.ts';
import { addProductCommands } from './product-program.ts';
import { addDayCommands, addStockCommands, type CommandKit } from './stock-program.ts';

const NAME = 'station';

function folder(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('a folder is wanted');
  return path.resolve(text);
}

function sequence(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('a sequence number from 1 on is wanted');
  return Number(text);
}

function names(text: string): readonly string[] {
  const found = text.split(',').map((name) => name.trim());
  if (found.some((name) => name === '')) throw new InvalidArgumentError('names with commas between are wanted');
  return found;
}

const collected = (text: string, before: readonly string[]): readonly string[] => [...before, text];

/** Runs one command's act and tells its outcome; settles with the exit code. */
async function tell(
  options: Pick<CommonOptions, 'json'>,
  around: CommandSurroundings,
  act: () => Promise<CommandOutcome>,
): Promise<number> {
  const { terminal } = around;
  try {
    const outcome = await act();
    if (options.json === true) terminal.out(JSON.stringify(outcome.value));
    else if (outcome.text !== '') terminal.out(outcome.text);
    return outcome.code;
  } catch (thrown) {
    if (around.signal.aborted) {
      terminal.aside('Interrupted. What the station does goes on.');
      return exitCodes.interrupted;
    }
    const { exit, ...failure } = failureOf(thrown);
    if (options.json === true) terminal.out(JSON.stringify({ error: failure }));
    else terminal.aside(`${terminal.paint('bad', failure.text)}\n${failure.next} (${failure.code})`);
    return exit;
  }
}

class CommandLine {
  readonly #around: CommandSurroundings;
  readonly #data: string;
  code: number = exitCodes.done;

  constructor(around: CommandSurroundings) {
    this.#around = around;
    this.#data = defaultDataFolder(around.environment);
  }

  /** The options of every command of the station, and its example. */
  #common(command: Command, example: string): Command {
    return command
      .option('--data <folder>', 'the data folder of the station', folder, this.#data)
      .option('--as <person>', 'who works (else CARDWRIGHT_PERSON, else asked)')
      .option('--take-over', 'take the session over if the person is logged in elsewhere')
      .option('--json', 'print one JSON value')
      .addHelpText('after', `\nExample:\n  ${NAME} ${example}`);
  }

  #signing(command: Command): Command {
    return command
      .option('--approver <person>', 'the second person, who signs in place; again for a third', collected, [])
      .option('--yes', 'the statement counts as read and confirmed')
      .option('--refuse <reason>', 'the second person refuses instead');
  }

  async #run(options: Pick<CommonOptions, 'json'>, act: () => Promise<CommandOutcome>): Promise<void> {
    this.code = await tell(options, this.#around, act);
  }

  #kit(): CommandKit {
    return {
      around: this.#around,
      common: (command, example) => this.#common(command, example),
      signing: (command) => this.#signing(command),
      run: (options, act) => this.#run(options, act),
    };
  }

  #batchCommands(top: Command): void {
    const around = this.#around;
    this.#common(top.command('status'), 'status --as olivia')
      .description('what runs here; with a person, the lines and what waits (starts no station)')
      .action((options: CommonOptions) => this.#run(options, () => status(options, around)));
    this.#common(top.command('batches'), 'batches --as olivia --state all')
      .description('the batches here and at the CMS')
      .addOption(new Option('--state <state>', 'which').choices(['open', 'all', ...batchState.options]).default('open'))
      .action((options: CommonOptions & { readonly state: BatchState | 'open' | 'all' }) =>
        this.#run(options, () => batches(options, around)),
      );
    this.#common(top.command('pull'), 'pull NB-0001 --as olivia')
      .description('takes a batch from the CMS and checks it')
      .argument('[batch]', 'the batch; may be left out when only one waits')
      .action((batch: string | undefined, options: CommonOptions) =>
        this.#run(options, () => pull(batch, options, around)),
      );
    this.#signing(this.#common(top.command('release'), 'release NB-0001 --as olivia --approver sofia'))
      .description('asks for the release of a batch and has the second person sign it')
      .argument('<batch>')
      .action((batch: string, options: SigningOptions) => this.#run(options, () => release(batch, options, around)));
    this.#common(top.command('run'), 'run NB-0001 --as olivia')
      .description('runs a released batch and follows its lines until it is made')
      .argument('<batch>')
      .option('--lines <names>', 'only these lines, commas between', names)
      .action((batch: string, options: RunOptions) => this.#run(options, () => run(batch, options, around)));
    this.#signing(this.#common(top.command('close'), 'close NB-0001 --as olivia --approver sofia --report NB-0001.pdf'))
      .description('closes a batch whose balance is zero; its key is destroyed')
      .argument('<batch>')
      .option('--report <file>', 'save the batch report as a new PDF file')
      .action((batch: string, options: CloseOptions) => this.#run(options, () => close(batch, options, around)));
  }

  #lookCommands(top: Command): void {
    const around = this.#around;
    const parent = top.command('looks').description('cards that a person must look at');
    this.#common(parent.command('list', { isDefault: true }), 'looks NB-0001 --as olivia')
      .description('lists them')
      .argument('[batch]')
      .option('--all', 'also those that were looked at')
      .action((batch: string | undefined, options: CommonOptions & { readonly all?: true }) =>
        this.#run(options, () => looks(batch, options, around)),
      );
    this.#common(parent.command('decide'), 'looks decide at-1f0c bad --reason print-faint --as olivia')
      .description('records what was seen on a card')
      .argument('<attempt>')
      .addArgument(new Argument('<result>').choices(['good', 'bad']))
      .addOption(new Option('--reason <code>', 'why (default: as-proof, other)').choices(lookReasons))
      .option('--remark <text>', 'in own words, without any name', '')
      .action((attempt: string, result: 'good' | 'bad', options: LookDecision) =>
        this.#run(options, () => decideLook(attempt, result, options, around)),
      );
  }

  #remakeCommands(top: Command): void {
    const around = this.#around;
    const parent = top.command('remakes').description('orders that are made again only when two people want it');
    this.#common(parent.command('list', { isDefault: true }), 'remakes NB-0001 --as olivia')
      .description('lists them')
      .argument('<batch>')
      .action((batch: string, options: CommonOptions) => this.#run(options, () => remakes(batch, options, around)));
    this.#signing(this.#common(parent.command('ask'), 'remakes ask NB-0001 NB-7 --reason print-faint --as olivia'))
      .description('asks for one more blank for an order and has the second person sign it')
      .argument('<batch>')
      .argument('<order>')
      .addOption(new Option('--reason <code>', 'why').choices(remakeReason.options).makeOptionMandatory())
      .option('--remark <text>', 'in own words, without any name', '')
      .action((batch: string, order: string, options: RemakeOptions) =>
        this.#run(options, () => remake(batch, order, options, around)),
      );
    this.#common(parent.command('recall'), 'remakes recall at-1f0c --reason chip-damage --as olivia')
      .description('turns a good card to rejected and holds its order')
      .argument('<attempt>')
      .addOption(new Option('--reason <code>', 'why').choices(rejectReasons).makeOptionMandatory())
      .option('--remark <text>', 'in own words, without any name', '')
      .action((attempt: string, options: RecallOptions) => this.#run(options, () => recall(attempt, options, around)));
  }

  #evidenceCommands(top: Command): void {
    const around = this.#around;
    this.#common(top.command('sync'), 'sync --as olivia')
      .description('sends the journal to the CMS now')
      .action((options: CommonOptions) => this.#run(options, () => sync(options, around)));
    const journal = top.command('journal').description('the log that cannot be altered unseen');
    this.#common(journal.command('verify'), 'journal verify --as sofia')
      .description('checks every entry, hash and signature; exit code 5 when broken')
      .action((options: CommonOptions) => this.#run(options, () => journalVerify(options, around)));
    this.#common(journal.command('rebuild'), 'journal rebuild --as amira')
      .description('makes every state table anew from the entries alone')
      .action((options: CommonOptions) => this.#run(options, () => journalRebuild(options, around)));
    this.#signing(
      this.#common(journal.command('export'), 'journal export --as amira --approver sofia --out journal.jsonl'),
    )
      .description('exports the entries as JSON lines, once a supervisor has signed it')
      .option('--from <sequence>', 'from this entry on', sequence, 1)
      .option('--out <file>', 'into a new file instead of standard output')
      .action((options: ExportOptions) => this.#run(options, () => journalExport(options, around)));
    this.#common(top.command('devices'), 'devices --as olivia')
      .description('printers, readers, key store and keys')
      .action((options: CommonOptions) => this.#run(options, () => devices(options, around)));
    this.#common(top.command('demo'), 'demo')
      .description('makes the first training batch by itself, as the training people')
      .action((options: CommonOptions) => this.#run(options, () => demo(options, around)));
  }

  #backupCommands(top: Command): void {
    const around = this.#around;
    this.#common(top.command('backup'), 'backup --as amira')
      .description('makes a backup of the running station now, reads it back and proves it')
      .action((options: CommonOptions) => this.#run(options, () => makeBackup(options, around)));
    const without = ['--without-cms', "the CMS's copy is gone for good: what is not here is lost"] as const;
    this.#signing(
      this.#common(top.command('restore'), 'restore ST-1.cwbackup --data FOLDER --as amira --approver sofia'),
    )
      .description('restores a stopped station from a backup into an empty folder, signed by two people')
      .argument('<backup>', 'the file', folder)
      .option(...without)
      .action((backup: string, options: MaintenanceOptions) =>
        this.#run(options, () => restore(backup, options, around)),
      );
    this.#signing(this.#common(top.command('resolve'), 'resolve --as amira --approver sofia'))
      .description('brings the journal of a stopped station forward with the copy of the CMS, signed by two people')
      .option(...without)
      .action((options: MaintenanceOptions) => this.#run(options, () => resolve(options, around)));
  }

  #otherProgram(parent: Command, words: OtherProgram, description: string): void {
    parent
      .command(words.split(' ').at(-1) ?? words)
      .description(description)
      .argument('[words...]', 'passed on as they are')
      .helpOption(false)
      .allowUnknownOption()
      .passThroughOptions()
      .action(async (rest: readonly string[]) => {
        this.code = await runOtherProgram(words, rest, this.#around.signal);
      });
  }

  /** The whole command line. Output of commander goes where the terminal's goes. */
  build(): Command {
    const { terminal } = this.#around;
    const top = new Command(NAME)
      .description('The command line of a Cardwright station: a client of the same station as its windows.')
      .configureOutput({
        writeOut: (text) => terminal.out(text.trimEnd()),
        writeErr: (text) => terminal.aside(text.trimEnd()),
      })
      .enablePositionalOptions()
      .exitOverride()
      .showHelpAfterError(`(${NAME} --help lists the commands)`)
      .addHelpText('after', exitCodesHelp);
    this.#batchCommands(top);
    this.#lookCommands(top);
    this.#remakeCommands(top);
    addStockCommands(top, this.#kit());
    addDayCommands(top, this.#kit());
    addKeyCommands(top, this.#kit());
    addAppletCommands(top, this.#kit());
    addCardCommands(top, this.#kit());
    addProductCommands(top, this.#kit());
    this.#evidenceCommands(top);
    this.#backupCommands(top);
    const sim = top.command('sim').description('the virtual devices, programs of their own');
    this.#otherProgram(sim, 'sim printer', 'a virtual card printer (sim printer --help)');
    this.#otherProgram(sim, 'sim card', 'a virtual chip card (sim card --help)');
    this.#otherProgram(top, 'cms', 'the reference CMS (cms --help)');
    return top;
  }
}

/** Runs one command line (the words after the program's name) and settles with its exit code. */
export async function runCommandLine(words: readonly string[], around: CommandSurroundings): Promise<number> {
  const line = new CommandLine(around);
  try {
    await line.build().parseAsync([...words], { from: 'user' });
    return line.code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    throw thrown;
  }
}
