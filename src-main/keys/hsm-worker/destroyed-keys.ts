import { z } from 'zod';
import { fromUtf8, utf8 } from '#shared/bytes/bytes.ts';
import type { KeyProvider } from './key-provider.ts';

const form = z.array(z.strictObject({ name: z.string(), kcv: z.string() }));
const register = '.destroyed';
const kept = 32;

/**
 * Check values of the keys destroyed last, so that a destruction asked for twice (a crash before it was recorded) answers twice
 * the same. Written before the key goes.
 */
export class DestroyedKeys {
  readonly #provider: KeyProvider;

  constructor(provider: KeyProvider) {
    this.#provider = provider;
  }

  #read(): z.infer<typeof form> {
    const value = this.#provider.readRegister(register);
    return value === null ? [] : form.parse(JSON.parse(fromUtf8(value)));
  }

  find(name: string): string | null {
    return this.#read().find((entry) => entry.name === name)?.kcv ?? null;
  }

  add(name: string, kcv: string): void {
    const others = this.#read().filter((entry) => entry.name !== name);
    this.#provider.writeRegister(register, utf8(JSON.stringify([...others, { name, kcv }].slice(-kept))));
  }
}
