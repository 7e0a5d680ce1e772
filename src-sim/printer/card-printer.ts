import { ascii, concatBytes } from '#shared/bytes/bytes.ts';
import { answers, PowerLost, PrinterRefusal } from './answers.ts';
import type { PrinterCommand } from './command-reader.ts';
import type { Identity } from './command-table.ts';
import { commandTable } from './command-table.ts';
import type { OrderedFault } from './fault-book.ts';
import { decodeColourRuns, decodePlainPanel, decodeResinRecords } from './panel-decoder.ts';
import type { PrintMachine } from './print-machine.ts';
import type { Counters } from './printer-state.ts';
import { type Stranger, strangerBeside } from './stranger.ts';

/** Who sent a command, and gets its answer. */
export interface Requester {
  send(bytes: Uint8Array): void;
  /** The link is lost for some time; what was sent and not yet carried out never arrived. */
  loseLink(milliseconds: number | undefined): void;
  /** Set once the link was lost by order. */
  readonly lost: boolean;
}

/** One line of the record of what was asked and answered. */
export interface CommandRecord {
  readonly command: string;
  readonly answer: string;
  readonly milliseconds: number;
}

const longestRecord = 2000;
const garbage = new Uint8Array([0xff, 0x07, 0x80, 0x1b, 0xa5, 0x0d, 0x00]);

/** Carries out commands one after another and answers each with short text and one NUL (ours for TCP and serial alike). */
export class CardPrinter {
  readonly machine: PrintMachine;
  readonly identity: Identity;
  readonly record: CommandRecord[] = [];
  commands = 0;
  unknownCommands = 0;
  #lastAnswer = '';
  #queue: Promise<void> = Promise.resolve();
  #waiting = 0;
  #power: 'on' | 'off' = 'on';
  #wakers: (() => void)[] = [];
  readonly #stranger: Stranger;

  constructor(machine: PrintMachine, identity: Identity) {
    this.machine = machine;
    this.identity = identity;
    this.#stranger = strangerBeside(machine);
  }

  get power(): 'on' | 'off' {
    return this.#power;
  }

  /** What the other printer on this line has done since the start: nothing, if its host is careful. */
  get strangerCounters(): Counters {
    return this.#stranger.machine.state.counters;
  }

  /** Commands taken and not answered yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Queues one command; settles when it was carried out. */
  submit(command: PrinterCommand, requester: Requester): Promise<void> {
    this.#waiting += 1;
    this.#queue = this.#queue.then(async () => {
      try {
        if (this.#power === 'on' && !requester.lost) await this.#serve(command, requester);
      } finally {
        this.#waiting -= 1;
      }
    });
    return this.#queue;
  }

  powerOff(): void {
    this.#power = 'off';
    this.machine.powerOff();
    this.changed();
  }

  powerOn(): void {
    this.#power = 'on';
    this.#lastAnswer = '';
    this.machine.powerOn();
  }

  /** A person did something at the printer: a command that waits for it is tried again. */
  changed(): void {
    for (const wake of this.#wakers.splice(0)) wake();
  }

  async #serve(command: PrinterCommand, requester: Requester): Promise<void> {
    const { faults, sleep } = this.machine.parts;
    const began = Date.now();
    this.commands += 1;
    const lost = this.#countdown();
    if (lost !== undefined && lost.when !== 'after') {
      requester.loseLink(lost.ms);
      return;
    }
    const matches = (fault: OrderedFault): boolean => fault.on === undefined || fault.on === command.name;
    const silent = faults.meet('silent', matches);
    if (silent?.acts === false) return;
    const answer = await this.#answer(command);
    if (answer === undefined) return;
    this.record.push({ command: describe(command), answer, milliseconds: Date.now() - began });
    if (this.record.length > longestRecord) this.record.shift();
    if (!isRepetition(command)) this.#lastAnswer = answer;
    if (lost !== undefined) requester.loseLink(lost.ms);
    if (lost !== undefined || silent !== undefined) return;

    const late = faults.meet('late', matches);
    if (late !== undefined) await sleep(late.ms ?? 1000);
    const whole = concatBytes(ascii(answer), new Uint8Array(1));
    if (faults.meet('garbage', matches)) requester.send(garbage);
    else if (faults.meet('cut', matches)) requester.send(whole.subarray(0, Math.ceil(answer.length / 2)));
    else if (faults.meet('doubled', matches)) requester.send(concatBytes(whole, whole));
    else requester.send(whole);
  }

  /** Counts a command against a link that is to be lost at the n-th one. */
  #countdown(): OrderedFault | undefined {
    const counts = (fault: OrderedFault): boolean => {
      if (fault.atCommand === undefined) return false;
      return fault.atCommand <= 1;
    };
    const { faults } = this.machine.parts;
    const met = faults.meet('link-lost', counts);
    if (met === undefined) faults.count('atCommand', 1);
    return met;
  }

  /** The answer, or undefined where the power went before there was one. */
  async #answer(command: PrinterCommand): Promise<string | undefined> {
    for (;;) {
      try {
        return await this.#perform(command);
      } catch (fault) {
        if (fault instanceof PowerLost) return this.#power === 'on' ? answers.mechanical : undefined;
        if (!(fault instanceof PrinterRefusal)) throw fault;
        const { errorMode } = this.machine.volatile;
        if (!fault.waitsForPerson || (errorMode !== 0 && errorMode !== 16)) return fault.answer;
        await new Promise<void>((resolve) => this.#wakers.push(resolve));
        if (this.#power === 'off') return undefined;
      }
    }
  }

  async #perform(command: PrinterCommand): Promise<string> {
    const { machine, identity } = this.machine.parts.faults.hasBegun('other-model') ? this.#stranger : this;
    switch (command.kind) {
      case 'malformed':
        this.unknownCommands += 1;
        return command.fault === 'command' ? answers.unknownCommand : answers.badParameters;
      case 'panel': {
        const pixels = decodePanel(command);
        if (pixels === undefined) return answers.badParameters;
        await machine.download({ side: machine.volatile.side, panel: command.panel, pixels });
        return answers.ok;
      }
      case 'text': {
        const handler = Object.hasOwn(commandTable, command.name) ? commandTable[command.name] : undefined;
        if (handler === undefined) {
          this.unknownCommands += 1;
          return answers.unknownCommand;
        }
        const scene = { machine, identity, lastAnswer: this.#lastAnswer };
        return await handler(scene, command.parameters, command.text);
      }
    }
  }
}

function isRepetition(command: PrinterCommand): boolean {
  return command.kind === 'text' && command.text === 'Rlr';
}

function decodePanel(command: PrinterCommand & { kind: 'panel' }): Uint8Array | undefined {
  if (command.name === 'Db') return decodePlainPanel(command.depth, command.data);
  return command.depth === 1 ? decodeResinRecords(command.data) : decodeColourRuns(command.depth, command.data);
}

/** A command as it may be shown: stripe data and panels by their length only. */
function describe(command: PrinterCommand): string {
  switch (command.kind) {
    case 'malformed':
      return `${command.name}?`;
    case 'panel':
      return `${command.name};${command.panel};${1 << command.depth};(${command.data.length})`;
    case 'text':
      return command.name === 'Dm' ? `${command.text.slice(0, 4)};(${command.text.length - 5})` : command.text;
  }
}
