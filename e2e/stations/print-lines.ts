import path from 'node:path';
import { askControl } from './control-line.ts';
import { programs } from './programs.ts';
import { startProgram } from './started-program.ts';
import type { StartedProgram } from './started-program.ts';

/** A line that only prints: one virtual printer on TCP, no encoder, so that no reader of the machine is needed. */
export interface PrintLine {
  readonly serial: string;
  /** As `station.json` names this line. */
  readonly configured: Readonly<Record<string, unknown>>;
  readonly toPrinter: (request: Readonly<Record<string, unknown>>) => Promise<Readonly<Record<string, unknown>>>;
}

export interface PrintLines extends AsyncDisposable {
  readonly lines: readonly [PrintLine, PrintLine];
}

function word(program: StartedProgram, name: string): string {
  const value = program.ready[name];
  if (typeof value !== 'string') throw new Error(`the printer does not say its ${name}`);
  return value;
}

async function startLine(
  at: 1 | 2,
  folder: string,
): Promise<{ readonly line: PrintLine; readonly program: StartedProgram }> {
  const serial = `PRT-000${at}`;
  const words =
    `--listen 127.0.0.1:0 --control 127.0.0.1:0 --serial ${serial} --cards 200 --ribbon ymcko:500 --speed fast`.split(
      ' ',
    );
  const state = path.join(folder, `printer-${at}`);
  const program = await startProgram(programs.printer, [...words, '--state', state, '--until-stdin-ends']);
  const listen = word(program, 'listen');
  const control = word(program, 'control');
  const colon = listen.lastIndexOf(':');
  const link = { kind: 'tcp', host: listen.slice(0, colon), port: Number(listen.slice(colon + 1)) };
  const line: PrintLine = {
    serial,
    configured: {
      line: `line-${at}`,
      title: `Line ${at}`,
      printer: { driver: 'evolis', serial, model: 'Virtual card printer', environment: 'test', link },
      reader: null,
    },
    toPrinter: (request) => askControl(control, request),
  };
  return { line, program };
}

/** Starts two lines that only print. */
export async function startPrintLines(folder: string): Promise<PrintLines> {
  const first = await startLine(1, folder);
  const second = await startLine(2, folder);
  return {
    lines: [first.line, second.line],
    [Symbol.asyncDispose]: async () => void (await Promise.all([first.program.end(), second.program.end()])),
  };
}
