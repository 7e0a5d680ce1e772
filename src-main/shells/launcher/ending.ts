const SECOND_MS = 5_000;

/** Something that ends when asked, or at once. */
export interface Endable {
  end(): void;
  kill(): void;
}

/**
 * Ctrl-C: the first asks the station to end after its cards, a second within five seconds ends it at once, a later one asks again.
 * Returns how to stop listening.
 */
export function endOnSignals(
  signals: Pick<NodeJS.Process, 'on' | 'off'>,
  target: Endable,
  say: (text: string) => void,
  now: () => number = () => performance.now(),
): () => void {
  let first: number | null = null;
  const interrupt = () => {
    const time = now();
    if (first !== null && time - first <= SECOND_MS) {
      say('Ending at once. What was under way is settled at the next start.');
      target.kill();
      return;
    }
    first = time;
    say('Ending after the cards in the machines. Ctrl-C again within 5 seconds ends at once.');
    target.end();
  };
  const hang = () => target.end();
  signals.on('SIGINT', interrupt);
  signals.on('SIGTERM', hang);
  signals.on('SIGHUP', hang);
  return () => {
    signals.off('SIGINT', interrupt);
    signals.off('SIGTERM', hang);
    signals.off('SIGHUP', hang);
  };
}
