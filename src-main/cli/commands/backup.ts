import { withPerson } from '../command-context.ts';
import type { CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';

/** Makes a backup of the running station now; it is proven when the command ends. */
export function makeBackup(options: CommonOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station, say }) => {
    const { folder } = await station.backup.state({});
    say(`Making a backup in ${folder}`);
    const made = await station.backup.make({});
    return {
      value: { ...made, folder },
      text: `${made.file}: ${made.size} bytes, up to entry ${made.sequence}, SHA-256 ${made.digest}.`,
      code: exitCodes.done,
    };
  });
}
