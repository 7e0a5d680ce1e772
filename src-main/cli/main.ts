import { runCommandLine } from './program.ts';
import { processTerminal } from './terminal.ts';

const interrupted = new AbortController();
const interrupt = () => {
  // A second Ctrl-C does not wait for a polite end.
  if (interrupted.signal.aborted) process.exit(130);
  interrupted.abort(new Error('interrupted'));
};
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
// `station … | head`: the reader has seen enough.
process.stdout.on('error', () => process.exit(0));

process.exitCode = await runCommandLine(process.argv.slice(2), {
  terminal: processTerminal(),
  environment: process.env,
  signal: interrupted.signal,
});
