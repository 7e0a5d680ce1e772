import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../src-cms/main.ts', import.meta.url));

interface Ready {
  readonly url: string;
  readonly ca: string;
  readonly control: string;
}

/** The training CMS as a process of its own in a throw-away folder. Whoever starts it ends it. */
export class CmsProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'cardwright-sync-cms-'));
  #child: ChildProcess | null = null;
  #ready: Ready | null = null;

  static async start(): Promise<CmsProcess> {
    const cms = new CmsProcess();
    await cms.restart();
    return cms;
  }

  get url(): string {
    return this.#ready?.url ?? '';
  }

  get authority(): string {
    return readFileSync(this.#ready?.ca ?? '', 'utf8');
  }

  /** Ends the process where it runs, and starts it on the same folder and port. */
  async restart(): Promise<void> {
    const listen = this.#ready === null ? '127.0.0.1:0' : new URL(this.#ready.url).host;
    await this.stop();
    const words = ['serve', '--data', this.folder, '--training', '--until-stdin-ends'];
    const child = spawn(process.execPath, [program, ...words, '--listen', listen, '--control', '127.0.0.1:0'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    for await (const line of createInterface({ input: child.stdout })) {
      this.#ready = JSON.parse(line) as Ready;
      return;
    }
    throw new Error('the CMS ended before it was ready');
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** One command on the control connection. */
  async control(request: unknown): Promise<Record<string, unknown>> {
    const [host = '', port = ''] = (this.#ready?.control ?? '').split(':');
    const socket = connect(Number(port), host);
    socket.write(`${JSON.stringify(request)}\n`);
    for await (const line of createInterface({ input: socket })) {
      socket.destroy();
      const answer = JSON.parse(line) as Record<string, unknown>;
      if (typeof answer['error'] === 'string') throw new Error(answer['error']);
      return answer;
    }
    throw new Error('no answer on the control connection');
  }

  /** A fresh one-time code. */
  async code(station: string, purpose: 'first' | 'replace' = 'first'): Promise<string> {
    return String((await this.control({ enrolmentCode: { station, purpose } }))['code']);
  }

  /** Makes a batch and gives its id. */
  async make(product: string, count: number, hostile?: string): Promise<string> {
    const request = { product, count, ...(hostile === undefined ? {} : { hostile }) };
    return String((await this.control({ make: request }))['batch']);
  }
}
