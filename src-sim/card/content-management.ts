import { toHex } from '#shared/bytes/bytes.ts';
import { builtInApplication, domainModule } from './built-in-content.ts';
import type { CardCommand } from './card-command.ts';
import { readTlvs } from './card-tlv.ts';
import { issuerDomain } from './chip-state.ts';
import type { ApplicationState, ChipState, LoadFileState, OfferedProtocol, SecurityDomainState } from './chip-state.ts';
import { installFields, loadFields, memoryAsked, parameterObjects } from './install-fields.ts';
import type { InstallFields } from './install-fields.ts';
import { LoadSession } from './load-session.ts';
import { checkPrivileges, privilegesOf } from './privileges.ts';
import { domainOf, freeMemory, hasPrivilege, hierarchy, instanceOf, loadFileOf, privilege } from './registry.ts';
import { StatusError } from './status-word.ts';

/** P1 of INSTALL. GPC_SPE_034 v2.3.1 Table 11-41. */
const purpose = {
  load: 0x02,
  install: 0x04,
  makeSelectable: 0x08,
  installAndMakeSelectable: 0x0c,
  loadInstallAndMakeSelectable: 0x0e,
  extradition: 0x10,
  registryUpdate: 0x40,
} as const;

/** What an instance takes where its parameters do not say. */
const memoryOfInstance = 256;

/** Loads, installs, moves and deletes what is on the card, as a security domain asks. GPC_SPE_034 v2.3.1 §9.3 to §9.5. */
export class ContentManagement {
  readonly #state: ChipState;
  #load: LoadSession | undefined;

  constructor(state: ChipState) {
    this.#state = state;
  }

  /** Forgets a load that is not finished. */
  reset(): void {
    this.#load = undefined;
  }

  /** INSTALL for everything but personalization. Throws 6985 where the domain may not, 6982 for a token: this card verifies none. */
  install(actor: SecurityDomainState, command: CardCommand): void {
    this.reset();
    needAuthority(actor);
    const isLastOfThree = command.p1 === purpose.loadInstallAndMakeSelectable && command.p2 === 0x03;
    const isFirstOfThree = command.p1 === purpose.loadInstallAndMakeSelectable && command.p2 === 0x01;
    if (command.p2 !== 0 && !isLastOfThree && !isFirstOfThree) throw new StatusError('wrongParameters');
    if (command.p1 === purpose.load || isFirstOfThree) {
      this.#announce(actor, command);
      return;
    }
    const fields = installFields(command);
    if (fields.token.length > 0) throw new StatusError('securityNotSatisfied');
    switch (command.p1) {
      case purpose.install:
        this.#install(actor, fields, 0x03);
        return;
      case purpose.installAndMakeSelectable:
        this.#install(actor, fields, 0x07);
        return;
      case purpose.makeSelectable:
        this.#makeSelectable(actor, fields);
        return;
      case purpose.extradition:
        this.#extradite(actor, fields);
        return;
      case purpose.registryUpdate:
        this.#update(actor, fields);
        return;
      default:
        if (!isLastOfThree) throw new StatusError('wrongParameters');
        this.#install(actor, fields, 0x07);
    }
  }

  /** LOAD: the next block of the file that INSTALL [for load] announced; whatever is refused ends the load. GPC_SPE_034 v2.3.1 §9.3.5, §11.6. */
  load(command: CardCommand): void {
    const running = this.#load;
    this.#load = undefined;
    if (running === undefined) throw new StatusError('conditionsNotSatisfied');
    if (running.load(command) === 'more') this.#load = running;
  }

