import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { LinkFault, type Wait } from '../byte-link.ts';
import { within, type Settle } from '../within.ts';
import { forgetful } from '../../../platform/forgetful-process.ts';
import { PcscFault } from './pcsc-trouble.ts';
import type { ReaderReply, ReaderRequest, ReaderResults } from './reader-message.ts';

/** The program beside this file: source under Node, compiled beside the compiled station. */
const program = fileURLToPath(
  new URL(`./reader-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
);

/** What a process needs to start and to find the smart card service, and nothing of what else is set. */
function environment(): Record<string, string> {
  const kept = ['PATH', 'SystemRoot', 'windir', 'PCSCLITE_CSOCK_NAME'].flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const electron = process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' };
  return { ...Object.fromEntries(kept), ...electron, ...forgetful.environment };
}

/**
 * One run of a reader's process: sends requests, matches answers by id. A missed deadline and an abort end the process, because a
 * PC/SC call cannot be cancelled; whatever else was under way is rejected with PcscFault `process-ended`.
 */
export class ReaderChild {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Settle<ReaderReply>>();
  readonly #ended: Promise<void>;
  #next = 1;
  #state: 'running' | 'ended' = 'running';

  /** Starts the process for a reader by its PC/SC name and its serial; an empty name is enough for `list`. */
  constructor(readerName: string, serial = '') {
    this.#child = fork(program, [readerName, serial], {
      serialization: 'advanced',
      env: environment(),
      execArgv: [...forgetful.execArgv],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#child.on('message', (reply) => {
      const { id } = reply as ReaderReply;
      this.#waiting.get(id)?.resolve(reply as ReaderReply);
    });
    this.#ended = new Promise((resolve) => {
      const end = (): void => {
        this.#state = 'ended';
        for (const waiting of this.#waiting.values())
          waiting.reject(new PcscFault('process-ended', 'it ended by itself'));
        resolve();
      };
      this.#child.once('error', end);
      this.#child.once('exit', end);
    });
  }

  get state(): 'running' | 'ended' {
    return this.#state;
  }

  /** Sends one request and takes its answer. Rejects with a PcscFault, or with the signal's reason. */
  async ask<Kind extends ReaderRequest['kind']>(
    request: Extract<ReaderRequest, { kind: Kind }>,
    wait: Wait,
  ): Promise<ReaderResults[Kind]> {
    if (this.#state === 'ended') throw new PcscFault('process-ended', 'it is not running');
    const id = this.#next++;
    let reply: ReaderReply;
    try {
      reply = await within<ReaderReply>(wait, request.kind, (settle) => {
        this.#waiting.set(id, settle);
        this.#child.send({ id, request }, (fault) => {
          if (fault !== null) settle.reject(new PcscFault('process-ended', fault.message));
        });
      });
    } catch (fault) {
      if (fault instanceof PcscFault) throw fault;
      this.kill();
      if (fault instanceof LinkFault) throw new PcscFault('deadline', `no answer to ${request.kind}`);
      throw fault;
    } finally {
      this.#waiting.delete(id);
    }
    if (reply.kind === 'trouble') throw new PcscFault(reply.trouble, reply.reason);
    // The process answers each request with the result of its kind (reader-process.ts, `perform`).
    return reply.result as ReaderResults[Kind];
  }

  /** Ends the process at once; its handles at the smart card service go with it. */
  kill(): void {
    this.#state = 'ended';
    this.#child.kill('SIGKILL');
  }

  /** Ends the process and waits until it is gone. */
  async close(): Promise<void> {
    this.kill();
    await this.#ended;
  }
}
