import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { StationFault } from '#shared/faults/station-fault.ts';
import { withPerson } from '../command-context.ts';
import type { CommandContext, CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';

export interface ExportOptions extends CommonOptions {
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
async function eachLine(context: CommandContext, from: number, take: (lines: readonly string[]) => Promise<void>) {
  try {
    for await (const { lines } of await context.station.journal.export({ from }, { signal: context.signal }))
      await take(lines);
  } catch (cause) {
    if (context.lost.aborted) throw context.lost.reason;
    throw cause;
  }
  context.lost.throwIfAborted();
}

/** Exports the journal as JSON lines, to a new file of mode 0600 or to standard output (with --json as one array). */
export function journalExport(options: ExportOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async (context) => {
    let entries = 0;
    if (options.out === undefined) {
      const kept: unknown[] = [];
      await eachLine(context, options.from, async (lines) => {
        entries += lines.length;
        if (options.json === true) kept.push(...lines.map((line): unknown => JSON.parse(line)));
        else for (const line of lines) context.terminal.out(line);
      });
      return { value: kept, text: '', code: exitCodes.done };
    }
    const file = await newFile(options.out);
    try {
      await eachLine(context, options.from, async (lines) => {
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
