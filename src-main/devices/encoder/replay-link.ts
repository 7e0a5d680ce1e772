import { StationFault } from '#shared/faults/station-fault.ts';
import { matchesTrace, readTraceBytes, type TraceLine } from '#shared/protocols/trace/trace-line.ts';
import type { CardLink } from './port.ts';

/** How the card was spoken to when it was recorded. */
export type RecordedCard = Pick<CardLink, 'atr' | 'protocol' | 'side'>;

/** A card that answers from a recording, and says whether all of it was asked for. */
export interface ReplayLink extends CardLink {
  /** How many exchanges of the recording were not asked for yet. */
  readonly left: number;
}

/**
 * A link that answers from a recording, line by line in order. A command that is not the recorded one, one after the last, and an answer of
 * which bytes were withheld is ENCODER-REFUSED with the number of the exchange; a recorded fault is thrown as it was. After any fault the
 * link is dead, as a card's is. No time passes.
 */
export function replayLink(card: RecordedCard, recording: readonly TraceLine[]): ReplayLink {
  let next = 0;
  let dead: StationFault | null = null;

  const refuse = (reason: string): StationFault => {
    const where = `exchange ${next + 1} of ${recording.length} `;
    return new StationFault('ENCODER-REFUSED', { reader: 'recording', reason: `${where}${reason}` });
  };
  const answerOf = (command: Uint8Array): Uint8Array | StationFault => {
    const line = recording[next];
    if (line === undefined) return refuse('was not recorded');
    if (matchesTrace(command, line.command) === 'no') return refuse('was another command');
    if (typeof line.answer !== 'string') return new StationFault(line.answer.fault, { reader: 'recording' });
    return readTraceBytes(line.answer) ?? refuse('has an answer of which bytes are withheld');
  };

  return {
    ...card,
    get left() {
      return recording.length - next;
    },
    exchange: (command, { signal }) => {
      if (signal.aborted) return Promise.reject(signal.reason as Error);
      if (dead !== null) return Promise.reject(dead);
      const answer = answerOf(command);
      if (answer instanceof StationFault) {
        dead = answer;
        return Promise.reject(answer);
      }
      next += 1;
      return Promise.resolve(answer);
    },
    close: () => {
      dead ??= new StationFault('CARD-GONE', { reader: 'recording', reason: 'disconnected' });
      return Promise.resolve();
    },
  };
}
