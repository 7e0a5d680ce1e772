import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { askControl } from './control-line.ts';
import type { VirtualReader } from './pcscd.ts';
import { programs } from './programs.ts';
import { startProgram } from './started-program.ts';
import type { StartedProgram } from './started-program.ts';

/** What a virtual printer says of itself when inspected. */
export interface PrinterInspection {
  readonly counters: { readonly fed: number; readonly good: number; readonly rejected: number; readonly taken: number };
  readonly inside: {
    readonly card: string;
    readonly position: string;
    readonly front: string;
    readonly back: string;
  } | null;
  /** The panel that waits in memory. */
  readonly memory: { readonly side: string; readonly panel: string } | null;
  /** Orders for faults that have not been met yet. */
  readonly faults: readonly unknown[];
  readonly balanced: boolean;
  readonly unknownCommands: number;
}

/** A card that has left a printer, as the printer wrote it down. */
export interface FinishedCard {
  readonly card: string;
  readonly disposition: 'good' | 'rejected' | 'taken';
  readonly panels: { readonly front: string; readonly back: string };
}

/** One virtual printer with its virtual card, programs of their own: what the station does to itself does not touch them. */
export interface VirtualLine {
  readonly serial: string;
  /** As `station.json` names this line. */
  readonly configured: Readonly<Record<string, unknown>>;
  readonly toPrinter: (request: Readonly<Record<string, unknown>>) => Promise<Readonly<Record<string, unknown>>>;
  readonly toCard: (request: Readonly<Record<string, unknown>>) => Promise<Readonly<Record<string, unknown>>>;
  readonly inspect: () => Promise<PrinterInspection>;
  /** The cards that left this printer, oldest first. */
  readonly finished: () => readonly FinishedCard[];
}

export interface VirtualMachines extends AsyncDisposable {
  readonly lines: readonly [VirtualLine, VirtualLine];
}

export interface MachineWishes {
  /** Bits a second of the first printer's network link; not paced where it is left out. */
  readonly pace?: number;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** `--name value` for each member. */
function optionWords(options: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
}

async function startLine(
  at: 0 | 1,
  reader: VirtualReader,
  folder: string,
  wishes: MachineWishes,
  started: StartedProgram[],
): Promise<VirtualLine> {
  const serial = `E2E-000${at + 1}`;
  const own = path.join(folder, `printer-${at + 1}`);
  const pictures = path.join(own, 'pictures');
  mkdirSync(pictures, { recursive: true });
  const open = '127.0.0.1:0';
  const card = await startProgram(
    programs.card,
    optionWords({
      vpcd: `127.0.0.1:${reader.port}`,
      contacts: open,
      control: open,
      state: path.join(own, 'chips'),
      seed: serial,
      orphan: 'exit',
    }),
  );
  started.push(card);
  const tty = path.join(own, 'tty');
  const printer = await startProgram(programs.printer, [
    ...optionWords({
      ...(at === 0 ? { listen: open } : { pty: tty }),
      ...(at === 0 && wishes.pace !== undefined ? { pace: String(wishes.pace) } : {}),
      serial,
      cards: '2000',
      ribbon: 'ymcko:4000',
      speed: 'fast',
      control: open,
      contacts: textOf(card.ready['contacts']),
      pictures,
      state: path.join(own, 'state'),
    }),
    '--until-stdin-ends',
  ]);
  started.push(printer);
  const listen = textOf(printer.ready['listen']);
  const control = textOf(printer.ready['control']);
  const colon = listen.lastIndexOf(':');
  return {
    serial,
    configured: {
      line: `line-${at + 1}`,
      title: `Line ${at + 1}`,
      printer: {
        driver: 'evolis',
        serial,
        model: 'Virtual card printer',
        environment: 'test',
        link:
          at === 0
            ? { kind: 'tcp', host: listen.slice(0, colon), port: Number(listen.slice(colon + 1)) }
            : { kind: 'serial', path: tty, baud: 115_200 },
      },
      reader: {
        serial: reader.name,
        model: 'Virtual PC/SC reader',
        environment: 'test',
        link: { kind: 'pcsc', name: reader.name },
      },
    },
    toPrinter: (request) => askControl(control, request),
    toCard: (request) => askControl(textOf(card.ready['control']), request),
    inspect: async () => (await askControl(control, { inspect: true }))['state'] as PrinterInspection,
    finished: () =>
      readdirSync(pictures)
        .filter((name) => name.endsWith('.json'))
        .toSorted()
        .map((name) => JSON.parse(readFileSync(path.join(pictures, name), 'utf8')) as FinishedCard),
  };
}

/** Starts two lines on the two virtual readers: the first printer on TCP, the second on a serial device. */
export async function startMachines(
  readers: readonly VirtualReader[],
  folder: string,
  wishes: MachineWishes = {},
): Promise<VirtualMachines> {
  const started: StartedProgram[] = [];
  const end = async (): Promise<void> => {
    await Promise.all(started.map((program) => program.end()));
  };
  const [first, second] = readers;
  if (first === undefined || second === undefined) throw new Error('two virtual readers are needed');
  try {
    // Both are waited for even where one fails: what starts late must be ended too.
    const [one, other] = await Promise.allSettled([
      startLine(0, first, folder, wishes, started),
      startLine(1, second, folder, wishes, started),
    ]);
    if (one.status === 'rejected') throw one.reason;
    if (other.status === 'rejected') throw other.reason;
    const lines = [one.value, other.value] as const;
    return { lines, [Symbol.asyncDispose]: end };
  } catch (fault) {
    await end();
    throw fault;
  }
}
