import { setFlagsFromString } from 'node:v8';
import { Command, InvalidArgumentError, Option } from 'commander';
import { askPassword } from './people/ask-password.ts';
import type { Credentials } from './people/people.ts';
import type { TermsSubject } from './batches/lease-terms.ts';
import { openCms, type CmsOptions, type OpenCms } from './open-cms.ts';
import { ShiftedClock } from './platform/shifted-clock.ts';
import { systemSurroundings } from './platform/surroundings.ts';
import { serveCms, type ListenAddress } from './serve-cms.ts';
import { takeServeLock } from './store/serve-lock.ts';
import { trainingProducts, type TrainingProduct } from './training/orders.ts';
import { cmsVersion } from './version.ts';

// Orders are opened one by one and forgotten at once. Left alone, V8 answers that with ever larger nurseries: 150 MB more of memory for a
// large batch, and nothing gained by it.
setFlagsFromString('--max-semi-space-size=4');
setFlagsFromString('--semi-space-growth-factor=1');

function address(text: string): ListenAddress {
  const match = /^(\[[0-9a-fA-F:]+\]|[^:\s]+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match?.[1] === undefined || port > 65_535) throw new InvalidArgumentError('write it as HOST:PORT');
  return { host: match[1].replace(/^\[|\]$/g, ''), port };
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 200_000)
    throw new InvalidArgumentError('a number from 1 to 200000');
  return value;
}

function product(text: string): TrainingProduct {
  const known = trainingProducts.find((name) => name === text);
  if (known !== undefined) return known;
  throw new InvalidArgumentError(`one of ${trainingProducts.join(', ')}`);
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

interface FolderChoice {
  readonly data: string;
  readonly live?: true;
  readonly seed?: string;
}

function optionsOf(choice: FolderChoice): CmsOptions {
  return {
    data: choice.data,
    environment: choice.live === true ? 'live' : 'test',
    ...(choice.seed === undefined ? {} : { seed: choice.seed }),
  };
}

/** Opens the folder for one command, prints what it gives as one JSON line, and closes the folder. */
async function once(choice: FolderChoice, act: (cms: OpenCms) => Promise<unknown>): Promise<void> {
  const cms = await openCms(optionsOf(choice));
  try {
    print(await act(cms));
  } finally {
    await cms.close();
  }
}

function trainingOf(cms: OpenCms) {
  if (cms.training === null) throw new Error('training data exists in training only');
  return cms.training;
}

const passwordHelp = `
Passwords are asked at the terminal, or taken from CARDWRIGHT_CMS_PASSWORD (--as) and CARDWRIGHT_CMS_SECOND_PASSWORD (--with); never arguments.`;

async function askTwo(first: string, second: string): Promise<readonly [Credentials, Credentials]> {
  return [
    { person: first, password: await askPassword(first, 'CARDWRIGHT_CMS_PASSWORD') },
    { person: second, password: await askPassword(second, 'CARDWRIGHT_CMS_SECOND_PASSWORD') },
  ];
}

/** An act of two people on one station. */
interface ActOnStation {
  readonly station: string;
  readonly reason: string;
  readonly as: string;
  readonly with: string;
}

interface ServeChoice extends FolderChoice {
  readonly listen: ListenAddress;
  readonly control?: ListenAddress;
  readonly training?: true;
  readonly untilStdinEnds?: true;
}

async function serve(choice: ServeChoice): Promise<void> {
  const training = choice.training === true;
  const clock = training ? new ShiftedClock(systemSurroundings) : systemSurroundings;
  const options: CmsOptions = {
    ...optionsOf(choice),
    environment: training ? 'test' : 'live',
    surroundings: clock,
  };
  const cms = await openCms(options);
  const lock = takeServeLock(cms.folder.reserve('serve.lock'));
  if (lock === null) {
    await cms.close();
    throw new Error(`another program serves the folder ${cms.folder.path} already`);
  }
  await cms.register.removeUnfinished();
  const seeded = await cms.training?.seed();
  const serving = await serveCms(
    cms,
    { https: choice.listen, ...(choice.control === undefined ? {} : { control: choice.control }) },
    (text) => process.stderr.write(`${text}\n`),
  );
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    void (async () => {
      await serving.close();
      await cms.close();
      lock.release();
      process.exit(0);
    })();
  };
  process.on('SIGINT', end).on('SIGTERM', end).on('SIGHUP', end);
  if (choice.untilStdinEnds === true) process.stdin.on('end', end).on('error', end).resume();
  // Who trains finds the control connection here when the station started this program.
  if (serving.control !== null) cms.folder.write('control-address', serving.control);
  print({
    ready: true,
    url: serving.url,
    ca: cms.folder.file('authority.pem'),
    ...(serving.control === null ? {} : { control: serving.control }),
    ...(seeded === undefined || seeded.length === 0 ? {} : { seeded }),
  });
}

