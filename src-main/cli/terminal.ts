import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { styleText } from 'node:util';

export type Paint = 'good' | 'bad' | 'wait' | 'quiet' | 'strong';
const formats = { good: 'green', bad: 'red', wait: 'yellow', quiet: 'dim', strong: 'bold' } as const;

/** Where a command's words go, and where a person can be asked. */
export interface Terminal {
  /** Whether somebody is there to answer. */
  readonly person: 'there' | 'absent';
  out(text: string): void;
  /** For what is not the result: progress, questions, faults. */
  aside(text: string): void;
  paint(paint: Paint, text: string): string;
  ask(question: string, signal: AbortSignal): Promise<string>;
  /** Asks without echo. */
  askSecret(question: string, signal: AbortSignal): Promise<string>;
}

const nowhere = () => new Writable({ write: (_piece, _encoding, done) => done() });

async function question(text: string, echo: 'shown' | 'hidden', signal: AbortSignal): Promise<string> {
  process.stderr.write(text);
  const lines = createInterface({
    input: process.stdin,
    output: echo === 'shown' ? process.stderr : nowhere(),
    terminal: true,
  });
  const interrupted = new AbortController();
  lines.on('SIGINT', () => interrupted.abort(new Error('interrupted')));
  lines.on('close', () => interrupted.abort(new Error('interrupted')));
  try {
    return await lines.question('', { signal: AbortSignal.any([signal, interrupted.signal]) });
  } finally {
    lines.close();
    if (echo === 'hidden') process.stderr.write('\n');
  }
}

/** The terminal of this process; colours only where one is, and never against NO_COLOR. */
export function processTerminal(): Terminal {
  const colours = process.stdout.isTTY === true && (process.env['NO_COLOR'] ?? '') === '';
  return {
    person: process.stdin.isTTY === true && process.stderr.isTTY === true ? 'there' : 'absent',
    out: (text) => void process.stdout.write(`${text}\n`),
    aside: (text) => void process.stderr.write(`${text}\n`),
    paint: (paint, text) => (colours ? styleText(formats[paint], text, { validateStream: false }) : text),
    ask: (text, signal) => question(text, 'shown', signal),
    askSecret: (text, signal) => question(text, 'hidden', signal),
  };
}
