import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lineNews } from './follow-run.ts';
import { runCommandLine } from './program.ts';
import { table } from './table.ts';
import { openTrainingStation, plainBatch, plainLine } from './training-station.fixture.ts';
import type { StationState } from './training-station.fixture.ts';

let folder: string;
let state: StationState;
let station: Awaited<ReturnType<typeof openTrainingStation>>;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cw-cli-'));
  state = {
    batch: plainBatch,
    lines: [plainLine],
    waiting: [],
    obstacles: [],
    journal: 'whole',
    onStart: () => undefined,
  };
  station = await openTrainingStation(folder, state);
});
afterEach(async () => {
  await station.close();
  await rm(folder, { recursive: true, force: true });
});

const both = { CARDWRIGHT_PASSWORD: 'pw-olivia', CARDWRIGHT_APPROVER_PASSWORD: 'pw-sofia' };

interface Person {
  readonly answers?: readonly string[];
  readonly secrets?: readonly string[];
}

/** Runs one command line with a terminal that answers what it is given, or where nobody is. */
async function run(words: readonly string[], environment: Record<string, string> = both, person?: Person) {
  const said = { out: '', aside: '' };
  const answers = [...(person?.answers ?? [])];
  const secrets = [...(person?.secrets ?? [])];
  const give = (from: string[]) => {
    const answer = from.shift();
    return answer === undefined ? Promise.reject(new Error('nothing more to say')) : Promise.resolve(answer);
  };
  const code = await runCommandLine(words, {
    terminal: {
      person: person === undefined ? 'absent' : 'there',
      out: (text) => void (said.out += `${text}\n`),
      aside: (text) => void (said.aside += `${text}\n`),
      paint: (_paint, text) => text,
      ask: () => give(answers),
      askSecret: () => give(secrets),
    },
    environment: { CARDWRIGHT_DATA: folder, ...environment },
    signal: new AbortController().signal,
  });
  return { code, ...said };
}

describe('words', () => {
  test.each<[string[], number, string]>([
    [[], 2, 'Usage: station'],
    [['batchs'], 2, 'Did you mean batches?'],
    [['journal', 'verfy'], 2, 'Did you mean verify?'],
    [['release'], 2, "missing required argument 'batch'"],
    [['status', '--jsn'], 2, 'Did you mean --json?'],
    [['status', 'more'], 2, 'too many arguments'],
    [['journal', 'export', '--from', '0'], 2, 'a sequence number from 1 on'],
    [['looks', 'decide', 'at-1', 'maybe'], 2, 'Allowed choices are good, bad'],
    [['looks', 'decide', 'at-1', 'bad', '--reason', 'ugly'], 2, 'Allowed choices are as-proof'],
  ])('%j ends with %i', async (words, code, text) => {
    const ended = await run(words);
    expect([ended.code, ended.aside + ended.out]).toEqual([code, expect.stringContaining(text)]);
    expect(station.acts).toEqual([]);
  });

  const everyCommand = ['status', 'batches', 'pull', 'release', 'run', 'close', 'sync', 'devices', 'demo']
    .map((one) => [one])
    .concat([
      ['looks', 'list'],
      ['looks', 'decide'],
      ['stock', 'list'],
      ['stock', 'load'],
      ['journal', 'verify'],
      ['journal', 'rebuild'],
      ['journal', 'export'],
      ['product', 'list'],
      ['product', 'show'],
      ['product', 'compare'],
      ['product', 'script'],
      ['product', 'drafts'],
      ['product', 'draft'],
      ['product', 'check'],
      ['product', 'save'],
      ['product', 'propose'],
      ['pass', 'show'],
      ['pass', 'verify'],
      ['quarantine'],
      ['backup'],
      ['restore'],
      ['resolve'],
    ])
    .map((words) => ({ words }));

  test.each(everyCommand)('$words has help with an example', async ({ words }) => {
    const { code, out } = await run([...words, '--help']);
    expect([code, out]).toEqual([0, expect.stringMatching(/Example:\n {2}station /)]);
    expect(out).toContain('--json');
  });

  test('the help of all names every exit code', async () => {
    const { out } = await run(['--help']);
    expect(out).toMatch(
      /0 {2}done[\s\S]*1 {2}refused[\s\S]*2 {2}the command[\s\S]*3 {2}no station[\s\S]*4 {2}a person[\s\S]*5/,
    );
  });

  test('a table stands in columns, numbers to the right', () => {
    expect(
      table(
        ['NAME', 'N'],
        [
          ['ä', 7],
          ['long', 12],
        ],
      ),
    ).toBe('NAME   N\nä      7\nlong  12');
  });
});

