import path from 'node:path';

/** How the Electron window is started, or that it cannot be. */
export type ElectronCommand =
  { readonly kind: 'electron'; readonly program: string; readonly args: readonly string[] } | { readonly kind: 'none' };

/**
 * The command from what the start script found (CARDWRIGHT_ELECTRON, CARDWRIGHT_ELECTRON_MAIN).
 * Chromium's sandbox refuses to run as uid 0, so `--no-sandbox` is given there and only there; the page says so.
 */
export function electronCommand(
  environment: Readonly<Record<string, string | undefined>>,
  uid: number | undefined,
  args: readonly string[],
): ElectronCommand {
  const program = environment['CARDWRIGHT_ELECTRON'];
  const main = environment['CARDWRIGHT_ELECTRON_MAIN'];
  if (program === undefined || main === undefined || program === '' || !path.isAbsolute(main)) return { kind: 'none' };
  return { kind: 'electron', program, args: [...(uid === 0 ? ['--no-sandbox'] : []), main, ...args] };
}

/** The words meant for the station among the arguments of an Electron process: neither Chromium's switches nor the path of the main script. */
export function stationArguments(argv: readonly string[], installation: 'packaged' | 'checkout'): string[] {
  return argv.slice(1).filter((word, index, words) => {
    if (word === '--no-sandbox') return false;
    const firstPlain = words.findIndex((candidate) => !candidate.startsWith('--no-sandbox'));
    return installation === 'packaged' || index !== firstPlain;
  });
}
