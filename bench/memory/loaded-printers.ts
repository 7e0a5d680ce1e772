import { askControl } from '../../e2e/stations/control-line.ts';
import { programs } from '../../e2e/stations/programs.ts';
import { startProgram, type StartedProgram } from '../../e2e/stations/started-program.ts';

/** Two virtual printers on TCP without encoders, as `station.json` names their lines. */
export interface LoadedPrinters extends AsyncDisposable {
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** Puts so many blanks into each feeder and fits a ribbon that lasts for them, as a person does at the machine. */
  readonly load: (blanks: number) => Promise<void>;
}

function word(program: StartedProgram, name: string): string {
  const value = program.ready[name];
  if (typeof value !== 'string') throw new Error(`the printer does not say its ${name}`);
  return value;
}

/** Starts two fast printers with empty feeders. */
export async function startLoadedPrinters(): Promise<LoadedPrinters> {
  const started = await Promise.all(
    [1, 2].map((at) =>
      startProgram(
        programs.printer,
        `--listen 127.0.0.1:0 --control 127.0.0.1:0 --serial MEM-000${at} --cards 0 --speed fast --stripe none --until-stdin-ends`.split(
          ' ',
        ),
      ),
    ),
  );
  const lines = started.map((program, at) => {
    const listen = word(program, 'listen');
    const colon = listen.lastIndexOf(':');
    const link = { kind: 'tcp', host: listen.slice(0, colon), port: Number(listen.slice(colon + 1)) };
    const printer = {
      driver: 'evolis',
      serial: `MEM-000${at + 1}`,
      model: 'Virtual card printer',
      environment: 'test',
      link,
    };
    return { line: `line-${at + 1}`, title: `Line ${at + 1}`, printer, reader: null };
  });
  return {
    lines,
    load: async (blanks) => {
      for (const program of started) {
        const control = word(program, 'control');
        await askControl(control, { load: { cards: blanks } });
        await askControl(control, { load: { ribbon: 'ymcko', count: 2 * blanks } });
      }
    },
    [Symbol.asyncDispose]: async () => void (await Promise.all(started.map((program) => program.end()))),
  };
}
