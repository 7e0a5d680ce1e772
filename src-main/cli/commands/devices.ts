import { withPerson } from '../command-context.ts';
import type { CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../table.ts';

/** The enrolled and found devices, and the keys by name and check value. */
export function devices(options: CommonOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  return withPerson(options, around, async ({ station }) => {
    const view = await station.devices.list({});
    const deviceRows = view.devices.map((one) => [
      one.device,
      one.kind,
      one.serial,
      one.model,
      one.line ?? '-',
      one.environment,
      one.state,
      one.detail,
    ]);
    const keyRows = view.keys.map((key) => [key.name, key.usage, key.algorithm, key.kcv, key.environment]);
    return {
      value: view,
      text: [
        table(['DEVICE', 'KIND', 'SERIAL', 'MODEL', 'LINE', 'FOR', 'STATE', 'DETAIL'], deviceRows),
        '',
        table(['KEY', 'USAGE', 'ALGORITHM', 'KCV', 'FOR'], keyRows),
      ].join('\n'),
      code: exitCodes.done,
    };
  });
}
