import type { CardInspectionView, RegistryRow } from '#shared/contract/views/card-inspection-view.ts';
import { withPerson } from '../command-context.ts';
import type { CommandSurroundings, CommonOptions } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../table.ts';

export interface InspectOptions extends CommonOptions {
  readonly keysOf?: string;
  readonly tryAgain?: true;
}

/** What the card on a line's reader is: structure, keys, applications, registry with a product's keys, and every command with its time. */
export function inspectCard(
  line: string,
  options: InspectOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  const { keysOf, tryAgain } = options;
  return withPerson(options, around, async ({ station }) => {
    const refused = tryAgain === true ? 'try-again' : 'stop';
    const view = await station.devices.inspectCard({
      line,
      with: keysOf === undefined ? { kind: 'nothing' } : { kind: 'keys', product: keysOf, refused },
    });
    return {
      value: view,
      text: inspectionText(view),
      code: view.fault === null ? exitCodes.done : exitCodes.refused,
    };
  });
}

function inspectionText(view: CardInspectionView): string {
  const { reset, recognition, registry, fault, trace } = view;
  const facts: readonly (readonly [name: string, value: string | null])[] = [
    ['chip serial', view.chipSerial],
    ['answer to reset', `${reset.atr} (${reset.side}, ${reset.protocol})`],
    ['card manager', view.cardManager],
    ['issuer number', view.issuerNumber],
    ['image number', view.imageNumber],
    ['GlobalPlatform', recognition?.version ?? null],
    ['secure channels', recognition?.channels.join(', ') ?? null],
    ...view.untold.map(({ object, reason }) => [object, `not told: ${reason}`] as const),
  ];
  const keyRows = view.keys.map(({ version, identifier, types }) => [
    String(version),
    String(identifier),
    types.join('; '),
  ]);
  const applicationRows = view.applications.map(({ aid, name, status, meaning }) => [
    aid,
    name,
    `${status}, ${meaning}`,
  ]);
  const traceRows = trace.map((row) => [row.label, row.header, row.status, row.meaning, row.milliseconds.toFixed(1)]);
  return [
    ...(fault === null ? [] : [`${fault.code}: ${fault.text} ${fault.next}`, '']),
    ...facts.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(28)} ${value}`])),
    '',
    table(['KEY VERSION', 'IDENTIFIER', 'TYPE'], keyRows),
    '',
    table(['APPLICATION', 'NAME', 'ANSWER'], applicationRows),
    ...(registry === null
      ? []
      : [
          '',
          table(
            ['ON THE CARD', 'LIFE CYCLE', 'PRIVILEGES', 'MODULES'],
            Object.values(registry).flat().map(registryCells),
          ),
        ]),
    '',
    table(['COMMAND', 'HEADER', 'STATUS', 'MEANING', 'MS'], traceRows),
    `${trace.length} commands, ${view.milliseconds.toFixed(1)} ms`,
  ].join('\n');
}

function registryCells({ aid, lifeCycle, privileges, modules }: RegistryRow): string[] {
  return [aid, lifeCycle, privileges.join(', ') || '-', modules.join(', ') || '-'];
}
