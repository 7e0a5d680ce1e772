import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again until the answer is something other than undefined, and returns it; an Error that names what was awaited, and the last
 * fault, when it does not come within `withinMs`.
 */
export async function eventually<Result>(
  what: string,
  ask: () => Promise<Result | undefined> | Result | undefined,
  { withinMs = 30_000, everyMs = 100 }: { readonly withinMs?: number; readonly everyMs?: number } = {},
): Promise<Result> {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const found = await ask();
      if (found !== undefined) return found;
      last = undefined;
    } catch (fault) {
      last = fault;
    }
    if (performance.now() > deadline) {
      throw new Error(`${what} did not come within ${withinMs / 1000} s`, last === undefined ? {} : { cause: last });
    }
    await sleep(everyMs);
  }
}
