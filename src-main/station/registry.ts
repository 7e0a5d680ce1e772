import { isCardKey, protocolOfCardKeys } from '#shared/domain/card-key-reference.ts';
import { productKey, type Product } from '#shared/domain/product.ts';
import type { Services } from '../api/services.ts';
import type { JournalIssuerCertificates } from '../keys/issuer-certificates.ts';
import { CertificateActs } from '../keys/registry/certificate-acts.ts';
import { KeyCeremonies, type CeremonyPorts } from '../keys/registry/key-ceremonies.ts';
import { KeyRegistry } from '../keys/registry/key-registry.ts';
import type { KeyStorePort } from '../keys/key-store-port.ts';
import { ShownStore } from '../keys/registry/shown-store.ts';
import { listKeys, type ListedKey } from '../keys/registry/list-keys.ts';
import type { SignedActs } from './act-on-approvals.ts';

type Registry = Services['keyRegistry'];

/** The registry, and how the station carries it. */
export interface OpenedRegistry extends Registry {
  readonly acts: SignedActs;
  /** Settles what a crash or a lost key store left open. */
  settle(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const preparationUsages = ['imk-ac', 'imk-smi', 'imk-smc', 'issuer-rsa', 'icc-pool-wrapping'] as const;

type ChipKeys = Pick<Extract<Product['chip'], { kind: 'emv' }>, 'keySet' | 'factoryKeys' | 'secureChannel'>;

function cardKeysOf({ keySet, factoryKeys }: ChipKeys): readonly string[] {
  return factoryKeys === undefined ? [keySet] : [factoryKeys.keySet, keySet];
}

/** Usages of the keys that open a chip: those of a set, or of a manufacturer key. */
function channelUsages(chip: ChipKeys): readonly string[] {
  const { protocol } = chip.secureChannel;
  const ofSet = ['enc', 'mac', 'dek'].map((part) => `${protocol}-${part}`);
  return cardKeysOf(chip).flatMap((reference) =>
    protocolOfCardKeys(reference) === null ? ofSet : [`kmc-${protocol}`],
  );
}

/** Usages of which a product needs a key. */
function usagesOf({ chip, verification }: Product): readonly string[] {
  const values = verification === undefined ? [] : ['cvk'];
  if (chip.kind === 'none') return values;
  const transported = chip.dataGroupings.some(({ origin, content }) => origin === 'order' && content === 'secret');
  return [
    ...values,
    ...channelUsages(chip),
    ...(transported ? ['dgi-transport'] : []),
    ...(chip.preparation.kind === 'station' ? preparationUsages : []),
  ];
}

function needs(product: Product, { name, usage, issuer }: Pick<ListedKey, 'name' | 'usage' | 'issuer'>): boolean {
  if (!usagesOf(product).includes(usage)) return false;
  if (issuer === product.issuer || usage === 'icc-pool-wrapping') return true;
  return product.chip.kind === 'emv' && cardKeysOf(product.chip).some((reference) => isCardKey(reference, name));
}

/** Opens registry and ceremonies over the station's keys. */
export function openRegistry(
  ports: Omit<CeremonyPorts, 'registry'> & {
    readonly products: () => readonly Product[];
    readonly keyStore: Pick<KeyStorePort, 'state' | 'mechanisms'>;
    readonly companions: Registry['companions'];
    readonly issuerCertificates: JournalIssuerCertificates;
  },
): OpenedRegistry {
  const { products, companions, keys, keyStore, issuerCertificates } = ports;
  const registry = new KeyRegistry(ports);
  const ceremonies = new KeyCeremonies({ ...ports, registry });
  const certificates = new CertificateActs({ ...ports, certificates: issuerCertificates });
  const state = new ShownStore(keys, keyStore);
  return {
    registry,
    ceremonies,
    certificates,
    companions,
    list: (signal) => listKeys(ports, signal),
    store: (signal) => state.look(signal),
    productsOf: (key) =>
      products()
        .filter((product) => needs(product, key))
        .map(productKey),
    productsOfUsages: (usages) =>
      products()
        .filter((product) => usagesOf(product).some((usage) => usages.includes(usage)))
        .map(productKey),
    acts: {
      'key-generation': (approval, _, signal) => registry.carryOut(approval, signal),
      'key-import': (approval, _, signal) => registry.carryOut(approval, signal),
      'key-change': (approval, _, signal) => registry.carryOut(approval, signal),
      'key-end': (approval, _, signal) => registry.carryOut(approval, signal),
      'authority-import': (approval, _, signal) => certificates.carryOut(approval, signal),
      'certificate-import': (approval, _, signal) => certificates.carryOut(approval, signal),
      'key-ceremony': (approval, _, signal) => ceremonies.carryOut(approval, signal),
    },
    settle: async (signal) => {
      await registry.settle(signal);
      ceremonies.settle();
    },
    close: () => ceremonies.close(),
  };
}
