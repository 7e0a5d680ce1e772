import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../src-main/cli/program.ts';

const root = path.dirname(import.meta.dirname);
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

interface Package {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
const project = JSON.parse(read('package.json')) as Package;

function markdownBelow(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.posix.join(folder, name.replaceAll('\\', '/')));
}
const pages = ['README.md', 'CHANGELOG.md', ...markdownBelow('docs')].toSorted();

/** The text outside code: a link in an example is no link. */
function prose(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
}

/** Code as somebody would type it: blocks line by line, and spans. */
function typed(text: string): string[] {
  const blocks = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].flatMap(([, body = '']) => body.split('\n'));
  const spans = [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, body = '']) => body);
  return [...blocks, ...spans].map((line) => line.trim());
}

/** The anchor that a heading gets. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

/** The help of a command, or the exit code where it has none. */
/** The help of one command of the CMS, a program of its own. */
function cmsHelpOf(command: string): string {
  const program = path.join(root, 'src-cms', 'main.ts');
  return execFileSync(process.execPath, [program, command, '--help'], { encoding: 'utf8', timeout: 15_000 });
}

async function helpOf(words: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  const said: string[] = [];
  const never = () => Promise.reject(new Error('help asks nothing'));
  const code = await runCommandLine([...words, '--help'], {
    terminal: {
      person: 'absent',
      out: (text) => void said.push(text),
      aside: (text) => void said.push(text),
      paint: (_paint, text) => text,
      ask: never,
      askSecret: never,
    },
    environment: { CARDWRIGHT_DATA: path.join(root, 'out', 'no-station') },
    signal: AbortSignal.timeout(10_000),
  });
  return { code, text: said.join('\n') };
}

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('links to what is there', () => {
    const links = [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const dead = links.filter((target) => {
      if (/^[a-z]+:/.test(target)) return false;
      const [file = '', fragment] = target.split('#');
      const place = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
      if (!existsSync(path.join(root, place))) return true;
      if (fragment === undefined || !place.endsWith('.md')) return false;
      return ![...read(place).matchAll(/^#+ (.+)$/gm)].some(([, heading = '']) => anchor(heading) === fragment);
    });
    expect(dead).toEqual([]);
  });

  it('names npm scripts that exist', () => {
    const named = typed(text).flatMap((line) =>
      [...line.matchAll(/\bnpm (?:run (?:-s )?([\w:]+)|(start|test)\b)/g)].map(
        ([, script, short]) => script ?? short ?? '',
      ),
    );
    expect(named.filter((script) => !(script in project.scripts))).toEqual([]);
  });
});

describe('the commands that are named', () => {
  // `npm run -s station -- X`, and in README and the administrator's table each bare command.
  const afterStation = pages.flatMap((page) =>
    typed(read(page)).flatMap((line) => [...line.matchAll(/\bstation -- ([a-z].*)$/g)].map(([, words = '']) => words)),
  );
  const listed = (read('README.md').split('## The command line')[1] ?? '').split('## ')[0] ?? '';
  const table = (read('docs/administrator.md').split('## Command line')[1] ?? '').split('| exit code')[0] ?? '';
  const firstColumn = [...table.matchAll(/^\| (`[^|]+) \|/gm)].map(([, cell = '']) => cell).join(' ');
  const words = [...afterStation, ...typed(listed), ...typed(firstColumn)]
    .filter((line) => /^[a-z]/.test(line) && !line.startsWith('npm'))
    .map((line) => (/^[a-z]+( [a-z]+)*/.exec(line) ?? [''])[0]);
  // Simulators and CMS are other programs with a help of their own: only their name is the station's.
  const known = [...new Set(words)]
    .map((line) => line.split(' ').slice(0, 2))
    .map(([first = '', second]) => (first === 'cms' || second === undefined ? [first] : [first, second]));

  it('are some', () => expect(known.length).toBeGreaterThan(10));

  it.each(known.map((each) => each.join(' ')))('%s exists', async (command) => {
    const [first = '', second] = command.split(' ');
    const top = await helpOf(second === undefined ? [] : [first]);
    expect(top.code).toBe(0);
    expect(top.text).toMatch(new RegExp(`^\\s+${second ?? first}\\b`, 'm'));
  });
});

describe('options and exit codes of the administrator page', () => {
  it('are those of the program', async () => {
    const { text } = await helpOf([]);
    const codes = [...text.matchAll(/^\s+(\d+) {2}/gm)].map(([, code]) => code);
    const page = read('docs/administrator.md');
    expect(codes.length).toBeGreaterThan(4);
    expect(codes.filter((code) => !page.includes(`\n| ${code} |`))).toEqual([]);
    const options = new Set([...page.matchAll(/\[?(--[a-z-]+)[ \]`]/g)].map(([, option = '']) => option));
    const commands = ['status', 'batches', 'release', 'run', 'close', 'journal export', 'resolve', 'keys import'];
    commands.push('keys change', 'keys authority import', 'keys certificate request', 'keys certificate import');
    commands.push('applets import', 'applets provider', 'applets withdraw', 'pass show', 'quarantine', 'card inspect');
    commands.push('product check');
    const offered = await Promise.all(commands.map(async (command) => (await helpOf(command.split(' '))).text));
    offered.push(...['restored', 'terms', 'take-back'].map(cmsHelpOf));
    const elsewhere = new Set(['--station', '--help']);
    const unknown = [...options].filter((option) => !elsewhere.has(option) && !offered.join('\n').includes(option));
    expect(unknown).toEqual([]);
  });
});

describe('the table of dependencies', () => {
  const page = read('docs/decisions/0001-dependencies.md');
  const rows = [...page.matchAll(/^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$/gm)].map(
    ([, name = '', why = '', licence = '']) => ({ name, why: why.trim(), licence: licence.trim() }),
  );
  const names = Object.keys({
    ...project.dependencies,
    ...project.optionalDependencies,
    ...project.devDependencies,
  }).toSorted();

  it('names every package once, and no other', () => {
    expect(rows.map(({ name }) => name).toSorted()).toEqual(names);
  });

  it('states the licence that each package states', () => {
    const differing = rows.filter(({ name, licence }) => {
      const file = `node_modules/${name}/package.json`;
      if (!existsSync(path.join(root, file))) return false;
      const { license } = JSON.parse(read(file)) as { readonly license?: string };
      return license === undefined || !licence.includes(license);
    });
    expect(differing).toEqual([]);
  });
});

describe('the list of decisions', () => {
  it('names every page', () => {
    const list = read('docs/decisions/README.md');
    const missing = readdirSync(path.join(root, 'docs', 'decisions')).filter(
      (name) => /^\d{4}-/.test(name) && !list.includes(`(${name})`),
    );
    expect(missing).toEqual([]);
  });
});

describe('the configuration example', () => {
  it('is one that the station takes', async () => {
    const { readConfiguration } = await import('../src-main/station/configuration.ts');
    const { mkdtempSync, rmSync, writeFileSync } = await import('node:fs');
    const { tmpdir } = await import('node:os');
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(read('docs/administrator.md')) ?? [];
    const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-docs-'));
    try {
      writeFileSync(path.join(folder, 'station.json'), example);
      expect(readConfiguration(folder)).toEqual(JSON.parse(example));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
