import { writeFile } from 'node:fs/promises';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { DestructionMethod } from '#shared/journal-format/events/stock-events.ts';
import { withPerson } from '../command-context.ts';
import type { CommandContext, CommandSurroundings } from '../command-context.ts';
import type { CommandOutcome } from '../command-outcome.ts';
import { signedAndDone, signedOutcome } from '../until-carried-out.ts';
import { secondPerson } from './release.ts';
import type { SigningOptions } from './release.ts';

export interface DestroyOptions extends SigningOptions {
  readonly method: DestructionMethod;
  readonly batch?: string;
  readonly certificate?: string;
}

const MOST = 500;

async function save(context: CommandContext, destruction: string, file: string): Promise<void> {
  const { pdfBase64 } = await context.station.stock.certificate({ destruction });
  try {
    await writeFile(file, Buffer.from(pdfBase64, 'base64'), { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new StationFault('CLI-FILE', { file, reason }, cause);
  }
}

/** Destroys the rejected cards (of one batch, or all with the used ribbons); two others watch and sign. */
export async function destroy(options: DestroyOptions, around: CommandSurroundings): Promise<CommandOutcome> {
  const second = secondPerson(options, 'the destruction');
  return withPerson(options, around, async (context) => {
    const { stock } = context.station;
    const { batch, method } = options;
    const { cards, testCards } = await stock.cardsToDestroy({ limit: MOST, ...(batch === undefined ? {} : { batch }) });
    const { ribbons } = await stock.ribbons({ show: 'present' });
    const used = ribbons.filter(({ state }) => state === 'used').map(({ ribbon }) => ribbon);
    const request = await stock.requestDestruction({
      method,
      attempts: cards.map(({ attempt }) => attempt),
      testCards: batch === undefined ? testCards : 0,
      lots: [],
      ribbons: batch === undefined ? used : [],
    });
    const view = await signedAndDone(context, request, second);
    const destruction = view.subjects['destruction'] ?? '';
    const saved = view.state === 'used' && options.certificate !== undefined;
    if (saved) await save(context, destruction, options.certificate ?? '');
    const text = `Destroyed: ${cards.length} cards.${saved ? `\nCertificate: ${options.certificate ?? ''}` : ''}`;
    return signedOutcome(view, second, text, { destruction });
  });
}
