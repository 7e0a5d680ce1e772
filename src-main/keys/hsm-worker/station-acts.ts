import { setImmediate as nextTurn } from 'node:timers/promises';
import { utf8 } from '#shared/bytes/bytes.ts';
import type { Environment, IssuerId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { EcPublicJwk, KeyIdentity } from '../port.ts';
import { jwkOfPoint } from './curve-point.ts';
import type { KeyProvider, NewKey } from './key-provider.ts';

const signingName = 'station-signing/1';
const decryptionName = 'record-decryption/1';
const poolWrappingName = 'icc-pool-wrapping/station/1';
/** Texts digested before other calls get their turn. */
const turn = 256;

/** The station's own keys: signing, record decryption, PAN digest, and the small registers. */
export class StationActs {
  readonly #provider: KeyProvider;

  constructor(provider: KeyProvider) {
    this.#provider = provider;
  }

  /** Name of the record decryption key. */
  readonly decryptionName = decryptionName;
  /** Name of the key that seals the pairs of the ICC key pool. */
  readonly poolWrappingName = poolWrappingName;

  /** Test or live as the signing key was made; null before the station was prepared. */
  environment(): Environment | null {
    return this.#provider.find(signingName)?.environment ?? null;
  }

  /** KEYS-ENVIRONMENT when the station is not of the asked environment, or was not prepared yet. */
  requireEnvironment(asked: Environment): void {
    const station = this.environment();
    if (station !== asked) throw new StationFault('KEYS-ENVIRONMENT', { station: station ?? 'not prepared', asked });
  }

  #ensure(key: NewKey): KeyIdentity {
    const found = this.#provider.find(key.name);
    if (found === null) return this.#provider.generate(key, 'token');
    if (found.environment === key.environment) return found;
    throw new StationFault('KEYS-ENVIRONMENT', { station: found.environment, asked: key.environment });
  }

  prepareStation(issuers: readonly IssuerId[], environment: Environment): readonly KeyIdentity[] {
    if (environment === 'live' && this.#provider.kind === 'node-crypto') {
      throw new StationFault('KEYS-REFUSED', { reason: 'live keys belong in an HSM' });
    }
    const own = { environment, version: 1, issuer: null };
    return [
      this.#ensure({ name: signingName, usage: 'station-signing', algorithm: 'EC-P256', ...own }),
      this.#ensure({ name: decryptionName, usage: 'record-decryption', algorithm: 'EC-P256', ...own }),
      this.#ensure({ name: poolWrappingName, usage: 'icc-pool-wrapping', algorithm: 'AES-256', ...own }),
      ...issuers.map((issuer) =>
        this.#ensure({
          name: `pan-digest/${issuer}/1`,
          usage: 'pan-digest',
          algorithm: 'HMAC-SHA-256',
          ...own,
          issuer,
        }),
      ),
    ];
  }

  publicKey(usage: 'station-signing' | 'record-decryption'): EcPublicJwk {
    return jwkOfPoint(this.#provider.publicPoint(usage === 'station-signing' ? signingName : decryptionName));
  }

  sign(data: Uint8Array): Uint8Array {
    return this.#provider.sign(signingName, data);
  }

  async panDigests(
    issuer: IssuerId,
    texts: readonly string[],
  ): Promise<{ readonly keyVersion: number; readonly digests: readonly Uint8Array[] }> {
    const newest = this.#provider
      .list()
      .filter((key) => key.usage === 'pan-digest' && key.issuer === issuer)
      .sort((left, right) => right.version - left.version)[0];
    if (newest === undefined) throw new StationFault('KEYS-NOT-FOUND', { name: `pan-digest/${issuer}` });
    const digests: Uint8Array[] = [];
    for (const text of texts) {
      digests.push(this.#provider.hmac(newest.name, utf8(text)));
      if (digests.length % turn === 0) await nextTurn();
    }
    return { keyVersion: newest.version, digests };
  }

  #requireRegisterName(name: string): void {
    if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(name)) {
      throw new StationFault('KEYS-REFUSED', { reason: 'a register is named by small letters, digits and hyphens' });
    }
  }

  readRegister(name: string): Uint8Array | null {
    this.#requireRegisterName(name);
    return this.#provider.readRegister(name);
  }

  writeRegister(name: string, value: Uint8Array): void {
    this.#requireRegisterName(name);
    if (value.length > 4096) throw new StationFault('KEYS-REFUSED', { reason: 'a register holds 4096 bytes at most' });
    this.#provider.writeRegister(name, value);
  }
}