describe('who works', () => {
  test('nobody named, nobody there: usage, and nothing is started', async () => {
    const named = await run(['batches']);
    const password = await run(['batches', '--as', 'olivia'], {});
    expect([named.code, named.aside, password.code, password.aside]).toEqual([
      2,
      expect.stringContaining('CLI-WHO'),
      2,
      expect.stringContaining('CLI-NO-PASSWORD'),
    ]);
  });

  test('a wrong password is refused with the station’s words', async () => {
    const { code, aside } = await run(['batches', '--as', 'olivia'], { CARDWRIGHT_PASSWORD: 'no' });
    expect([code, aside]).toEqual([1, expect.stringContaining('ACCESS-REFUSED')]);
  });

  test('is asked at a terminal, without the password in any word or output', async () => {
    const { code, out, aside } = await run(
      ['batches', '--take-over'],
      {},
      { answers: ['olivia'], secrets: ['pw-olivia'] },
    );
    expect([code, out]).toEqual([0, expect.stringContaining('NB-0001')]);
    expect(out + aside).not.toContain('pw-olivia');
    expect(station.acts).toEqual(['in olivia yes', 'out olivia']);
  });

  test('JSON is one value, of a fault too', async () => {
    const good = await run(['batches', '--as', 'olivia', '--json']);
    const bad = await run(['run', 'NB-9999', '--as', 'olivia', '--json']);
    expect(JSON.parse(good.out)).toMatchObject({ batches: [{ batch: 'NB-0001' }], total: 1, waiting: [] });
    expect([bad.code, JSON.parse(bad.out)]).toEqual([
      1,
      { error: { code: 'ACCESS-NOT-FOUND', text: expect.any(String) as unknown, next: expect.any(String) as unknown } },
    ]);
  });

  test('status starts no station', async () => {
    await station.close();
    const { code, aside } = await run(['status']);
    expect([code, aside]).toEqual([3, expect.stringContaining('STATION-NOT-RUNNING')]);
  });
});

describe('pull', () => {
  test('takes the only one, and does not choose between several', async () => {
    expect((await run(['pull', '--as', 'olivia'])).aside).toContain('CLI-NOTHING-WAITS');
    state.waiting = ['NB-0002'];
    expect((await run(['pull', '--as', 'olivia'])).out).toContain('NB-0002 is ready');
    state.waiting = ['NB-0002', 'NB-0003'];
    const several = await run(['pull', '--as', 'olivia']);
    expect([several.code, several.aside]).toEqual([2, expect.stringContaining('NB-0002, NB-0003')]);
    const chosen = await run(['pull', '--as', 'olivia'], both, { answers: ['2'] });
    expect([chosen.code, chosen.out]).toEqual([0, expect.stringContaining('NB-0003 is ready')]);
  });
});

describe('dual control', () => {
  const words = ['release', 'NB-0001', '--as', 'olivia', '--approver', 'sofia'];

  test('without a second person nothing is asked for', async () => {
    const { code } = await run(['release', 'NB-0001', '--as', 'olivia']);
    expect([code, station.acts]).toEqual([2, []]);
  });

  test('without a confirmation nothing is signed, and the request stays', async () => {
    const absent = await run(words);
    expect([absent.code, absent.aside]).toEqual([4, expect.stringContaining('CLI-NOT-CONFIRMED')]);
    const no = await run(words, both, { answers: ['no'] });
    expect([no.code, station.acts.filter((act) => act.includes('approve'))]).toEqual([4, []]);
  });

  test('signs exactly what was shown, with nothing that could move the cursor', async () => {
    const { code, aside } = await run([...words, '--yes']);
    expect([code, station.acts]).toEqual([
      0,
      ['in olivia no', 'ask batch-release', 'sofia approves batch-release', 'out olivia'],
    ]);
    expect(aside).toContain('Asked by');
    expect(aside).not.toContain('\u001b');
  });

  test('goes on with a request that waits, and can be refused', async () => {
    state.batch = { ...plainBatch, state: 'release-requested', approval: 'ap-batch-release' };
    const { code } = await run(
      [...words, '--refuse', 'wrong day'],
      { CARDWRIGHT_PASSWORD: 'pw-olivia' },
      {
        answers: ['yes'],
        secrets: ['pw-sofia'],
      },
    );
    expect([code, station.acts.slice(1, -1)]).toEqual([0, ['sofia refuses batch-release']]);
  });

  test('the second person’s wrong password is refused', async () => {
    const { code, aside } = await run([...words, '--yes'], { ...both, CARDWRIGHT_APPROVER_PASSWORD: 'x' });
    expect([code, aside]).toEqual([1, expect.stringContaining('ACCESS-REFUSED')]);
  });

  test('a batch that does not balance is not asked to close', async () => {
    state.batch = { ...plainBatch, state: 'made' };
    state.obstacles = ['One card is missing.'];
    const close = ['close', 'NB-0001', '--as', 'olivia', '--approver', 'sofia', '--yes'];
    const { code, aside } = await run(close);
    expect([code, aside, station.acts.length]).toEqual([1, expect.stringContaining('One card is missing.'), 2]);
    state.obstacles = [];
    expect([(await run(close)).code, state.batch.state]).toEqual([0, 'closed']);
  });
});

