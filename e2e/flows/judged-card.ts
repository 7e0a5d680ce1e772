import { setTimeout as sleep } from 'node:timers/promises';
import { askControl } from '../stations/control-line.ts';
import type { VirtualReader } from '../stations/pcscd.ts';
import { programs } from '../stations/programs.ts';
import { startProgram } from '../stations/started-program.ts';
import { connectCard } from '../judges/pcsc-client.ts';
import type { ConnectedCard } from '../judges/pcsc-client.ts';

/** A virtual card in a reader of pcscd, with no station in between. */
export interface JudgedCard extends AsyncDisposable {
  readonly connected: ConnectedCard;
  /** Takes the card out and puts another in. */
  readonly changeFor: (card: string) => Promise<ConnectedCard>;
}

/** pcscd looks for a card every 0.4 s. */
async function connectInTime(reader: VirtualReader): Promise<ConnectedCard> {
  const ends = Date.now() + 20_000;
  for (;;) {
    try {
      return await connectCard(reader.name);
    } catch (fault) {
      if (Date.now() > ends) throw fault;
      await sleep(100);
    }
  }
}

/** Puts a card into a reader and connects to it as a foreign program does. */
export async function cardInReader(reader: VirtualReader, card: string, words: readonly string[]): Promise<JudgedCard> {
  const where = ['--vpcd', `127.0.0.1:${reader.port}`, '--control', '127.0.0.1:0', '--orphan', 'exit'];
  const program = await startProgram(programs.card, [...where, '--insert', card, ...words]);
  const control = String(program.ready['control']);
  let connected: ConnectedCard;
  try {
    connected = await connectInTime(reader);
  } catch (fault) {
    await program.end();
    throw fault;
  }
  return {
    connected,
    changeFor: async (next) => {
      await connected.close();
      await askControl(control, { remove: true });
      await askControl(control, { insert: next });
      connected = await connectInTime(reader);
      return connected;
    },
    [Symbol.asyncDispose]: async () => {
      await connected.close();
      await program.end();
      // pcscd must have seen that the card is gone before another comes.
      await sleep(1000);
    },
  };
}