const program = new Command('cardwright-cms')
  .description('The reference card management system: batches, leases, grants and the copies of the journals.')
  .version(cmsVersion)
  .showHelpAfterError();

program
  .command('serve')
  .description('Serves stations over HTTPS with mutual TLS; prints one JSON line when ready.')
  .requiredOption('--data <folder>', 'folder of keys, certificates and database')
  .addOption(
    new Option('--listen <host:port>', 'where to listen; port 0 takes a free one')
      .argParser(address)
      .default({ host: '127.0.0.1', port: 0 }, '127.0.0.1:0'),
  )
  .option('--training', 'test environment, with training data made at the first start')
  .option('--seed <text>', 'seed of the training data', 'cardwright')
  .option('--control <host:port>', 'training only: control connection (JSON lines) on loopback', address)
  .option('--until-stdin-ends', 'end when standard input ends, as a child of a station')
  .action(serve);

const onFolder = (name: string, description: string) =>
  program
    .command(name)
    .description(description)
    .requiredOption('--data <folder>', 'folder of keys, certificates and database')
    .option('--live', 'the folder is for live, not for training');

onFolder('enrolment-code', 'Makes a one-time code by which one station enrols within an hour.')
  .requiredOption('--station <id>', 'the station that may use it')
  .option('--replace', 'the code ends an earlier enrolment of the same station')
  .action((choice: FolderChoice & { readonly station: string; readonly replace?: true }) =>
    once(choice, (cms) => cms.stations.issueCode(choice.station, choice.replace === true ? 'replace' : 'first')),
  );

onFolder('batches', 'Lists every batch with its orders by state.').action((choice: FolderChoice) =>
  once(choice, async (cms) => ({ batches: await cms.register.overview() })),
);

onFolder('seed', 'Makes the training issuers, keys and batches where there are none.')
  .option('--seed <text>', 'seed of the training data', 'cardwright')
  .action((choice: FolderChoice) => once(choice, async (cms) => ({ seeded: await trainingOf(cms).seed() })));

onFolder('make', 'Makes one more training batch.')
  .requiredOption('--product <reference>', `one of ${trainingProducts.join(', ')}`, product)
  .requiredOption('--count <cards>', 'how many orders', count)
  .option('--seed <text>', 'seed of the training data', 'cardwright')
  .option('--urgent', 'the batch is urgent')
  .action(
    (
      choice: FolderChoice & {
        readonly product: TrainingProduct;
        readonly count: number;
        readonly urgent?: true;
      },
    ) =>
      once(choice, async (cms) => ({
        batch: await trainingOf(cms).make({
          product: choice.product,
          count: choice.count,
          dueInDays: 1,
          priority: choice.urgent === true ? 'urgent' : 'normal',
        }),
      })),
  );

onFolder('revoke', 'Ends the right of a station to call.')
  .requiredOption('--station <id>', 'the station')
  .action((choice: FolderChoice & { readonly station: string }) =>
    once(choice, async (cms) => ({
      station: choice.station,
      outcome: (await cms.stations.revoke(choice.station)) ? 'revoked' : 'unknown',
    })),
  );

