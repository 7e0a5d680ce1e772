/** Calls that stay open and send as they go; they are ended by their reader, not by a clock. */
const streams: ReadonlySet<string> = new Set(['session.watch', 'production.watch', 'journal.export']);

/** Calls that do long work before they answer, in milliseconds. */
const longCalls: Readonly<Record<string, number>> = {
  'batches.pull': 180_000,
  'batches.requestClose': 60_000,
  'batches.report': 60_000,
  'approvals.decide': 60_000,
  'production.pause': 60_000,
  'journal.verify': 600_000,
  'journal.rebuild': 600_000,
  'sync.now': 120_000,
  // They wait for the key store, which may be making a long key pair, for half a minute.
  'keys.list': 40_000,
  'keys.usages': 40_000,
  'keys.store': 40_000,
  'keys.requestGeneration': 40_000,
  'keys.requestBlockImport': 40_000,
  'keys.requestCeremony': 40_000,
  // Waits for a card for some seconds, and some cards take half a second for each command.
  'devices.inspectCard': 60_000,
  // Makes a whole card and tries its PIN until it blocks.
  'devices.exerciseTestCard': 300_000,
  'backup.make': 7_200_000,
};

/** How long a call of the contract may take before its caller gives up: milliseconds, or null for a stream. */
export function callDeadline(path: readonly string[]): number | null {
  const name = path.join('.');
  if (streams.has(name)) return null;
  return longCalls[name] ?? 15_000;
}
