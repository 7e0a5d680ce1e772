import type { Environment, IssuerId } from '#shared/domain/identifiers.ts';
import type { KeyUsage } from '#shared/domain/key-usage.ts';
import type { KeyRow } from '../journal/projections/keys.ts';
import type { IccKeyPool } from '../keys/icc-key-pool.ts';
import type { IssuerCertificates } from '../keys/issuer-certificates.ts';
import type { Clock } from '../platform/clock.ts';
import type { IssuerMeans } from '../preparation/station/issuer-means.ts';

/** The version in a key's name, its last part. */
function versionOf({ name }: KeyRow): number {
  return Number(name.slice(name.lastIndexOf('/') + 1));
}

/** What issuers have on this station for preparing cards: keys as the journal knows them, certificates, and the pool of card key pairs. */
export function openIssuerMeans(options: {
  readonly keys: { all(): readonly KeyRow[] };
  readonly environment: Environment;
  readonly certificates: IssuerCertificates;
  readonly iccKeys: Pick<IccKeyPool, 'take'>;
  readonly clock: Clock;
}): IssuerMeans {
  const { keys, environment, certificates, iccKeys, clock } = options;
  return {
    newestKey: (usage: KeyUsage, issuer: IssuerId) => {
      const usable = keys
        .all()
        .filter(
          (key) =>
            key.usage === usage && key.issuer === issuer && key.destroyedAt === null && key.environment === environment,
        )
        .sort((a, b) => versionOf(b) - versionOf(a));
      return usable[0]?.name ?? null;
    },
    certificates,
    iccKeys,
    now: () => clock.now(),
  };
}
