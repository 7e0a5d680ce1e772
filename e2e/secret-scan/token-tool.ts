import { execFile } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const tool = '/usr/bin/pkcs11-tool';
const modulePath = '/usr/lib/softhsm/libsofthsm2.so';

/** Whether this machine has what a look into a token from outside needs. */
export function tokenToolInstalled(): boolean {
  return existsSync(tool) && existsSync(modulePath);
}

/** A secret or private key as another program lists it. */
export interface ListedKey {
  readonly type: 'secrkey' | 'privkey';
  readonly label: string;
  readonly id: string;
  /** The marks of PKCS#11 that are set, such as `never extractable`. */
  readonly access: readonly string[];
}

/** A SoftHSM2 token in a folder of a station, in the hands of OpenSC's `pkcs11-tool` with the right PIN. */
export class TokenTool {
  readonly #folder: string;
  readonly #pin: string;
  readonly #configuration: string;

  constructor(folder: string, pin: string) {
    this.#folder = folder;
    this.#pin = pin;
    this.#configuration = path.join(folder, 'outside.conf');
    writeFileSync(this.#configuration, `directories.tokendir = ${path.join(folder, 'tokens')}\n`);
  }

  /** Runs the tool; the PIN is in its environment. */
  run(...words: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
    const common = ['--module', modulePath, '--token-label', 'cardwright', '--login', '--pin', 'env:TOKEN_PIN'];
    const env = { ...process.env, SOFTHSM2_CONF: this.#configuration, TOKEN_PIN: this.#pin };
    return new Promise((resolve) => {
      const child = execFile(tool, [...common, ...words], { env, timeout: 30_000 }, (_fault, out) =>
        resolve({ code: child.exitCode ?? -1, out }),
      );
    });
  }

  async keys(): Promise<readonly ListedKey[]> {
    const { out } = await this.run('--list-objects');
    return out.split(/^(?=\S.* Object; |Data object)/m).flatMap((text): ListedKey[] => {
      const kind = /^(Secret|Private) Key Object/.exec(text)?.[1];
      if (kind === undefined) return [];
      const member = (name: string): string => new RegExp(`^  ${name}: +(.*)$`, 'm').exec(text)?.[1] ?? '';
      const type = kind === 'Secret' ? 'secrkey' : 'privkey';
      return [{ type, label: member('label'), id: member('ID'), access: member('Access').split(', ') }];
    });
  }

  /** How many bytes of a key's value the tool brings out; 0 where the token refuses. */
  async read({ type, id }: Pick<ListedKey, 'type' | 'id'>): Promise<number> {
    const file = path.join(this.#folder, `read-${id}`);
    await this.run('--read-object', '--type', type, '--id', id, '--output-file', file);
    return existsSync(file) ? statSync(file).size : 0;
  }
}
