import type { JsonObject } from '../control/json-lines-server.ts';
import { paymentModule, recordsModule } from './built-in-content.ts';
import { chipSerial, issuerDomain } from './chip-state.ts';
import type { ApplicationState, ChipState, SecurityDomainState } from './chip-state.ts';
import { paymentStateOf } from './payment-state.ts';
import { freeMemory } from './registry.ts';

/**
 * What inspection says of a chip: serial, life cycles, counters, the registry, versions of keys, free memory; no key and no data.
 * The first payment and the first loyalty application stand apart too.
 */
export function shownChip(state: ChipState): JsonObject {
  const payment = state.applications.find(({ module }) => module === paymentModule);
  const loyalty = state.applications.find(({ module }) => module === recordsModule);
  const set = issuerDomain(state).keySets.at(-1);
  return {
    serial: chipSerial(state),
    cplc: state.cplc,
    cardLifeCycle: state.cardLifeCycle,
    applicationLifeCycle: payment?.lifeCycle ?? null,
    groupings: Object.keys(payment?.groupings ?? {}).sort(),
    loyaltyLifeCycle: loyalty?.lifeCycle ?? null,
    loyaltyGroupings: Object.keys(loyalty?.groupings ?? {}).sort(),
    sequence: set?.sequence ?? null,
    failuresInARow: set?.failures ?? null,
    transactions: payment?.transactionCounter ?? null,
    ...state.counters,
    freeMemory: freeMemory(state),
    domains: state.domains.map(shownDomain),
    loadFiles: state.loadFiles.map(({ aid, domain, modules, memory }) => ({
      aid,
      domain,
      modules: [...modules],
      memory,
    })),
    applications: state.applications.map(shownApplication),
    selectionEnded: state.selectionEnded ?? 'no',
  };
}

/** A payment application that is personalised shows its tries, counters and flags too. */
function shownApplication(application: ApplicationState): JsonObject {
  const { aid, module, lifeCycle, privileges, domain, groupings } = application;
  const payment = module === paymentModule && lifeCycle === 0x0f ? { payment: { ...paymentStateOf(application) } } : {};
  return { aid, module, lifeCycle, privileges, domain, groupings: Object.keys(groupings).sort(), ...payment };
}

function shownDomain({ aid, lifeCycle, privileges, domain, keySets }: SecurityDomainState): JsonObject {
  return {
    aid,
    lifeCycle,
    privileges,
    domain,
    keys: keySets.map(({ version, keys, sequence, failures }) => ({
      version,
      ids: keys.map(({ id }) => id),
      types: keys.map(({ type }) => type),
      sequence,
      failures,
    })),
  };
}