onFolder('grants', 'Lists what stations were granted and what they are known to have used.')
  .option('--station <id>', 'one station only')
  .action((choice: FolderChoice & { readonly station?: string }) =>
    once(choice, async (cms) => ({ grants: await cms.grants.overview(choice.station) })),
  );

onFolder('orders', 'Lists the orders of a batch: state, station, attempt, grant.')
  .requiredOption('--batch <id>', 'the batch')
  .option('--from <index>', 'the first order', '0')
  .action((choice: FolderChoice & { readonly batch: string; readonly from: string }) =>
    once(choice, async (cms) => ({
      orders: await cms.register.orders({ batch: choice.batch, from: Number(choice.from), count: 500 }),
    })),
  );

onFolder(
  'terms',
  'Shows how much stations may hold at once; two people change it for one issuer, or bound it for one station.',
)
  .option('--issuer <id>', 'whose terms to change')
  .option('--station <id>', 'the station whose bound to change')
  .addOption(new Option('--offline <yes|no>', 'whether larger grants are given').choices(['yes', 'no']))
  .option('--cards <count>', 'orders of one grant', count)
  .option('--hours <count>', 'time of one grant', count)
  .option('--reason <text>', 'why, for the record')
  .option('--as <person>', 'who changes it')
  .option('--with <person>', 'who agrees')
  .addHelpText('after', passwordHelp)
  .action(
    (
      choice: FolderChoice & {
        readonly issuer?: string;
        readonly station?: string;
        readonly reason?: string;
        readonly as?: string;
        readonly with?: string;
        readonly offline?: 'yes' | 'no';
        readonly cards?: number;
        readonly hours?: number;
      },
    ) =>
      once(choice, async (cms) => {
        const { issuer, station, offline, cards, hours, reason, as: asker, with: agreeing } = choice;
        if (issuer !== undefined || station !== undefined) {
          if (issuer !== undefined && station !== undefined) throw new Error('say --issuer or --station, not both');
          if (offline === undefined || cards === undefined || hours === undefined || hours > 720)
            throw new Error('say --offline, --cards and --hours (720 at most) too');
          if (reason === undefined || asker === undefined || agreeing === undefined)
            throw new Error('two people change terms: say --reason, --as and --with too');
          const subject: TermsSubject =
            issuer === undefined ? { kind: 'station', station: station ?? '' } : { kind: 'issuer', issuer };
          const wish = { subject, to: { offline, cards, seconds: hours * 3_600 }, reason };
          const statement = await cms.termChanges.statement(wish);
          process.stderr.write(`${statement}\n`);
          const [first, second] = await askTwo(asker, agreeing);
          await cms.termChanges.change({ ...wish, statement, first, second });
        }
        return {
          terms: await cms.terms.list(),
          stations: await cms.terms.listOfStations(),
          changes: await cms.termChanges.list(),
        };
      }),
  );

onFolder('people', 'Lists the people who may sign at this CMS.').action((choice: FolderChoice) =>
  once(choice, async (cms) => ({ people: await cms.people.list() })),
);

onFolder('add-person', 'Adds somebody who may sign; from the third on two of the others must agree.')
  .requiredOption('--person <id>', 'short name')
  .requiredOption('--title <name>', 'full name')
  .option('--as <person>', 'the first who agrees')
  .option('--with <person>', 'the second who agrees')
  .addHelpText('after', passwordHelp)
  .action(
    (
      choice: FolderChoice & {
        readonly person: string;
        readonly title: string;
        readonly as?: string;
        readonly with?: string;
      },
    ) =>
      once(choice, async (cms) => {
        const agreed =
          choice.as === undefined || choice.with === undefined ? null : await askTwo(choice.as, choice.with);
        const password = await askPassword(choice.person, 'CARDWRIGHT_CMS_NEW_PASSWORD');
        await cms.people.add({ person: choice.person, title: choice.title, password }, agreed);
        return { people: await cms.people.list() };
      }),
  );

