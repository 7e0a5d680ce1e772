import { StationFault } from '#shared/faults/station-fault.ts';
import { traceBytes, type TraceLine } from '#shared/protocols/trace/trace-line.ts';
import { TraceRedactor } from '#shared/protocols/trace/trace-redactor.ts';
import type { CardLink } from './port.ts';

/** What one exchange was, with every byte: never kept beyond the call, never written. */
export interface RawExchange {
  readonly command: Uint8Array;
  readonly answer: Uint8Array | StationFault;
  readonly milliseconds: number;
}

/**
 * A link that tells of each exchange when it has ended, and changes nothing of it. The exchange is told in clear: only for what redacts it
 * at once (`recordLink`) and for tests with cards of nobody.
 */
export function observeLink(link: CardLink, told: (exchange: RawExchange) => void): CardLink {
  return {
    atr: link.atr,
    protocol: link.protocol,
    side: link.side,
    exchange: async (command, options) => {
      const began = performance.now();
      try {
        const answer = await link.exchange(command, options);
        told({ command, answer, milliseconds: performance.now() - began });
        return answer;
      } catch (fault) {
        const named = fault instanceof StationFault ? fault : new StationFault('CARD-GONE', {}, fault);
        told({ command, answer: named, milliseconds: performance.now() - began });
        throw fault;
      }
    },
    close: () => link.close(),
  };
}

/**
 * A link whose exchanges are recorded, one line each, with keys, PINs, and the data of persons and accounts withheld (`TraceRedactor`).
 * What the redaction remembers of this card is overwritten when the link is closed.
 */
export function recordLink(link: CardLink, sink: (line: TraceLine) => void): CardLink {
  const redactor = new TraceRedactor();
  const observed = observeLink(link, ({ command, answer, milliseconds }) => {
    const answered = answer instanceof StationFault ? new Uint8Array(0) : answer;
    const marks = redactor.withheld(command, answered);
    sink({
      command: traceBytes(command, marks.command),
      answer: answer instanceof StationFault ? { fault: answer.code } : traceBytes(answer, marks.answer),
      milliseconds,
    });
  });
  return {
    ...observed,
    close: async () => {
      redactor.forget();
      await link.close();
    },
  };
}
