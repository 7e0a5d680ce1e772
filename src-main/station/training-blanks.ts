import { createConnection } from 'node:net';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { Journal } from '../journal/journal.ts';

/** A line of the training station, and where its virtual card takes orders: `host:port`. */
interface TrainingCard {
  readonly line: string;
  readonly control: string;
}

/** What a virtual card is where a lot of this kind lies in the feeder: the end of the blank's name says it, as `northbank-emv-scp02`. */
const kinds = ['factory-scp02', 'factory', 'scp02', 'dual'] as const;
type BlankKind = (typeof kinds)[number] | 'ready';

export function blankKindOf(blankType: string): BlankKind {
  return kinds.find((kind) => blankType.endsWith(`-${kind}`)) ?? 'ready';
}

const patience = 5000;

async function setBlank({ line, control }: TrainingCard, blank: BlankKind): Promise<void> {
  const [host = '127.0.0.1', port = '0'] = control.split(':');
  const socket = createConnection({ host, port: Number(port) });
  try {
    const late = delay(patience, 'late' as const, { ref: false });
    socket.write(`${JSON.stringify({ blank })}\n`);
    const answer = await Promise.race([once(createInterface({ input: socket }), 'line'), once(socket, 'error'), late]);
    const [text] = Array.isArray(answer) ? (answer as unknown[]) : [];
    if (typeof text === 'string' && 'ok' in (JSON.parse(text) as object)) return;
    throw new StationFault('PRODUCTION-NO-READER', { line });
  } finally {
    socket.destroy();
  }
}

/**
 * Keeps the virtual cards of a training station the blanks that the lots in its feeders are: a product that wants another kind finds it when its lot
 * is loaded. Ends by calling what it hands back.
 */
export function followBlanks(
  journal: Pick<Journal, 'subscribe' | 'projections'>,
  cards: readonly TrainingCard[],
  warn: (fault: unknown) => void,
): () => void {
  const last = new Map<string, BlankKind>();
  const follow = (): void => {
    for (const card of cards) {
      const lot = journal.projections.lines.findLine(card.line)?.lot ?? null;
      const kind = lot === null ? 'ready' : blankKindOf(journal.projections.stock.findLot(lot)?.blankType ?? '');
      if ((last.get(card.line) ?? 'ready') === kind) continue;
      last.set(card.line, kind);
      setBlank(card, kind).catch(warn);
    }
  };
  follow();
  return journal.subscribe((entries) => {
    if (entries.some(({ header }) => header.kind === 'lot.loaded')) follow();
  });
}
