import { withPerson } from '../command-context.ts';
import type { CommandSurroundings } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { signedAndDone, signedOutcome } from '../until-carried-out.ts';
import { secondPerson } from './release.ts';
import type { SigningOptions } from './release.ts';

export interface ReceiveOptions extends SigningOptions {
  readonly kind: 'blank' | 'ribbon';
  readonly type: string;
  readonly count: number;
  readonly for: 'test' | 'live';
  readonly supplier: string;
  readonly note: string;
}

/** Books one lot into the vault; a second person counts and signs. */
export async function receiveLot(
  lot: string,
  options: ReceiveOptions,
  around: CommandSurroundings,
): Promise<CommandOutcome> {
  const second = secondPerson(options, `the receipt of ${lot}`);
  return withPerson(options, around, async (context) => {
    const request = await context.station.stock.requestReceipt({
      supplier: options.supplier,
      supplierReference: options.note,
      lots: [{ lot, kind: options.kind, blankType: options.type, count: options.count, environment: options.for }],
    });
    const view = await signedAndDone(context, request, second);
    return signedOutcome(view, second, `${lot}: ${options.count} ${options.type} in the vault.`);
  });
}
