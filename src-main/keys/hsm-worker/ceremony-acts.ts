import { randomUUID } from 'node:crypto';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { CeremonyHandle, ComponentPass, KeyIdentity, KeyRequest } from '../port.ts';
import { secretCheckValue } from './check-value.ts';
import { ComponentEntry } from './component-entry.ts';
import { requireStrength } from './key-quality.ts';
import type { KeyProvider, NewKey } from './key-provider.ts';
import type { RegistryActs } from './registry-acts.ts';
import { symmetricKeyLength } from './symmetric-key-length.ts';
import { setOddParity } from './tdes-parity.ts';

interface Ceremony {
  readonly key: NewKey;
  readonly components: readonly ComponentEntry[];
  /** The key, once all components were combined. */
  sum: Uint8Array | null;
}

/** Keys that custodians bring as components: in buffers of this process only, until the key is kept, leaves or is given up. */
export class CeremonyActs {
  readonly #provider: KeyProvider;
  readonly #registry: RegistryActs;
  readonly #ceremonies = new Map<CeremonyHandle, Ceremony>();

  constructor(provider: KeyProvider, registry: RegistryActs) {
    this.#provider = provider;
    this.#registry = registry;
  }

  openCeremony({ key, components }: { readonly key: KeyRequest; readonly components: 2 | 3 }): CeremonyHandle {
    if (components !== 2 && components !== 3) {
      throw new StationFault('KEYS-REFUSED', { reason: 'a key comes in two or three components' });
    }
    const admitted = this.#registry.admit(key, 'components');
    const handle = randomUUID() as string as CeremonyHandle;
    const entries = Array.from({ length: components }, (_, at) => new ComponentEntry(key.algorithm, at + 1));
    this.#ceremonies.set(handle, { key: admitted, components: entries, sum: null });
    return handle;
  }

  #require(handle: CeremonyHandle): Ceremony {
    const ceremony = this.#ceremonies.get(handle);
    if (ceremony === undefined) throw new StationFault('KEYS-CHANNEL-LOST', { what: 'key ceremony' });
    return ceremony;
  }

  #component(handle: CeremonyHandle, number: number): ComponentEntry {
    const component = this.#require(handle).components[number - 1];
    if (component !== undefined) return component;
    throw new StationFault('KEYS-CEREMONY-ORDER', { reason: `there is no component ${number}` });
  }

  enterDigit(handle: CeremonyHandle, { component, pass, digit }: ComponentPass & { readonly digit: number }) {
    return { count: this.#component(handle, component).enterDigit(pass, digit) };
  }

  clearEntry(handle: CeremonyHandle, { component, pass }: ComponentPass): void {
    this.#component(handle, component).clear(pass);
  }

  endEntry(handle: CeremonyHandle, { component, pass }: ComponentPass) {
    return this.#component(handle, component).end(pass);
  }

  /**
   * The key is the sum (XOR) of its components. Two components of odd parity sum up to even: the parity bits, which are no part of the
   * key, are set odd in the sum. A weak sum is refused, and the components with it, since any of them may be the wrong one.
   */
  combine(handle: CeremonyHandle): { readonly kcv: string } {
    const ceremony = this.#require(handle);
    const { key, components } = ceremony;
    if (!components.every(({ agreed }) => agreed)) {
      throw new StationFault('KEYS-CEREMONY-ORDER', { reason: 'not every component was entered twice' });
    }
    const sum = ceremony.sum ?? new Uint8Array(symmetricKeyLength(key.algorithm));
    sum.fill(0);
    for (const component of components) component.addTo(sum);
    if (key.algorithm.startsWith('TDES')) setOddParity(sum);
    try {
      requireStrength(key.algorithm, sum, key.name);
    } catch (thrown) {
      sum.fill(0);
      for (const component of components) component.wipe();
      throw thrown;
    }
    ceremony.sum = sum;
    return { kcv: secretCheckValue(key.algorithm, sum) };
  }

  /** The key as it was combined; KEYS-CEREMONY-ORDER before. */
  combined(handle: CeremonyHandle): { readonly key: NewKey; readonly value: Uint8Array } {
    const { key, sum } = this.#require(handle);
    if (sum === null) throw new StationFault('KEYS-CEREMONY-ORDER', { reason: 'the components are not combined yet' });
    return { key, value: sum };
  }

  keepCeremonyKey(handle: CeremonyHandle): KeyIdentity {
    const { key, value } = this.combined(handle);
    const kept = this.#provider.importSecret(key, 'token', value);
    this.abortCeremony(handle);
    return kept;
  }

  /** Overwrites every entry and the key; harmless when repeated. */
  abortCeremony(handle: CeremonyHandle): void {
    const ceremony = this.#ceremonies.get(handle);
    this.#ceremonies.delete(handle);
    ceremony?.sum?.fill(0);
    for (const component of ceremony?.components ?? []) component.wipe();
  }

  /** Gives every ceremony up. */
  close(): void {
    for (const handle of this.#ceremonies.keys()) this.abortCeremony(handle);
  }
}
