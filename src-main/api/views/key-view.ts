import type { CeremonyView, KeyStoreView, KeyUsageView, RegistryKeyView } from '#shared/contract/views/key-views.ts';
import { keyUsages, type KeyAlgorithm, type KeyUsage } from '#shared/domain/key-usage.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { mayDo, maySee } from '../../access/rights.ts';
import type { PersonRow } from '../../journal/projections/people.ts';
import { missingFor } from '../../keys/registry/admit-key.ts';
import { changesFrom } from '../../keys/registry/key-changes.ts';
import type { CeremonyState } from '../../keys/registry/key-ceremonies.ts';
import type { FoundStore } from '../../keys/registry/shown-store.ts';
import type { ListedKey } from '../../keys/registry/list-keys.ts';
import { kcvMethodOf } from '../../keys/hsm-worker/check-value.ts';
import { symmetricKeyLength } from '../../keys/hsm-worker/symmetric-key-length.ts';
import type { Services } from '../services.ts';

function titleOf(usage: string): string {
  return Object.hasOwn(keyUsages, usage) ? keyUsages[usage as KeyUsage].title : usage;
}

/** Of these products those of issuers that the person works for. */
function seen(products: readonly string[], person: PersonRow, services: Services): string[] {
  return products.filter((reference) => {
    const issuer = services.product(reference)?.issuer;
    return issuer !== undefined && maySee(person, issuer);
  });
}

/** One key, with what this person may ask for. */
export function registryKeyView(key: ListedKey, person: PersonRow, services: Services): RegistryKeyView {
  const { name, usage, issuer, version, kcv, state, wayIn, madeAt, validUntil, alarm, askedBy, size } = key;
  const algorithm = key.algorithm ?? '';
  return {
    name,
    usage,
    algorithm,
    issuer,
    version,
    kcv,
    state,
    wayIn,
    madeAt,
    validUntil,
    alarm,
    askedBy: askedBy === null ? null : services.personTitle(askedBy),
    size,
    usageTitle: titleOf(usage),
    environment: key.environment ?? (services.station.mode === 'live' ? 'live' : 'test'),
    kcvMethod: key.kcvMethod ?? (algorithm === '' ? '' : kcvMethodOf(algorithm as KeyAlgorithm)),
    products: seen(services.keyRegistry.productsOf(key), person, services),
    approvedBy: key.approvedBy.map((person) => services.personTitle(person)),
    certificate: services.keyRegistry.companions.certificateOf(name),
    certificateRequest: services.keyRegistry.companions.certificateRequestOf(name),
    // Of a key that only the key store knows nobody can say what it is: it has no life here.
    mayAsk: madeAt !== null && mayDo(person, 'request-key-act') ? [...changesFrom(key)] : [],
  };
}

/** Every usage, with why this key store cannot hold a key of it. */
export function keyUsageViews({ mechanisms }: FoundStore): KeyUsageView[] {
  return (Object.keys(keyUsages) as KeyUsage[]).map((usage) => {
    const { title, algorithms, owner, waysIn } = keyUsages[usage];
    const held = algorithms.filter((algorithm) => missingFor(usage, algorithm, mechanisms).length === 0);
    const [mechanism = ''] = algorithms.flatMap((algorithm) => missingFor(usage, algorithm, mechanisms));
    return {
      usage,
      title,
      owner,
      algorithms: held.length === 0 ? [...algorithms] : held,
      waysIn: [...waysIn],
      unavailable:
        held.length === 0 ? describeFault({ code: 'KEYS-UNAVAILABLE', details: { usage, mechanism } }).text : null,
    };
  });
}

export function keyStoreView(found: FoundStore, person: PersonRow, services: Services): KeyStoreView {
  const { keyRegistry } = services;
  return {
    ...found.described,
    notOffered: [...found.described.notOffered],
    state: found.state,
    since: found.since.toISOString(),
    trouble: found.fault === null ? null : { code: found.fault.code, ...describeFault(found.fault) },
    mechanisms: found.mechanisms.map(({ mechanism, state, reason, source, usages }) => ({
      mechanism,
      state,
      reason,
      source,
      usages: [...usages],
      products: seen(keyRegistry.productsOfUsages(usages), person, services),
    })),
    pool: [...keyRegistry.companions.pool()],
  };
}

function stateOf({ row, live }: CeremonyState, services: Services): CeremonyView['state'] {
  if (live !== null) return live.kcv === null ? 'entering' : 'confirming';
  switch (row.state) {
    case 'asked': {
      const approval = services.journal.projections.approvals.find(row.approval)?.state;
      return approval === 'open' || approval === 'given' ? 'waiting-for-approval' : 'given-up';
    }
    // Its end is written when the key store has said whether it kept the key.
    case 'open':
      return 'lost';
    default:
      return row.state;
  }
}

/** A ceremony as a person sees it; no digit is in it, and the block is for its own people. */
export function ceremonyView(ceremony: CeremonyState, person: PersonRow, services: Services): CeremonyView {
  const { row, live, block } = ceremony;
  const { key, custodians, leavesUnder } = row.request;
  const mine = custodians.indexOf(person.person);
  const asker = services.journal.projections.approvals.find(row.approval)?.asker;
  const turn = live?.turn() ?? null;
  const parts = services.journal.projections.ceremonies.components(row.ceremony);
  const algorithm = key.algorithm as KeyAlgorithm;
  return {
    ceremony: row.ceremony,
    key: {
      name: key.name,
      usage: key.usage,
      usageTitle: titleOf(key.usage),
      algorithm: key.algorithm,
      issuer: key.issuer,
      version: key.version,
    },
    characters: symmetricKeyLength(algorithm) * 2,
    custodians: parts.map(({ component, person: custodian, kcv, confirmed }) => ({
      component,
      kcv,
      confirmed,
      person: custodian,
      displayName: services.personTitle(custodian),
      state: live?.parts[component - 1]?.state ?? (kcv === null ? 'waiting' : 'entered'),
    })),
    state: stateOf(ceremony, services),
    kcv: row.kcv,
    mine: mine === -1 ? null : mine + 1,
    count: turn !== null && turn.person === person.person ? turn.count : 0,
    leavesUnder,
    block: mine !== -1 || asker === person.person ? block : null,
  };
}