  /** DELETE of an application, a domain or a load file, with P2=80 together with its applications. GPC_SPE_034 v2.3.1 §9.5, §11.2. */
  delete(actor: SecurityDomainState, command: CardCommand): void {
    this.reset();
    needAuthority(actor);
    const [object, token, ...rest] = readTlvs(command.data) ?? [];
    if (object?.tag !== 0x4f || rest.length > 0) throw new StatusError('wrongData');
    if (token !== undefined) throw new StatusError(token.tag === 0x9e ? 'securityNotSatisfied' : 'wrongData');
    if ((command.p1 & 0x7f) !== 0 || (command.p2 & 0x7f) !== 0) throw new StatusError('wrongParameters');
    const aid = toHex(object.value);
    if (aid === issuerDomain(this.#state).aid) throw new StatusError('conditionsNotSatisfied');
    const file = loadFileOf(this.#state, aid);
    const instance = instanceOf(this.#state, aid);
    const found = file ?? instance;
    if (found === undefined) throw new StatusError('referencedDataNotFound');
    needReach(this.#state, actor, found.domain);
    if (file !== undefined) this.#deleteFile(file, command.p2 === 0x80 ? 'with-instances' : 'alone');
    else this.#deleteInstances([aid]);
  }

  /** INSTALL [for load]. GPC_SPE_034 v2.3.1 §11.5.2.3.1. */
  #announce(actor: SecurityDomainState, command: CardCommand): void {
    const { first, second, third: hash, parameters, token } = loadFields(command);
    if (token.length > 0) throw new StatusError('securityNotSatisfied');
    const aid = aidOf(first);
    if (this.#isKnown(aid)) throw new StatusError('conditionsNotSatisfied');
    const domain = second.length === 0 ? issuerDomain(this.#state) : domainOf(this.#state, toHex(second));
    if (domain === undefined) throw new StatusError('referencedDataNotFound');
    needReach(this.#state, actor, domain.aid);
    if (![0, 20, 32, 48, 64].includes(hash.length)) throw new StatusError('wrongData');
    const memory = memoryAsked(parameters);
    if ((memory ?? 0) > freeMemory(this.#state)) throw new StatusError('notEnoughMemory');
    this.#load = new LoadSession(this.#state, { aid, domain, hash, memory });
  }

  /** INSTALL [for install], perhaps made selectable at once. GPC_SPE_034 v2.3.1 §9.3.6, §11.5.2.3.2. */
  #install(actor: SecurityDomainState, fields: InstallFields, lifeCycle: number): void {
    const file = loadFileOf(this.#state, toHex(fields.first));
    const module = toHex(fields.second);
    if (file === undefined || !file.modules.includes(module)) throw new StatusError('referencedDataNotFound');
    needReach(this.#state, actor, file.domain);
    const aid = aidOf(fields.third.length === 0 ? fields.second : fields.third);
    if (this.#isKnown(aid)) throw new StatusError('conditionsNotSatisfied');
    const kind = module === domainModule ? 'domain' : 'application';
    const privileges = privilegesOf(fields.privileges);
    checkPrivileges(this.#state, privileges, kind, aid);
    // C9 with the application's own parameters is mandatory, if only empty. Table 11-49.
    const own = parameterObjects(fields.parameters).find(({ tag }) => tag === 0xc9);
    if (own === undefined) throw new StatusError('wrongData');
    const memory = memoryAsked(fields.parameters) ?? memoryOfInstance;
    if (memory > freeMemory(this.#state)) throw new StatusError('notEnoughMemory');
    const entry = { aid, lifeCycle, domain: file.domain, memory, privileges, loadFile: file.aid, module };
    if (kind === 'application') {
      const application: ApplicationState = { ...builtInApplication(aid, module), ...entry };
      this.#state.applications = [...this.#state.applications, application];
      return;
    }
    const protocols = protocolsAsked(own.value, issuerDomain(this.#state).protocols);
    this.#state.domains = [...this.#state.domains, { ...entry, protocols, keySets: [], data: {} }];
  }

  /** INSTALL [for make selectable] of what is INSTALLED. GPC_SPE_034 v2.3.1 §11.5.2.3.3. */
  #makeSelectable(actor: SecurityDomainState, fields: InstallFields): void {
    const { first, second, third, privileges } = fields;
    if (first.length > 0 || second.length > 0) throw new StatusError('wrongData');
    const found = this.#instance(actor, third);
    if (found.lifeCycle !== 0x03) throw new StatusError('conditionsNotSatisfied');
    if (privileges.length > 0) this.#setPrivileges(found, privileges);
    found.lifeCycle = 0x07;
  }

  /** INSTALL [for extradition]: another domain for an application or a load file. GPC_SPE_034 v2.3.1 §9.4.1, §11.5.2.3.4. */
  #extradite(actor: SecurityDomainState, { first, second, third }: InstallFields): void {
    const to = domainOf(this.#state, toHex(first));
    const aid = toHex(third);
    const found = loadFileOf(this.#state, aid) ?? instanceOf(this.#state, aid);
    if (second.length > 0) throw new StatusError('wrongData');
    if (to === undefined || found === undefined) throw new StatusError('referencedDataNotFound');
    needReach(this.#state, actor, found.domain);
    const isBelow = hierarchy(this.#state, to).some((each) => each.aid === aid);
    if (isBelow) throw new StatusError('conditionsNotSatisfied');
    found.domain = to.aid;
  }

  /** INSTALL [for registry update]: other privileges, another domain. GPC_SPE_034 v2.3.1 §9.4.2, §11.5.2.3.5. */
  #update(actor: SecurityDomainState, fields: InstallFields): void {
    const { first, third, privileges } = fields;
    const found = this.#instance(actor, third);
    if (first.length > 0) this.#extradite(actor, fields);
    if (privileges.length > 0) this.#setPrivileges(found, privileges);
  }

  #setPrivileges(found: ApplicationState | SecurityDomainState, field: Uint8Array): void {
    const privileges = privilegesOf(field);
    checkPrivileges(this.#state, privileges, 'keySets' in found ? 'domain' : 'application', found.aid);
    found.privileges = privileges;
  }

  #deleteFile(file: LoadFileState, reach: 'alone' | 'with-instances'): void {
    const instances = [...this.#state.domains, ...this.#state.applications].filter(
      ({ loadFile }) => loadFile === file.aid,
    );
    if (instances.length > 0 && reach === 'alone') throw new StatusError('conditionsNotSatisfied');
    this.#deleteInstances(instances.map(({ aid }) => aid));
    this.#state.loadFiles = this.#state.loadFiles.filter((each) => each !== file);
  }

  /** A domain goes only with nothing left that belongs to it. GPC_SPE_034 v2.3.1 §9.5.1. */
  #deleteInstances(aids: readonly string[]): void {
    const { domains, applications, loadFiles } = this.#state;
    const isHeld = [...domains, ...applications, ...loadFiles].some(
      (each) => !aids.includes(each.aid) && aids.includes(each.domain),
    );
    if (isHeld) throw new StatusError('conditionsNotSatisfied');
    this.#state.domains = domains.filter(({ aid }) => !aids.includes(aid));
    this.#state.applications = applications.filter(({ aid }) => !aids.includes(aid));
  }

  #instance(actor: SecurityDomainState, aid: Uint8Array): ApplicationState | SecurityDomainState {
    const found = instanceOf(this.#state, toHex(aid));
    if (found === undefined) throw new StatusError('referencedDataNotFound');
    needReach(this.#state, actor, found.domain);
    return found;
  }

  #isKnown(aid: string): boolean {
    return [...this.#state.domains, ...this.#state.applications, ...this.#state.loadFiles].some(
      (each) => each.aid === aid,
    );
  }
}

/** Content is managed by a domain with Authorized Management; Delegated Management would need tokens, which this card verifies none of. GPC_SPE_034 v2.3.1 §9.1. */
function needAuthority(actor: SecurityDomainState): void {
  if (!hasPrivilege(actor, privilege.authorizedManagement)) throw new StatusError('conditionsNotSatisfied');
}

/** A domain changes what belongs to it or lies below it; with Global Delete everything. GPC_SPE_034 v2.3.1 §6.6.2.9, §9.1. */
function needReach(state: ChipState, actor: SecurityDomainState, domain: string): void {
  const above = domainOf(state, domain);
  const isBelow = above !== undefined && hierarchy(state, above).includes(actor);
  if (!isBelow && !hasPrivilege(actor, privilege.globalDelete)) throw new StatusError('conditionsNotSatisfied');
}

function aidOf(field: Uint8Array): string {
  if (field.length < 5 || field.length > 16) throw new StatusError('wrongData');
  return toHex(field);
}

/** A new domain has the card's protocols, or the one with its "i" that tag 81 of its parameters names. GPC_SPE_034 v2.3.1 Table 11-50. */
function protocolsAsked(parameters: Uint8Array, offered: readonly OfferedProtocol[]): readonly OfferedProtocol[] {
  const asked = readTlvs(parameters)?.find(({ tag }) => tag === 0x81)?.value;
  if (asked === undefined) return offered;
  const [number, parameter] = asked;
  const protocol = number === 0x03 ? 'scp03' : 'scp02';
  const isOffered = offered.some((each) => each.protocol === protocol && each.parameter === parameter);
  if (!isOffered || asked.length !== 2) throw new StatusError('wrongData');
  return offered.filter((each) => each.protocol === protocol && each.parameter === parameter);
}
