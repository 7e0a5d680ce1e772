import { ORPCError } from '@orpc/client';
import { z } from 'zod';
import { cardNumberRefused } from '#shared/contract/calls/call-inputs.ts';
import { LostLink } from '../wires/lost-link.ts';

/** A fault as the page shows it: what happened, what to do now. */
export interface ShownFault {
  readonly code: string;
  readonly text: string;
  readonly next: string;
}

/** The page's own sentences, for what the station could not say itself. */
export interface OwnSentences {
  (key: 'fault.deadline' | 'fault.closed' | 'fault.badInput' | 'fault.unexpected', part: 'text' | 'next'): string;
}

const refusedInput = z.object({ issues: z.array(z.object({ message: z.string() })) });

function refusedFor(data: unknown, text: string): boolean {
  const said = refusedInput.safeParse(data);
  return said.success && said.data.issues.some(({ message }) => message.startsWith(text));
}

const stationFault = z.object({ code: z.string(), text: z.string(), next: z.string() });

/** Reads what a call threw. The station's own words come first; nobody reads `message`. */
export function readFault(thrown: unknown, sentence: OwnSentences): ShownFault {
  const own = (code: string, key: Parameters<OwnSentences>[0]): ShownFault => ({
    code,
    text: sentence(key, 'text'),
    next: sentence(key, 'next'),
  });
  if (thrown instanceof LostLink) {
    return thrown.reason === 'deadline'
      ? own('PAGE-DEADLINE', 'fault.deadline')
      : own('PAGE-LINK-LOST', 'fault.closed');
  }
  if (thrown instanceof ORPCError) {
    const said = stationFault.safeParse(thrown.data);
    if (said.success) return said.data;
    if (thrown.code === 'BAD_REQUEST' && refusedFor(thrown.data, cardNumberRefused.text))
      return { code: 'PAGE-CARD-NUMBER', ...cardNumberRefused };
    if (thrown.code === 'BAD_REQUEST') return own('PAGE-BAD-INPUT', 'fault.badInput');
  }
  return own('PAGE-UNEXPECTED', 'fault.unexpected');
}

/** The code of a fault, for the few places that go on differently. */
export function faultCode(thrown: unknown): string | null {
  if (!(thrown instanceof ORPCError)) return null;
  const said = stationFault.safeParse(thrown.data);
  return said.success ? said.data.code : null;
}
