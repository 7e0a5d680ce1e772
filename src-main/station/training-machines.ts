import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { HelloView } from '#shared/contract/views/session-views.ts';
import type { LineId } from '#shared/domain/identifiers.ts';
import type { Logger } from '../platform/logger.ts';
import { readyText, startProgram, type ChildProgram } from './child-program.ts';
import type { ConfiguredLine } from './configuration.ts';
import { keepPort, keptPort } from './kept-port.ts';
import { usePcsc, virtualReadersAnswer, virtualSlots } from './pcsc-service.ts';
import { programs } from './places.ts';
import { followBlanks } from './training-blanks.ts';

const blanksInFeeder = 2000;
const ribbonPanels = 4000;

/** The virtual machines of a training station: real programs on real wires. */
export interface TrainingMachines {
  readonly lines: readonly ConfiguredLine[];
  /** Keeps the virtual cards the blanks that the lots in the feeders are; ends by calling what it hands back. */
  followBlanks(journal: Parameters<typeof followBlanks>[0], warn: (fault: unknown) => void): () => void;
  readonly notices: HelloView['notices'];
  end(): Promise<void>;
}

function address(text: string): { readonly host: string; readonly port: number } {
  const [host = '127.0.0.1', port = '0'] = text.split(':');
  return { host, port: Number(port) };
}

/**
 * Starts two virtual printers (one on TCP, one on a serial line) with a virtual card each.
 *
 * Where pcscd and its virtual readers are missing, the cards are reached over a socket behind the same port, and a notice says so.
 */
export async function startTrainingMachines(
  folder: string,
  speed: 'fast' | 'real',
  logger: Logger,
  signal: AbortSignal,
): Promise<TrainingMachines> {
  const pcsc = await usePcsc();
  const readers = pcsc.kind === 'running' && (await virtualReadersAnswer()) === 'yes' ? 'pcsc' : 'socket';
  const started: ChildProgram[] = [];
  const end = async () => {
    await Promise.all(started.map((program) => program.end()));
    if (pcsc.kind === 'running') await pcsc.end();
  };
  try {
    const open = await Promise.all(
      virtualSlots.map((slot, at) => startLine({ at, slot, readers, folder, speed, logger, signal, started })),
    );
    const lines = open.map(({ configured }) => configured);
    const cards = open.map(({ configured, control }) => ({ line: configured.line, control }));
    const notices =
      readers === 'pcsc'
        ? []
        : [
            {
              code: 'READER-VIRTUAL',
              text: 'No PC/SC service with virtual readers was found. The training cards are reached by a built-in virtual reader instead.',
            },
          ];
    return { lines, notices, end, followBlanks: (journal, warn) => followBlanks(journal, cards, warn) };
  } catch (fault) {
    await end();
    throw fault;
  }
}

async function startLine(options: {
  readonly at: number;
  readonly slot: (typeof virtualSlots)[number];
  readonly readers: 'pcsc' | 'socket';
  readonly folder: string;
  readonly speed: 'fast' | 'real';
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly started: ChildProgram[];
}): Promise<{ readonly configured: ConfiguredLine; readonly control: string }> {
  const { at, slot, readers, speed, logger, signal, started } = options;
  const number = at + 1;
  const own = join(options.folder, `printer-${number}`);
  const pictures = join(own, 'pictures');
  mkdirSync(pictures, { recursive: true, mode: 0o700 });
  const serial = `CWT-000${number}`;
  const readerPort = join(own, 'reader.port');
  const printerPort = join(own, 'printer.port');
  const card = await startProgram(
    {
      title: `virtual card ${number}`,
      path: programs.card,
      arguments: [
        '--contacts=127.0.0.1:0',
        '--control=127.0.0.1:0',
        `--state=${join(own, 'chips')}`,
        `--seed=${serial}`,
        '--orphan=exit',
        ...(readers === 'pcsc'
          ? [`--vpcd=127.0.0.1:${slot.port}`]
          : ['--framing', 'tcp-listen', `127.0.0.1:${await keptPort(readerPort)}`]),
      ],
    },
    logger,
    signal,
  );
  started.push(card);
  if (readers === 'socket') keepPort(readerPort, readyText(card, 'vpcd'));
  const tty = join(own, 'tty');
  const printer = await startProgram(
    {
      title: `virtual printer ${number}`,
      path: programs.printer,
      arguments: [
        at === 0 ? `--listen=127.0.0.1:${await keptPort(printerPort)}` : `--pty=${tty}`,
        `--serial=${serial}`,
        `--cards=${blanksInFeeder}`,
        '--stripe=loco',
        `--ribbon=ymcko:${ribbonPanels}`,
        `--speed=${speed}`,
        `--contacts=${readyText(card, 'contacts')}`,
        '--control=127.0.0.1:0',
        `--pictures=${pictures}`,
        `--state=${join(own, 'state')}`,
        '--until-stdin-ends',
      ],
    },
    logger,
    signal,
  );
  started.push(printer);
  if (at === 0) keepPort(printerPort, readyText(printer, 'listen'));
  const reader =
    readers === 'pcsc'
      ? { serial: slot.name, model: 'Virtual PC/SC reader', link: { kind: 'pcsc', name: slot.name } as const }
      : {
          serial: `virtual-reader-${number}`,
          model: 'Built-in virtual reader',
          link: { kind: 'socket', ...address(readyText(card, 'vpcd')) } as const,
        };
  const configured: ConfiguredLine = {
    line: `line-${number}` as LineId,
    title: `Line ${number}`,
    printer: {
      driver: 'evolis',
      serial,
      model: 'Virtual card printer',
      environment: 'test',
      link:
        at === 0
          ? { kind: 'tcp', ...address(readyText(printer, 'listen')) }
          : { kind: 'serial', path: tty, baud: 115_200 },
    },
    reader: { ...reader, environment: 'test' },
  };
  return { configured, control: readyText(card, 'control') };
}
