import { concatBytes } from '#shared/bytes/bytes.ts';
import { LinkFault, type AnswerForm, type Wait } from './byte-link.ts';
import { within } from './within.ts';

/** A device that talks on and on without being read is not answering anybody; more than this ends the link. */
const mostUnread = 256 * 1024;

/** What has arrived on a link and nobody has read yet; one reader at a time. */
export class ReceivedBytes {
  #held: Uint8Array = new Uint8Array();
  #ended: string | null = null;
  #wake: (() => void) | null = null;

  /** Takes bytes from the wire; says whether there are too many. */
  push(bytes: Uint8Array): 'kept' | 'too-many' {
    this.#held = this.#held.length === 0 ? new Uint8Array(bytes) : concatBytes(this.#held, bytes);
    this.#wake?.();
    return this.#held.length > mostUnread ? 'too-many' : 'kept';
  }

  /** Nothing more will come. */
  end(reason: string): void {
    this.#ended ??= reason;
    this.#wake?.();
  }

  takeAll(): Uint8Array {
    const taken = this.#held;
    this.#held = new Uint8Array();
    return taken;
  }

  async readUntil(form: AnswerForm, wait: Wait): Promise<Uint8Array> {
    const ends = performance.now() + wait.deadline;
    for (;;) {
      const end = this.#held.indexOf(form.terminator);
      if (end >= 0 && end <= form.limit) {
        const answer = this.#held.subarray(0, end);
        this.#held = this.#held.slice(end + 1);
        return answer;
      }
      if (this.#held.length > form.limit) throw new LinkFault('overlong', 'the answer does not end');
      if (this.#ended !== null) throw new LinkFault('closed', this.#ended);
      const begun = this.#held.length > 0;
      const left = ends - performance.now();
      try {
        await this.#arrival({ deadline: Math.max(0, begun ? Math.min(left, form.gap) : left), signal: wait.signal });
      } catch (fault) {
        if (begun && fault instanceof LinkFault) throw new LinkFault('cut', 'the answer stopped in the middle');
        throw fault;
      }
    }
  }

  /** Exactly so many bytes, as soon as they are there. */
  async readExactly(count: number, wait: Wait): Promise<Uint8Array> {
    const ends = performance.now() + wait.deadline;
    while (this.#held.length < count) {
      if (this.#ended !== null) throw new LinkFault('closed', this.#ended);
      await this.#arrival({ deadline: Math.max(0, ends - performance.now()), signal: wait.signal });
    }
    const taken = this.#held.slice(0, count);
    this.#held = this.#held.slice(count);
    return taken;
  }

  /** Resolves when anything has changed since the call. */
  #arrival(wait: Wait): Promise<void> {
    return within<undefined>(wait, 'no answer', ({ resolve }) => {
      this.#wake = () => resolve(undefined);
    }).finally(() => {
      this.#wake = null;
    });
  }
}
