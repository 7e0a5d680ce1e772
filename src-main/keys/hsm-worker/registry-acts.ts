import type { WayIn } from '#shared/domain/key-usage.ts';
import { keyUsages } from '#shared/domain/key-usage.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { KeyIdentity, KeyRequest, RsaPublicKey } from '../port.ts';
import type { DestroyedKeys } from './destroyed-keys.ts';
import type { KeyProvider, NewKey } from './key-provider.ts';
import type { Mechanisms } from './mechanisms.ts';
import type { StationActs } from './station-acts.ts';

/** Bits of the modulus: an issuer's certificate holds 248 bytes at most (EMV Book 2 v4.3 §5.1, annex B2.1). */
const rsaSizes = { 'issuer-rsa': [1024, 1984], dap: [1024, 4096] } as const;

function refuse(reason: string): StationFault {
  return new StationFault('KEYS-REFUSED', { reason });
}

/** What the acts on the keys of the registry need beside the key store. */
export interface RegistryPorts {
  readonly station: StationActs;
  readonly mechanisms: Mechanisms;
  readonly destroyed: DestroyedKeys;
}

/** Making and ending the keys of the registry. */
export class RegistryActs {
  readonly #provider: KeyProvider;
  readonly #ports: RegistryPorts;

  constructor(provider: KeyProvider, ports: RegistryPorts) {
    this.#provider = provider;
    this.#ports = ports;
  }

  /** Checks what is asked for against the table of usages, before any material is made or looked at. */
  admit(key: KeyRequest, way: WayIn): NewKey {
    const { name, usage, algorithm, issuer, environment, version } = key;
    if (!/^[a-z0-9][a-z0-9./-]{0,99}$/.test(name)) throw refuse('a key is named by small letters, digits and . / -');
    this.#ports.station.requireEnvironment(environment);
    const row = keyUsages[usage];
    if (!(row.algorithms as readonly string[]).includes(algorithm)) {
      throw refuse(`a key of the usage ${usage} cannot be ${algorithm}`);
    }
    if (!row.waysIn.includes(way)) {
      throw refuse(`a key of the usage ${usage} does not come in by way of ${way}`);
    }
    if ((row.owner === 'issuer') !== (issuer !== null)) {
      throw refuse(`a key of the usage ${usage} belongs to its ${row.owner}`);
    }
    if (!Number.isInteger(version) || version < 0 || version > 1_000_000) throw refuse('the key version is no number');
    if (this.#provider.find(name) !== null) throw refuse(`there is a key ${name} already`);
    this.#ports.mechanisms.require(usage, algorithm);
    return { name, usage, algorithm, issuer, environment, version };
  }

  generateKey(key: KeyRequest & { readonly size?: number; readonly exponent?: 3 | 65537 }): KeyIdentity {
    const admitted = this.admit(key, 'generated');
    const { size, exponent, usage } = key;
    if (key.algorithm !== 'RSA') {
      if (size !== undefined || exponent !== undefined) throw refuse('size and exponent belong to RSA pairs');
      return this.#provider.generate(admitted, 'token');
    }
    const [least, most] = usage === 'dap' ? rsaSizes.dap : rsaSizes['issuer-rsa'];
    if (size === undefined || size < least || size > most || size % 8 !== 0) {
      throw refuse(`a key of the usage ${usage} has ${least} to ${most} bits in whole bytes`);
    }
    if (exponent !== 3 && exponent !== 65537) throw refuse('the exponent is 3 or 65537');
    return this.#provider.generate({ ...admitted, size, exponent }, 'token');
  }

  destroyKey(name: string): { readonly kcv: string } {
    const found = this.#provider.find(name);
    if (found === null) {
      const kcv = this.#ports.destroyed.find(name);
      if (kcv === null) throw new StationFault('KEYS-NOT-FOUND', { name });
      return { kcv };
    }
    if (keyUsages[found.usage].owner === 'station') throw refuse(`the station cannot be without ${name}`);
    this.#ports.destroyed.add(name, found.kcv);
    this.#provider.destroy(name);
    return { kcv: found.kcv };
  }

  publicRsaKey(name: string): RsaPublicKey {
    return this.#provider.publicRsa(name);
  }
}
