import { randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, readdir, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** How long a start page may lie unused. */
const VALID_MS = 15 * 60_000;
const NAME = /^start-[0-9a-f]{16}\.html$/;

interface Waiting {
  readonly token: Buffer;
  readonly file: string;
  readonly timer: NodeJS.Timeout;
}

/** The page that carries the token from a file that only this user can read to the station: in no address, no history, no command line. */
function startPage(url: string, token: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Cardwright</title>
<meta name="referrer" content="no-referrer"></head><body><form method="post" action="${url}/start">
<input type="hidden" name="token" value="${token}"><noscript><button>Open Cardwright</button></noscript></form>
<script>document.forms[0].submit()</script></body></html>
`;
}

/** Start pages of one station: each good for one window, for fifteen minutes, as a file of mode 0600 in a folder of mode 0700. */
export class StartPages {
  readonly #folder: string;
  #waiting: readonly Waiting[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folder and takes away the pages that a killed station left. */
  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#folder)) {
      if (NAME.test(name)) await unlink(path.join(this.#folder, name));
    }
  }

  async make(url: string): Promise<string> {
    const token = randomBytes(32);
    const file = path.join(this.#folder, `start-${randomBytes(8).toString('hex')}.html`);
    await writeFile(file, startPage(url, token.toString('hex')), { mode: 0o600, flag: 'wx' });
    const timer = setTimeout(() => this.#forget(waiting), VALID_MS).unref();
    const waiting: Waiting = { token, file, timer };
    this.#waiting = [...this.#waiting, waiting];
    return file;
  }

  /** Takes a token once: whether it was waiting. Its page is removed. */
  take(offered: string): boolean {
    if (!/^[0-9a-f]{64}$/.test(offered)) return false;
    const bytes = Buffer.from(offered, 'hex');
    const found = this.#waiting.find((waiting) => timingSafeEqual(waiting.token, bytes));
    if (found === undefined) return false;
    this.#forget(found);
    return true;
  }

  close(): void {
    for (const waiting of this.#waiting) this.#forget(waiting);
  }

  #forget(gone: Waiting): void {
    clearTimeout(gone.timer);
    this.#waiting = this.#waiting.filter((waiting) => waiting !== gone);
    // A page that is already gone is as it should be.
    void unlink(gone.file).catch(() => undefined);
  }
}
