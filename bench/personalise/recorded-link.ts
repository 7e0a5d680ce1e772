import type { CardLink } from '../../src-main/devices/encoder/port.ts';

/** A link that keeps what was sent through it. */
export interface RecordedLink {
  readonly link: CardLink;
  readonly commands: readonly Uint8Array[];
}

export function recordedLink(inner: CardLink): RecordedLink {
  const commands: Uint8Array[] = [];
  const link: CardLink = {
    atr: inner.atr,
    protocol: inner.protocol,
    side: inner.side,
    exchange: (command, options) => {
      commands.push(command);
      return inner.exchange(command, options);
    },
    close: () => inner.close(),
  };
  return { link, commands };
}

/** Sends the same commands to another chip of the same keys, one after the other with nothing between; each must be answered by 9000. */
export async function replay(commands: readonly Uint8Array[], link: CardLink): Promise<void> {
  const { signal } = new AbortController();
  for (const command of commands) {
    const answer = await link.exchange(command, { deadline: 5_000, signal });
    if (answer.at(-2) !== 0x90 || answer.at(-1) !== 0x00)
      throw new Error('the chip did not take a command of the replay');
  }
}