describe('run', () => {
  const words = ['run', 'NB-0001', '--as', 'olivia'];
  const fault = {
    code: 'PRINTER-JAM',
    text: 'A card is jammed.',
    next: 'Open the cover.',
    since: 't1',
    choices: [
      { choice: 'retry' as const, label: 'Retry', primary: true },
      { choice: 'reject-card' as const, label: 'Reject the card', primary: false },
    ],
    guide: {
      rule: 'jam',
      happened: 'The card is stuck in the printer.',
      certain: [],
      uncertain: [],
      next: 'Open the cover, take the card out.',
      place: 'print-head' as const,
      card: { kind: 'in-machine' as const, order: 'o1', attempt: 'a1' },
    },
  };

  test('follows a batch until it is made', async () => {
    state.batch = { ...plainBatch, state: 'released' };
    state.onStart = () => {
      state.batch = { ...plainBatch, state: 'running' };
      setTimeout(() => {
        state.lines = [{ ...plainLine, made: 2 }];
        state.batch = { ...plainBatch, state: 'made', counts: { ...plainBatch.counts, made: 2, looksOutstanding: 1 } };
      }, 200);
    };
    const { code, out, aside } = await run([...words, '--lines', 'line-1']);
    expect([code, out, aside]).toEqual([
      0,
      expect.stringContaining('Look at the named cards'),
      expect.stringContaining('line-1: good (2 on this line)'),
    ]);
    expect(station.acts).toContain('start line-1');
  });

  test('a line that asks, with nobody there, ends with 4', async () => {
    state.batch = { ...plainBatch, state: 'running' };
    // A line that could not begin has no batch yet.
    state.lines = [{ ...plainLine, batch: null, state: 'waiting-for-operator', fault }];
    const { code, out } = await run([...words, '--json']);
    expect([code, JSON.parse(out)]).toMatchObject([
      4,
      { needsPerson: [{ line: 'line-1', fault: { code: 'PRINTER-JAM' } }] },
    ]);
  });

  test('a line that asks is answered at the terminal', async () => {
    state.batch = { ...plainBatch, state: 'paused' };
    state.onStart = () => {
      state.batch = { ...plainBatch, state: 'running' };
      state.lines = [{ ...plainLine, state: 'waiting-for-operator', fault }];
    };
    const { code } = await run(words, both, { answers: ['9', '2'] });
    expect([code, station.acts.slice(1, -1)]).toEqual([0, ['resume', 'resolve line-1 reject-card']]);
  });

  test('a batch that was not released does not run', async () => {
    const { code, aside } = await run(words);
    expect([code, aside]).toEqual([1, expect.stringContaining('CLI-BATCH-STATE')]);
  });

  test('the connection that is lost ends with 3', async () => {
    state.batch = { ...plainBatch, state: 'running' };
    setTimeout(() => void station.close(), 300);
    const { code, aside } = await run(words);
    expect([code, aside]).toEqual([3, expect.stringContaining('STATION-LINK-LOST')]);
  });

  test('each change of a line is told once', () => {
    const card = {
      attempt: 'a',
      order: 'o',
      maskedPan: null,
      step: 'print',
      stepProgress: null,
      stepSince: '',
      hasPicture: false,
    } as const;
    const [first, second] = [
      { ...plainLine, card },
      { ...plainLine, fault, made: 1 },
    ];
    expect([
      lineNews(undefined, first),
      lineNews(first, first),
      lineNews(first, second),
      lineNews(second, plainLine),
    ]).toEqual([
      ['line-1: o print'],
      [],
      ['line-1: good (1 on this line)', 'line-1: A card is jammed. Open the cover.'],
      ['line-1: goes on'],
    ]);
  });
});

describe('looks and journal', () => {
  test('a look is recorded with its reason', async () => {
    await run(['looks', 'decide', 'at-1', 'bad', '--reason', 'print-faint', '--as', 'olivia']);
    const { out } = await run(['looks', 'NB-0001', '--as', 'olivia']);
    expect([station.acts[1], out]).toEqual(['look at-1 bad print-faint', 'No card waits for a look.\n']);
  });

  test('a broken journal ends with 5', async () => {
    const whole = await run(['journal', 'verify', '--as', 'olivia']);
    const before = 'Before this: whole, 2026-11-22T05:00:00.000Z, the station itself, while nothing was made.';
    expect([whole.code, whole.out]).toEqual([0, expect.stringContaining(before)]);
    state.journal = 'broken';
    const { code, out } = await run(['journal', 'verify', '--as', 'olivia']);
    expect([code, out]).toEqual([5, expect.stringContaining('entry 2: JOURNAL-HASH altered')]);
  });

  test('an export goes to standard output or to a new file of mode 0600', async () => {
    const words = ['journal', 'export', '--as', 'olivia', '--approver', 'sofia', '--yes', '--from', '7'];
    const file = path.join(folder, 'journal.jsonl');
    expect((await run(words)).out).toBe('{"sequence":7}\n{"sequence":8}\n');
    expect(JSON.parse((await run([...words, '--json'])).out)).toEqual([{ sequence: 7 }, { sequence: 8 }]);
    expect((await run([...words, '--out', file])).code).toBe(0);
    expect([await readFile(file, 'utf8'), (await stat(file)).mode & 0o777]).toEqual([
      '{"sequence":7}\n{"sequence":8}\n',
      0o600,
    ]);
    const again = await run([...words, '--out', file]);
    expect([again.code, again.aside]).toEqual([2, expect.stringContaining('EEXIST')]);
  });
});
