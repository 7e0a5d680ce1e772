import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ascii, concatBytes, latin1 } from '#shared/bytes/bytes.ts';
import { ControlClient } from '../control/json-lines-client.ts';
import type { JsonObject } from '../control/json-lines-server.ts';

const program = fileURLToPath(new URL('main.ts', import.meta.url));
const deadline = 10_000;

/** A printer program that runs for one test, and a hand-written host's end of its wires. */
export class PrinterRig {
  readonly folder: string;
  readonly #options: readonly string[];
  process: ChildProcess | undefined;
  ready: { readonly listen?: string; readonly pty?: string; readonly control: string; readonly serial: string };
  control: ControlClient | undefined;
  readonly #hosts: HostLine[] = [];

  private constructor(folder: string, options: readonly string[]) {
    this.folder = folder;
    this.#options = options;
    this.ready = { control: '', serial: '' };
  }

  /** Starts a printer; `{}` in an option stands for the rig's own folder. */
  static async start(...options: readonly string[]): Promise<PrinterRig> {
    const rig = new PrinterRig(await mkdtemp(join(tmpdir(), 'printer-')), options);
    await rig.launch();
    return rig;
  }

  async launch(): Promise<void> {
    const options = this.#options.map((option) => option.replaceAll('{}', this.folder));
    const child = spawn(process.execPath, [program, '--control', '127.0.0.1:0', ...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.process = child;
    const line = await new Promise<string>((resolve, reject) => {
      let text = '';
      const timer = setTimeout(() => reject(new Error('the printer did not start in time')), deadline);
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8');
        if (!text.includes('\n')) return;
        clearTimeout(timer);
        resolve(text);
      });
      child.once('exit', (code) => reject(new Error(`the printer ended with ${String(code)}`)));
    });
    this.ready = JSON.parse(line) as typeof this.ready;
    this.control = await ControlClient.connect(this.ready.control, deadline);
  }

  /** Ends the program as a power cut of its computer would. */
  async kill(): Promise<void> {
    this.control?.close();
    const child = this.process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGKILL');
    await gone;
  }

  async stop(): Promise<void> {
    for (const host of this.#hosts) host.close();
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  async ask(request: JsonObject): Promise<JsonObject> {
    if (this.control === undefined) throw new Error('no control');
    return await this.control.request(request, deadline);
  }

  async inspect(): Promise<Record<string, unknown>> {
    return (await this.ask({ inspect: true }))['state'] as Record<string, unknown>;
  }

  async host(): Promise<HostLine> {
    const host = await HostLine.open(this.ready.listen ?? '');
    this.#hosts.push(host);
    return host;
  }
}

/** Frames one command as the guide writes it. */
export function framed(command: string, data: Uint8Array = new Uint8Array()): Uint8Array {
  return concatBytes(new Uint8Array([0x1b]), ascii(command), data, new Uint8Array([0x0d]));
}

/** A host on TCP that sends a command and takes what comes up to a NUL. */
export class HostLine {
  readonly socket: Socket;
  #text = '';
  #wake: (() => void) | undefined;
  closed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#text += latin1(chunk);
      this.#wake?.();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.closed = true;
      this.#wake?.();
    });
  }

  static async open(address: string): Promise<HostLine> {
    const [host = '', port = ''] = address.split(':');
    const socket = connect(Number(port), host);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new HostLine(socket);
  }

  /** The next answer without its NUL; `closed` where the line ends first, `silence` where nothing comes in time. */
  async answer(milliseconds = 5000): Promise<string> {
    const ends = Date.now() + milliseconds;
    for (;;) {
      const end = this.#text.indexOf('\0');
      if (end >= 0) {
        const answer = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return answer;
      }
      if (this.closed) return 'closed';
      if (Date.now() >= ends) return `silence${this.#text}`;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ends - Date.now());
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async command(text: string, data?: Uint8Array): Promise<string> {
    this.socket.write(framed(text, data));
    return await this.answer();
  }

  /** Sends commands one after another; hands out their answers. */
  async commands(...texts: readonly string[]): Promise<string[]> {
    const replies: string[] = [];
    for (const text of texts) replies.push(await this.command(text));
    return replies;
  }

  close(): void {
    this.socket.destroy();
  }
}

/** A one-bit panel with a rectangle of the landscape picture inked: column x is line x, row y is pixel 647 - y. */
export function resinRectangle(left: number, top: number, width: number, height: number): Uint8Array {
  const data = new Uint8Array(82_296);
  for (let x = left; x < left + width; x++) {
    for (let y = top; y < top + height; y++) {
      const pixel = x * 648 + (647 - y);
      data[pixel >> 3] = (data[pixel >> 3] ?? 0) | (0x80 >> (pixel & 7));
    }
  }
  return data;
}

/** `Dbc` data at 7 bits with a rectangle of the landscape picture at full strength, white elsewhere. */
export function dyeRectangle(left: number, top: number, width: number, height: number): Uint8Array {
  const bytes: number[] = [];
  const run = (value: number, count: number): void => {
    for (let rest = count; rest > 0; rest -= 255) bytes.push(0x80 | value, Math.min(rest, 255));
  };
  for (let line = 0; line < 1016; line++) {
    if (line < left || line >= left + width) {
      bytes.push(0x80, 0);
      continue;
    }
    run(0, 648 - top - height);
    run(127, height);
    run(0, top);
  }
  return new Uint8Array(bytes);
}