onFolder(
  'declare-lost',
  'Two people declare a station lost: every card that it may have made is blocked, and it begins no further one.',
)
  .requiredOption('--station <id>', 'the station')
  .requiredOption('--reason <text>', 'why, for the record')
  .requiredOption('--as <person>', 'who declares it')
  .requiredOption('--with <person>', 'who agrees')
  .addHelpText('after', passwordHelp)
  .action((choice: FolderChoice & ActOnStation) =>
    once(choice, async (cms) => {
      const { station, reason } = choice;
      const statement = await cms.losses.statement(station, reason);
      process.stderr.write(`${statement}\n`);
      const [first, second] = await askTwo(choice.as, choice.with);
      return cms.losses.declare({ station, reason, statement, first, second });
    }),
  );

onFolder(
  'take-back',
  'Two people take a lost station back: prints the code by which it is enrolled anew; its blocked orders stay blocked.',
)
  .requiredOption('--station <id>', 'the station')
  .requiredOption('--reason <text>', 'why, for the record')
  .requiredOption('--as <person>', 'who takes it back')
  .requiredOption('--with <person>', 'who agrees')
  .addHelpText('after', passwordHelp)
  .action((choice: FolderChoice & ActOnStation) =>
    once(choice, async (cms) => {
      const { station, reason } = choice;
      const statement = await cms.returns.statement(station, reason);
      process.stderr.write(`${statement}\n`);
      const [first, second] = await askTwo(choice.as, choice.with);
      return cms.returns.allow({ station, reason, statement, first, second });
    }),
  );

onFolder(
  'lost',
  'Shows what was declared lost, and for one station its blocked orders with what it told of them since.',
)
  .option('--station <id>', 'the station')
  .action((choice: FolderChoice & { readonly station?: string }) =>
    once(choice, async (cms) => ({
      losses: await cms.losses.list(),
      returns: await cms.returns.list(),
      ...(choice.station === undefined ? {} : { orders: await cms.losses.blockedOrders(choice.station) }),
    })),
  );

onFolder(
  'restored',
  'Run first after this folder was restored from a backup: nothing is leased until every station has reported.',
)
  .option('--enrolled-since <id...>', 'stations that were enrolled after the backup was made')
  .action((choice: FolderChoice & { readonly enrolledSince?: readonly string[] }) =>
    once(choice, async (cms) => {
      await cms.reconciliation.begin('restored from a backup', choice.enrolledSince);
      return { reconciliation: await cms.reconciliation.state() };
    }),
  );

onFolder('reconciliation', 'Shows which stations a restored CMS still waits for.').action((choice: FolderChoice) =>
  once(choice, async (cms) => ({ reconciliation: await cms.reconciliation.state() })),
);

onFolder(
  'go-on',
  'Two people end the wait of a restored CMS although stations have not reported: their open batches may be made twice.',
)
  .requiredOption('--reason <text>', 'why, for the record')
  .requiredOption('--as <person>', 'who says so')
  .requiredOption('--with <person>', 'who agrees')
  .addHelpText('after', passwordHelp)
  .action((choice: FolderChoice & { readonly reason: string; readonly as: string; readonly with: string }) =>
    once(choice, async (cms) => {
      const state = await cms.reconciliation.state();
      process.stderr.write(`${JSON.stringify(state)}\n`);
      const [first, second] = await askTwo(choice.as, choice.with);
      const missing = state?.missing ?? [];
      return { ended: await cms.reconciliation.goOn({ reason: choice.reason, missing, first, second }) };
    }),
  );

try {
  await program.parseAsync();
} catch (fault) {
  process.stderr.write(`${fault instanceof Error ? fault.message : 'the command failed'}\n`);
  process.exitCode = 1;
}
