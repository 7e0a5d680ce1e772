import type { EvolisAnswer } from '#shared/protocols/printers/evolis/answer.ts';
import { answerFault, type Asked } from './answer-fault.ts';
import type { Answered, EvolisChannel } from './evolis-channel.ts';
import type { EvolisDeadlines } from './evolis-deadlines.ts';

/** One act's conversation: commands with the answers that they can have, all bounded by the act's signal. */
export class EvolisTalk {
  readonly channel: EvolisChannel;
  readonly deadlines: EvolisDeadlines;
  readonly signal: AbortSignal;

  constructor(channel: EvolisChannel, deadlines: EvolisDeadlines, signal: AbortSignal) {
    this.channel = channel;
    this.deadlines = deadlines;
    this.signal = signal;
  }

  /** Sends a command that is done when it is answered by OK; an error answer becomes its fault, any other is not believed. */
  async order(
    command: Uint8Array,
    letters: string,
    deadline: number = this.deadlines.query,
    sent?: (bytes: number) => void,
  ): Promise<void> {
    const asking = { command: letters, deadline, signal: this.signal };
    const { answer } = await this.channel.ask(command, sent === undefined ? asking : { ...asking, sent });
    if (answer.kind === 'error') throw answerFault(answer.text, asking);
    if (answer.kind === 'value') throw this.channel.disbelieve(asking, 'a value where OK was due');
  }

  /** Asks for a text that names something. */
  async name(command: Uint8Array, letters: string): Promise<string> {
    const answer = await this.question(command, letters);
    if (answer.kind === 'error') throw answerFault(answer.text, { command: letters });
    if (answer.kind === 'ok') throw this.channel.disbelieve({ command: letters }, 'OK where a value was due');
    return answer.text;
  }

  /** Asks for whatever the printer says: not every model can tell everything. */
  async question(command: Uint8Array, letters: string): Promise<EvolisAnswer> {
    const asking = { command: letters, deadline: this.deadlines.query, signal: this.signal };
    return (await this.channel.ask(command, asking)).answer;
  }

  /**
   * Reads one track as it lies on the stripe. The text may hold anything, a name with ERR in it too: only what begins as an error
   * answer does is one. No fault carries the text.
   */
  async track(command: Uint8Array, track: 1 | 2 | 3): Promise<string> {
    const asked: Asked = { command: 'Smr', track };
    const asking = { command: 'Smr', deadline: this.deadlines.stripe, signal: this.signal };
    const { answer, text }: Answered = await this.channel.ask(command, asking);
    if (answer.kind === 'error' && /^ERR(OR)?\b/.test(text)) throw answerFault(answer.text, asked);
    if (answer.kind === 'ok') throw this.channel.disbelieve(asking, 'OK where a value was due');
    return text;
  }
}
