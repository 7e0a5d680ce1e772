import { setTimeout as sleep } from 'node:timers/promises';
import type { VirtualReader } from '../stations/pcscd.ts';
import { programs } from '../stations/programs.ts';
import { startProgram } from '../stations/started-program.ts';
import { connectCard } from './pcsc-client.ts';
import type { ConnectedCard } from './pcsc-client.ts';

/** A virtual card in a reader of pcscd, with no station in between. */
export interface JudgedCard extends AsyncDisposable {
  readonly connected: ConnectedCard;
}

/** Puts a card into a reader and connects to it as a foreign program does. */
export async function cardInReader(reader: VirtualReader, words: readonly string[]): Promise<JudgedCard> {
  const all = ['--vpcd', `127.0.0.1:${reader.port}`, '--orphan', 'exit', ...words];
  const program = await startProgram(programs.card, all);
  const ends = Date.now() + 10_000;
  for (;;) {
    try {
      const connected = await connectCard(reader.name);
      return {
        connected,
        [Symbol.asyncDispose]: async () => {
          await connected.close();
          await program.end();
          // pcscd looks every 0.4 s whether the card is still there.
          await sleep(1000);
        },
      };
    } catch (fault) {
      if (Date.now() > ends) {
        await program.end();
        throw fault;
      }
      await sleep(200);
    }
  }
}
