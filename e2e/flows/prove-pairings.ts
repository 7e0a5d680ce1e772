import { eventually } from '../stations/eventually.ts';
import type { WindowClient } from '../stations/window-client.ts';
import type { Line } from './views.ts';

/** Has a test card prove the encoder of every line, as an operator does before the first batch on machines that are new to the station. */
export async function provePairings(window: WindowClient): Promise<void> {
  const idle = async (): Promise<readonly Line[] | undefined> => {
    const { lines } = await window.call<{ lines: readonly Line[] }>('production.lines');
    return lines.every(({ state }) => state === 'idle') ? lines : undefined;
  };
  for (const { line } of await eventually('idle lines', idle)) {
    const paired = await window.call<{ state: { kind: string } }>('devices.provePairing', { line });
    if (paired.state.kind !== 'proven') throw new Error(`${line} is ${paired.state.kind}`);
  }
}
