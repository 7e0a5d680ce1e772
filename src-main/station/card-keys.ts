import { availableParallelism } from 'node:os';
import type { Product } from '#shared/domain/product.ts';
import type { Services } from '../api/services.ts';
import type { Journal } from '../journal/journal.ts';
import { StoredIccKeyPool } from '../keys/icc-key-pool.ts';
import { JournalIssuerCertificates } from '../keys/issuer-certificates.ts';
import type { KeyPort } from '../keys/port.ts';
import type { Clock } from '../platform/clock.ts';
import { nodeRsa } from '../platform/node-rsa.ts';
import type { Ending } from './ending.ts';
import { iccKeySizes, preparedIssuers } from './prepared-products.ts';
import { bringCardKeys } from './station-keys.ts';
import { makeTrainingIssuerKeys, type TrainingScheme } from './training-issuer-keys.ts';

/** Pairs that wait of each size: cards of a quarter of an hour, and few where a start is to be quick. */
const poolTargets = { live: 500, training: 32 } as const;
/** With fewer processors than this, pairs are made in idle time only. */
const processorsBesideCards = 3;

export interface CardKeysOptions {
  readonly keys: KeyPort;
  readonly journal: Journal;
  readonly mode: 'training' | 'live';
  readonly products: readonly Product[];
  readonly scheme: TrainingScheme;
  readonly clock: Clock;
  readonly ending: Ending;
  readonly warn: (what: string) => (fault: unknown) => void;
  readonly signal: AbortSignal;
}

/** What cards get from their issuer beside its keys: certificates, and key pairs of their own. */
export interface CardKeys {
  readonly certificates: JournalIssuerCertificates;
  readonly iccKeys: StoredIccKeyPool;
}

/**
 * Brings in the cards' test keys (training), opens issuer certificates and the pool of card keys; the pool fills once it is started. In training the issuers' keys are made and certified where they
 * are missing: what fails there is told, and batches that need it are refused by name. `lines` says whether a batch runs.
 */
export async function openCardKeys(options: CardKeysOptions, lines: () => 'running' | 'idle'): Promise<CardKeys> {
  const { keys, journal, mode, products, scheme, clock, ending, warn, signal } = options;
  await bringCardKeys(keys, products, mode, journal, signal);
  const environment = mode === 'live' ? 'live' : 'test';
  const now = (): Date => clock.now();
  const certificates = new JournalIssuerCertificates({ journal, keys, ciphers: nodeRsa, environment, now });
  if (mode === 'training') {
    const issuers = preparedIssuers(products);
    await makeTrainingIssuerKeys({ keys, journal, certificates, scheme, issuers, now, signal }).catch(
      warn('training issuer keys'),
    );
    signal.throwIfAborted();
  }
  const scarce = availableParallelism() < processorsBesideCards;
  const iccKeys = new StoredIccKeyPool({
    journal,
    keys,
    environment,
    targets: iccKeySizes(products).map((size) => ({ ...size, target: poolTargets[mode] })),
    machines: () => (scarce && lines() === 'running' ? 'busy' : 'idle'),
    monotonic: () => clock.monotonic(),
    onFault: warn('pool of card keys'),
  });
  ending.add(() => iccKeys.close());
  return { certificates, iccKeys };
}

/** What screens show of keys beside their life: the newest certificate of an issuer's pair, and how the pool stands. */
export function keyCompanions({ iccKeys }: CardKeys, journal: Journal): Services['keyRegistry']['companions'] {
  return {
    certificateOf: (name) => {
      const issuer = journal.projections.keys.find(name)?.issuer ?? null;
      const rows = issuer === null ? [] : journal.projections.certificates.ofIssuer(issuer);
      const [newest] = rows.filter(({ key }) => key === name).sort((one, other) => other.sequence - one.sequence);
      if (newest === undefined) return null;
      const { serial, expires, rid, index } = newest;
      return { serial, expires, rid, authorityKeyIndex: index.toString(16).padStart(2, '0') };
    },
    certificateRequestOf: (name) => {
      const row = journal.projections.certificates.request(name);
      if (row === null) return null;
      const { issuerIdentifier, expires, hash, requestedAt } = row;
      return { issuerIdentifier, expires, hash, requestedAt };
    },
    pool: () => [...iccKeys.levels()],
  };
}
