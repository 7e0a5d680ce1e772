import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { StationFault } from '#shared/faults/station-fault.ts';
import { withPerson } from '../command-context.ts';
import type { CommandContext, CommandSurroundings } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { signInPlace } from '../dual-control.ts';
import { exitCodes } from '../exit-codes.ts';
import { secondPerson } from './release.ts';
import type { SigningOptions } from './release.ts';

export interface ExportOptions extends SigningOptions {
  readonly from: number;
  readonly out?: string;
}

async function newFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'wx', 0o600);
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new StationFault('CLI-FILE', { file, reason }, cause);
  }
}

/** Hands each line of the export to `take`; a lost connection is a fault, not an early end. */
async function eachLine(context: CommandContext, approval: string, take: (lines: readonly string[]) => Promise<void>) {
  try {
    for await (const { lines } of await context.station.journal.export({ approval }, { signal: context.signal }))
      await take(lines);
  } catch (cause) {
    if (context.lost.aborted) throw context.lost.reason;
    throw cause;
  }
  context.lost.throwIfAborted();
}

/** Asks for the export, has the second person sign it, and exports the journal as JSON lines, to a new file of mode 0600 or to standard output (with --json as one array). */
export function journalExport(options: ExportOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  const second = secondPerson(options, 'the export of the journal');
  return withPerson(options, around, async (context) => {
    const request = await context.station.journal.requestExport({ from: options.from });
    const { approval, state } = await signInPlace(context, request, second);
    if (state !== 'given') return { value: { approval, state }, text: '', code: exitCodes.needsPerson };
    let entries = 0;
    if (options.out === undefined) {
      const kept: unknown[] = [];
      await eachLine(context, approval, async (lines) => {
        entries += lines.length;
        if (options.json === true) kept.push(...lines.map((line): unknown => JSON.parse(line)));
        else for (const line of lines) context.terminal.out(line);
      });
      return { value: kept, text: '', code: exitCodes.done };
    }
    const file = await newFile(options.out);
    try {
      await eachLine(context, approval, async (lines) => {
        entries += lines.length;
        if (lines.length > 0) await file.write(`${lines.join('\n')}\n`);
      });
      await file.sync();
    } finally {
      await file.close();
    }
    return {
      value: { file: options.out, entries },
      text: `${entries} entries in ${options.out}.`,
      code: exitCodes.done,
    };
  });
}
