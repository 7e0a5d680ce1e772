import type { ApplicationState, LoadFileState } from './chip-state.ts';

/** AID of the issuer security domain. GPC_SPE_034 v2.3.1 §H.1.3. */
export const issuerDomainAid = 'a000000151000000';

/** The package and module of security domains as they are found on cards of the field. */
export const domainLoadFile = 'a0000001515350';
export const domainModule = 'a000000151535041';

/** Our own package, under the shared test RID, never a scheme's, and its modules: payment, records only, payment directory. */
export const ownLoadFile = 'f04357524947485400';
export const paymentModule = 'f0435752494748540001';
export const recordsModule = 'f0435752494748540002';
export const directoryModule = 'f0435752494748540003';

/** The package of the issuer's own applications with the modules named. */
export function builtInLoadFile(modules: readonly string[]): LoadFileState {
  return { aid: ownLoadFile, lifeCycle: 0x01, domain: issuerDomainAid, memory: 0, modules };
}

/** The package that supplementary security domains are installed from. */
export function domainPackage(): LoadFileState {
  return { aid: domainLoadFile, lifeCycle: 0x01, domain: issuerDomainAid, memory: 0, modules: [domainModule] };
}

/** An application that a card is made with: selectable, not personalised. */
export function builtInApplication(aid: string, module: string): ApplicationState {
  return {
    aid,
    lifeCycle: 0x07,
    domain: issuerDomainAid,
    memory: 0,
    privileges: '000000',
    loadFile: ownLoadFile,
    module,
    groupings: {},
    transactionCounter: 0,
  };
}
