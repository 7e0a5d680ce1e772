import { latin1 } from '#shared/bytes/bytes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { parseAnswer, type EvolisAnswer } from '#shared/protocols/printers/evolis/answer.ts';
import { LinkFault, type ByteLink } from '../../../links/byte-link.ts';

/** What one command may take and who may end it. */
export interface Asking {
  /** The command's letters, for faults: never its parameters, which may be a card's data. */
  readonly command: string;
  /** Milliseconds for sending, carrying out and answering. */
  readonly deadline: number;
  readonly signal: AbortSignal;
  /** Bytes of this command that the link has taken. */
  readonly sent?: (bytes: number) => void;
}

/** An answer in both forms: sorted, and as it came (track data may begin or end with blanks, or hold any word). */
export interface Answered {
  readonly answer: EvolisAnswer;
  readonly text: string;
}

/** Small enough that a station with several lines stays quick, large enough to keep a network link full. */
const chunk = 16 * 1024;
/** Answers are short texts and come in one piece. */
const form = { terminator: 0, limit: 1024, gap: 1000 } as const;

/**
 * Commands and answers over one open link, strictly one after another.
 *
 * The language numbers nothing: an answer belongs to a command only by its place. So after anything that breaks the order
 * (no answer, half an answer, an answer too many, an aborted wait) the channel is `doubtful` and must be replaced.
 */
export class EvolisChannel {
  readonly #link: ByteLink;
  #order: 'kept' | 'doubtful' = 'kept';

  constructor(link: ByteLink) {
    this.#link = link;
  }

  get place(): string {
    return this.#link.place;
  }

  get nature(): ByteLink['nature'] {
    return this.#link.nature;
  }

  /** Bytes a second that the wire carries; null where it is as fast as it is. */
  get speed(): number | null {
    return this.#link.speed;
  }

  get state(): 'clean' | 'doubtful' | 'closed' {
    return this.#link.state === 'closed' ? 'closed' : this.#order === 'kept' ? 'clean' : 'doubtful';
  }

  /** Sends one command and takes its answer. PRINTER-LINK-LOST, PRINTER-SILENT, PRINTER-GARBAGE; the signal's reason when aborted. */
  async ask(command: Uint8Array, asking: Asking): Promise<Answered> {
    const ends = performance.now() + asking.deadline;
    const left = (): { deadline: number; signal: AbortSignal } => ({
      deadline: Math.max(0, ends - performance.now()),
      signal: asking.signal,
    });
    asking.signal.throwIfAborted();
    this.#requireSilence(asking, 'it spoke without being asked');
    try {
      for (let at = 0; at < command.length; at += chunk) {
        const part = command.subarray(at, at + chunk);
        await this.#link.write(part, left());
        asking.sent?.(at + part.length);
      }
      const bytes = await this.#nextAnswer(left);
      const answered = { answer: parseAnswer(bytes), text: latin1(bytes) };
      this.#requireSilence(asking, 'it answered more than once');
      return answered;
    } catch (fault) {
      this.#order = 'doubtful';
      throw this.#named(fault, asking);
    }
  }

  /** The answer came, yet not the one that the command can have. */
  disbelieve(asking: Pick<Asking, 'command'>, reason: string): StationFault {
    this.#order = 'doubtful';
    return new StationFault('PRINTER-GARBAGE', { place: this.place, command: asking.command, reason });
  }

  /** Forgets what came unasked, after a pause in which everything that was under way could come. */
  forgetReceived(): void {
    this.#link.takeReceived();
    this.#order = 'kept';
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  async #nextAnswer(left: () => { deadline: number; signal: AbortSignal }): Promise<Uint8Array> {
    for (;;) {
      const bytes = await this.#link.readUntil(form, left());
      // A lone NUL is padding, not an answer.
      if (bytes.length > 0) return bytes;
    }
  }

  #requireSilence(asking: Asking, reason: string): void {
    if (this.#link.takeReceived().some((byte) => byte !== 0)) throw this.disbelieve(asking, reason);
  }

  #named(fault: unknown, asking: Asking): unknown {
    const at = { place: this.place, command: asking.command };
    if (fault instanceof StationFault && fault.code === 'PRINTER-ANSWER') {
      return new StationFault('PRINTER-GARBAGE', { ...at, reason: 'it is not printable text' }, fault);
    }
    if (!(fault instanceof LinkFault)) return fault;
    switch (fault.trouble) {
      case 'closed':
        return new StationFault('PRINTER-LINK-LOST', { ...at, reason: fault.reason }, fault);
      case 'deadline':
        return new StationFault('PRINTER-SILENT', { ...at, seconds: Math.ceil(asking.deadline / 1000) }, fault);
      case 'cut':
      case 'overlong':
        return new StationFault('PRINTER-GARBAGE', { ...at, reason: fault.reason }, fault);
    }
  }
}
