import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { splitAddress } from '../control/json-lines-client.ts';
import { startControlServer } from '../control/json-lines-server.ts';
import { CardPrinter } from './card-printer.ts';
import { ContactHead } from './contact-head.ts';
import { durations } from './durations.ts';
import { FaultBook, faultKinds } from './fault-book.ts';
import { FinishedCards } from './finished-cards.ts';
import { PrintMachine } from './print-machine.ts';
import { PrinterControl } from './printer-control.ts';
import type { PrinterState } from './printer-state.ts';
import { freshCounters, freshRibbon } from './printer-state.ts';
import { PtyWire } from './pty-wire.ts';
import { StateStore } from './state-store.ts';
import { TcpWire } from './tcp-wire.ts';

interface Options {
  readonly untilStdinEnds?: true;
  readonly listen?: string;
  readonly pty?: string;
  readonly pace?: number;
  readonly serial: string;
  readonly model: string;
  readonly firmware: string;
  readonly cards: number;
  readonly ribbon: string;
  readonly stripe: 'hico' | 'loco' | 'none';
  readonly hopper: number;
  readonly reject: number;
  readonly contacts?: string;
  readonly pictures?: string;
  readonly state?: string;
  readonly speed: 'fast' | 'real';
  readonly commandTimeout: number;
  readonly control?: string;
}

const help = `
Control (TCP, one JSON object a line, one reply a line: {"ok":true,...} or {"error":"..."}):
  {"fault":NAME,...}                     orders a fault; "once":true|false says whether it ends by itself, "skip":N lets N
                                         occasions pass first, "on":"Se" binds an answer fault to one command
  {"clear":true} or {"clear":NAME}       ends all faults (one fault); a jam is put right, the card stays where it is
  {"load":{"cards":25}}                  adds cards to the feeder
  {"load":{"ribbon":"ymcko","count":200}}   fits a new ribbon; "ribbon":null takes it out
  {"empty":"hopper"} {"empty":"reject"}  empties a box
  {"takeCard":true}                      a person takes the card out of the machine (counted as taken)
  {"fault":"power-off"} {"fault":"power-on"}   the link goes and memory is lost; the card stays where it is
  {"inspect":true}                       the whole state and all counters; fed = good + rejected + taken + inside
  {"record":true}                        the last commands with their answers (stripe data by length only)

Faults:
${Object.entries(faultKinds)
  .map(([name, kind]) => `  ${name.padEnd(18)} ${kind.once ? '(once) ' : ''}${kind.explains}`)
  .join('\n')}

With Pem;0 (the state after power-on) and Pem;16 the printer waits for a person when feeder, ribbon, cover, boxes or a jam
stop it, and gives no answer meanwhile; a host that wants answers sends Pem;2 first.`;

function count(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('a whole number is wanted');
  return Number(text);
}

function readOptions(): Options {
  return new Command()
    .name('virtual-card-printer')
    .description('A strict virtual duplex colour card printer that speaks the Evolis command language.')
    .addOption(new Option('--listen <host:port>', 'take clients by TCP; port 0 for a free one').conflicts('pty'))
    .option('--pty <link>', 'be a serial device: make a pseudo terminal under this link (needs socat)')
    .option('--pace <baud>', 'read and write at the speed of a serial line', count)
    .option('--serial <text>', 'serial number (Rsn), first part of every card id', 'VIRTUAL-0001')
    .option('--model <text>', 'model (Rtp)', 'EVOLIS DUALYS 3')
    .option('--firmware <text>', 'firmware version (Rfv)', 'V1.00 VIRTUAL')
    .option('--cards <n>', 'blank cards in the feeder', count, 100)
    .option('--ribbon <panels:count>', 'fitted ribbon, such as ymcko:200 or k:1000', 'ymcko:200')
    .addOption(new Option('--stripe <kind>', 'stripe of the blanks').choices(['hico', 'loco', 'none']).default('hico'))
    .option('--hopper <n>', 'cards that the output hopper holds, 0 for no limit', count, 0)
    .option('--reject <n>', 'cards that the reject box holds, 0 for no limit', count, 0)
    .option('--contacts <host:port>', "the virtual card's contact head")
    .option('--pictures <folder>', 'draw every card that leaves the printer into this folder')
    .option(
      '--state <folder>',
      'keep the state here: a program started again stands where it was (then --cards and --ribbon count for nothing)',
    )
    .addOption(new Option('--speed <speed>', 'how long movements take').choices(['fast', 'real']).default('fast'))
    .option('--command-timeout <ms>', 'forget an unfinished command after a pause of this length', count, 2000)
    .option('--control <host:port>', 'take control requests here; port 0 for a free one')
    .option('--until-stdin-ends', 'end when standard input ends, as a child of a station')
    .addHelpText('after', help)
    .showHelpAfterError('(--help lists every option)')
    .parse()
    .opts<Options>();
}

function note(text: string): void {
  process.stderr.write(`${JSON.stringify({ note: text })}\n`);
}

function newState(options: Options): PrinterState {
  const ribbon = /^([a-z]+):(\d+)$/.exec(options.ribbon);
  if (ribbon === null) throw new Error(`not PANELS:COUNT: ${options.ribbon}`);
  return {
    feeder: options.cards,
    hopper: 0,
    reject: 0,
    ribbon: freshRibbon(ribbon[1] ?? '', Number(ribbon[2])),
    inside: null,
    jammed: null,
    savedErrorMode: 0,
    savedInsertion: 'F',
    counters: freshCounters(),
  };
}

async function run(options: Options): Promise<void> {
  if (options.listen === undefined && options.pty === undefined) throw new Error('one of --listen and --pty is needed');
  const store = options.state === undefined ? undefined : new StateStore(options.state);
  const contacts = options.contacts === undefined ? undefined : splitAddress(options.contacts);
  const head = contacts && new ContactHead(contacts.host, contacts.port, note);
  const machine = new PrintMachine({
    serial: options.serial,
    state: store?.load() ?? newState(options),
    store,
    faults: new FaultBook(),
    head,
    finished: new FinishedCards(options.pictures, options.stripe === 'none' ? 'no stripe' : 'with stripe'),
    durations: durations[options.speed],
    now: () => new Date(),
    sleep: (milliseconds) => sleep(milliseconds),
    stripe: options.stripe,
    hopperSize: options.hopper,
    rejectSize: options.reject,
  });
  machine.save();
  const { serial, model, firmware } = options;
  const printer = new CardPrinter(machine, { serial, model, firmware });
  const settings = { baud: options.pace, commandTimeout: options.commandTimeout };
  const counters = { strayBytes: 0, discardedCommands: 0, refusedClients: 0 };
  const wire =
    options.listen === undefined
      ? new PtyWire(printer, settings, counters, options.pty ?? '')
      : new TcpWire(printer, settings, counters, splitAddress(options.listen));
  const control = new PrinterControl(printer, wire, counters);
  machine.start();
  await wire.open();
  const address = options.control === undefined ? undefined : splitAddress(options.control);
  const server =
    address && (await startControlServer(address.host, address.port, (request) => control.handle(request)));

  const end = async (): Promise<void> => {
    await wire.close();
    head?.close();
    await server?.close();
    process.exit(0);
  };
  process.once('SIGTERM', () => void end());
  process.once('SIGINT', () => void end());
  if (options.untilStdinEnds === true) process.stdin.once('end', () => void end()).resume();
  const ready = { ready: true, ...wire.description, control: server?.address, serial };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

try {
  await run(readOptions());
} catch (fault) {
  process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
  process.exit(2);
}
