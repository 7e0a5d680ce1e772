import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLogger } from '../../platform/logger.ts';
import { askForWindow } from '../../shells/local-socket/ask-for-window.ts';
import { startStation, type Station } from '../../station.ts';
import { readyText, startProgram, type ChildProgram } from '../child-program.ts';
import { programs } from '../places.ts';
import { serveStation, type ServedStation } from '../serve-station.ts';
import { openRawLocal, openRawWindow, type RawAnswer, type RawWire } from './raw-wire.fixture.ts';

/** A training station that is served on both its wires, with two virtual printers and no reader. */
export class StationOnWires {
  readonly station: Station;
  readonly served: ServedStation;
  readonly data: string;
  readonly #printers: readonly ChildProgram[];
  readonly #opened: RawWire[] = [];

  private constructor(station: Station, served: ServedStation, data: string, printers: readonly ChildProgram[]) {
    this.station = station;
    this.served = served;
    this.data = data;
    this.#printers = printers;
  }

  static async start(): Promise<StationOnWires> {
    const data = mkdtempSync(join(tmpdir(), 'cardwright-calls-'));
    const logger = openLogger(join(data, 'printers.log'), 'warn');
    const signal = AbortSignal.timeout(180_000);
    const printers = await Promise.all(
      [1, 2].map((at) =>
        startProgram(
          {
            title: `virtual printer ${at}`,
            path: programs.printer,
            arguments: `--listen=127.0.0.1:0 --control=127.0.0.1:0 --serial=BAD-${at} --cards=100 --ribbon=ymcko:400
              --speed=fast --stripe=none --until-stdin-ends`.split(/\s+/),
          },
          logger,
          signal,
        ),
      ),
    );
    const lines = printers.map((printer, at) => {
      const [host, port] = readyText(printer, 'listen').split(':');
      const link = { kind: 'tcp', host, port: Number(port) };
      const machine = {
        driver: 'evolis',
        serial: `BAD-${at + 1}`,
        model: 'Virtual printer',
        environment: 'test',
        link,
      };
      return { line: `line-${at + 1}`, title: `Line ${at + 1}`, printer: machine, reader: null };
    });
    const configuration = {
      version: 1,
      station: 'ST-CALLS',
      mode: 'training',
      issuers: [
        { id: 'northbank', title: 'Northbank' },
        { id: 'mercato', title: 'Mercato Retail' },
      ],
      cms: { kind: 'training' },
      hsm: { kind: 'files' },
      machines: { kind: 'configured', lines },
    };
    writeFileSync(join(data, 'station.json'), JSON.stringify(configuration));
    const station = await startStation({
      data,
      shell: 'test',
      progress: () => undefined,
      fatal: (fault) => {
        throw fault;
      },
      signal,
    });
    return new StationOnWires(station, await serveStation(station, 'loopback'), data, printers);
  }

  get journal(): Station['services']['journal'] {
    return this.station.services.journal;
  }

  /** A window of its own. */
  async window(): Promise<RawWire> {
    const asked = await askForWindow(this.served.socket);
    if (asked.kind === 'refused') throw new Error(asked.reason);
    const wire = await openRawWindow(asked.path);
    this.#opened.push(wire);
    return wire;
  }

  async local(): Promise<RawWire> {
    const wire = await openRawLocal(this.served.socket);
    this.#opened.push(wire);
    return wire;
  }

  /** A window at which one of the training people works. */
  async personAt(person: string): Promise<RawWire> {
    const wire = await this.window();
    await answered(wire, 'session.logIn', { person, password: `training-${person}`, takeOver: 'yes' });
    return wire;
  }

  /** The kinds of the entries that were written while `act` ran, in order. */
  async kindsDuring(act: () => Promise<unknown>): Promise<readonly string[]> {
    const before = this.journal.head().sequence;
    await act();
    return this.journal.read(before + 1, 2_000).map(({ header }) => header.kind);
  }

  /** What a person does at a printer. */
  toPrinter(at: 0 | 1, request: Readonly<Record<string, unknown>>): Promise<unknown> {
    return askProgram(readyText(this.#printers[at] ?? null, 'control'), request);
  }

  /** What a person does at the training CMS. */
  toCms(request: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
    const address = readFileSync(join(this.station.places.cms, 'control-address'), 'utf8').trim();
    return askProgram(address, request);
  }

  async close(): Promise<void> {
    for (const wire of this.#opened) wire.close();
    await this.served.close();
    await this.station.close();
    await Promise.all(this.#printers.map((printer) => printer.end()));
    rmSync(this.data, { recursive: true, force: true, maxRetries: 3 });
  }
}

function askProgram(address: string, request: object): Promise<Readonly<Record<string, unknown>>> {
  const colon = address.lastIndexOf(':');
  return new Promise((resolve, reject) => {
    const socket = connect(Number(address.slice(colon + 1)), address.slice(0, colon));
    let said = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (!said.includes('\n')) return;
      socket.destroy();
      const reply = JSON.parse(said) as Readonly<Record<string, unknown>>;
      if (reply['error'] === undefined) resolve(reply);
      else reject(new Error(JSON.stringify(reply['error'])));
    });
    socket.once('error', reject);
    socket.write(`${JSON.stringify(request)}\n`);
  });
}

/** The answer of a call that must be answered. */
export async function answered(
  wire: RawWire,
  path: string,
  json: object = {},
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await wire.ask(path, { json });
  if (answer.code !== 'answered') throw new Error(`${path}: ${answer.text}`);
  return answer.json as Readonly<Record<string, unknown>>;
}

/** The station's own code of a refusal. */
export async function refused(wire: RawWire, path: string, json: object = {}): Promise<string> {
  const answer: RawAnswer = await wire.ask(path, { json });
  return answer.code === 'answered'
    ? 'answered'
    : typeof answer.data['code'] === 'string'
      ? answer.data['code']
      : answer.code;
}
