import { StationFault } from '#shared/faults/station-fault.ts';
import type { Maintained, MaintenanceTask } from '../../shells/launcher/maintenance-messages.ts';
import { runMaintenance } from '../../shells/launcher/maintenance-program.ts';
import { passwordOf, personOf } from '../command-context.ts';
import type { CommandSurroundings } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { plain, statementText } from '../dual-control.ts';
import { exitCodes } from '../exit-codes.ts';
import { secondPerson } from './release.ts';
import type { SigningOptions } from './release.ts';

export interface MaintenanceOptions extends SigningOptions {
  /** Set: the CMS's copy is gone for good. */
  readonly withoutCms?: true;
}

function said(done: Maintained): string {
  return [
    `Station ${done.station}: the journal went on from entry ${done.from} to entry ${done.sequence}; ${done.takenBack} entries came from the CMS.`,
    done.lost === 0
      ? 'No entry that the HSM remembers is lost.'
      : `${done.lost} entries are lost, as two people signed.`,
    ...(done.ordersHeld === 0 ? [] : [`${done.ordersHeld} orders are held.`]),
    ...(done.withoutPassword.length === 0 ? [] : [`Need a new password: ${done.withoutPassword.join(', ')}.`]),
    'Start the station.',
  ].join('\n');
}

/** Runs one task on a stopped station, with the statement shown to the second person at this terminal. */
async function maintain(
  task: MaintenanceTask,
  options: MaintenanceOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  const { terminal, signal } = around;
  const second = secondPerson(options, task.kind === 'restore' ? 'a restore' : 'a resolution');
  const [approver = ''] = second.approvers;
  const asker = await personOf(options, around);
  const done = await runMaintenance({
    task,
    asker,
    password: await passwordOf(asker, 'CARDWRIGHT_PASSWORD', around),
    progress: (text) => terminal.aside(terminal.paint('quiet', text)),
    environment: around.environment,
    sign: async (statement) => {
      terminal.aside(`\n${plain(statementText(statement))}\n`);
      if (second.refuse !== undefined) return null;
      if (second.confirmed === 'ask') {
        const question = `${approver}: type yes to sign this: `;
        const answer = terminal.person === 'absent' ? '' : await terminal.ask(question, signal);
        if (answer.trim().toLowerCase() !== 'yes') throw new StationFault('CLI-NOT-CONFIRMED', { approval: '' });
      }
      return { approver, password: await passwordOf(approver, 'CARDWRIGHT_APPROVER_PASSWORD', around) };
    },
    signal,
  });
  return { value: done, text: said(done), code: exitCodes.done };
}

/** Restores a station from a backup into an empty folder. */
export function restore(
  backup: string,
  options: MaintenanceOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  const cms = options.withoutCms === true ? 'gone' : 'needed';
  return maintain({ kind: 'restore', data: options.data, backup, cms }, options, around);
}

/** Brings the journal of a stopped station forward with the copy of the CMS. */
export function resolve(options: MaintenanceOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  const cms = options.withoutCms === true ? 'gone' : 'needed';
  return maintain({ kind: 'resolve', data: options.data, cms }, options, around);
}
