import { equalBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { encodeCommand, type CommandApdu } from '#shared/protocols/apdu/command-apdu.ts';
import { decodeResponse, expectStatus } from '#shared/protocols/apdu/response-apdu.ts';
import { cardDataObject, getCardData, statusScope } from '#shared/protocols/globalplatform/card-commands.ts';
import { parseCardResources } from '#shared/protocols/globalplatform/card-resources.ts';
import {
  installForExtradition,
  installForInstall,
  installForLoad,
  type InstallRequest,
} from '#shared/protocols/globalplatform/install-commands.ts';
import {
  applicationLifeCycle,
  describeApplicationLifeCycle,
  lockedBit,
} from '#shared/protocols/globalplatform/life-cycle.ts';
import { planLoad } from '#shared/protocols/globalplatform/load-blocks.ts';
import { decodePrivileges, encodePrivileges, type Privilege } from '#shared/protocols/globalplatform/privileges.ts';
import type { RegistryEntry } from '#shared/protocols/globalplatform/registry-entry.ts';
import type { PlannedContent, PlannedPackage } from '../planned-content.ts';
import { deleteFromCard, setLock } from './card-content-acts.ts';
import { readRegistry } from './read-registry.ts';

/** Names of the points that the journal holds around what is loaded: before the first command that may change the card, and when all is verified. */
export const contentMarks = { begun: 'content-begun', done: 'content-loaded' } as const;

/** GPC_SPE_034 v2.3.1 §11.5.3.2, §11.6.3.2: not enough memory space. */
const noMemory = 0x6a84;

/**
 * Takes off a card what it shall not have, and brings packages and applications onto it through its open channel: security domains first;
 * each package that the card does not hold yet, by INSTALL [for load] with its hash and LOAD block by block; then applications; at the end the
 * registry is asked whether all is as it was meant.
 *
 * Irreversible as a whole: what was not answered is never sent again, so a card that failed in between goes out. CARD-MEMORY when the card has no room,
 * CARD-CONTENT when it holds or tells something else than was meant, CARD-STATUS and CARD-ANSWER. GPC_SPE_034 v2.3.1 §9.3, §9.5, §11.2, §11.4, §11.5, §11.6,
 * §11.10.
 *
 * @param limit most bytes of plain data that a command carries in this channel
 */
export function* loadContent(content: PlannedContent, limit: number): Dialogue<void> {
  yield { kind: 'mark', name: contentMarks.begun };
  yield* remove(content.removals ?? []);
  for (const domain of content.securityDomains) {
    const privileges: readonly Privilege[] = [...new Set(['security-domain' as const, ...domain.privileges])];
    yield* install({ ...domain, privileges, selectable: 'yes' }, 'security domain');
  }
  for (const one of content.packages) yield* load(one, limit);
  for (const application of content.applications) {
    yield* install(application, 'application');
    if (application.securityDomain !== undefined) {
      const command = installForExtradition(fromHex(application.application), fromHex(application.securityDomain));
      yield* askFor(command, `INSTALL [for extradition], ${upper(application.application)}`, application.application);
    }
    if (application.locked === 'yes')
      yield* setLock({ kind: 'application', aid: fromHex(application.application) }, 'locked');
  }
  yield* verify(content);
  yield* verifyRemoved(content.removals ?? []);
  yield { kind: 'mark', name: contentMarks.done };
}

type Removal = NonNullable<PlannedContent['removals']>[number];

function upper(aid: string): string {
  return aid.toUpperCase();
}

function differs(subject: string, reason: string): never {
  throw new StationFault('CARD-CONTENT', { subject, reason });
}

/** Sends one command of content management; CARD-MEMORY where the card has no room for its subject. */
function* askFor(command: CommandApdu, label: string, subject: string): Dialogue<Uint8Array> {
  const response = decodeResponse(yield { kind: 'secure-exchange', command: encodeCommand(command), label });
  if (response.statusWord === noMemory)
    throw new StationFault('CARD-MEMORY', { subject: upper(subject), command: label });
  return expectStatus(response, label);
}

/** A card that tells its free memory must have room for the load file; others say so by their status words. */
function* requireRoom({ aid, length }: PlannedPackage): Dialogue<void> {
  const label = 'GET DATA FF21';
  const command = encodeCommand(getCardData(cardDataObject.cardResources));
  const { data, statusWord } = decodeResponse(yield { kind: 'secure-exchange', command, label });
  if (statusWord !== 0x9000) return;
  const { nonVolatile } = parseCardResources(data);
  if (nonVolatile < length) {
    throw new StationFault('CARD-MEMORY', { subject: upper(aid), command: `${length} bytes, ${nonVolatile} are free` });
  }
}

/** Names that the card lists of a kind, all of them: a card that tells load files only along with their modules is asked so. */
function* listed(kind: Removal['kind']): Dialogue<ReadonlySet<string>> {
  const all = new Uint8Array(0);
  if (kind === 'application')
    return namesOf(yield* readRegistry(statusScope.applications, all, 'GET STATUS of all applications'));
  const files = yield* readRegistry(statusScope.loadFiles, all, 'GET STATUS of all load files');
  return namesOf(
    files.length > 0
      ? files
      : yield* readRegistry(statusScope.modules, all, 'GET STATUS of all load files with modules'),
  );
}

function namesOf(entries: readonly RegistryEntry[]): ReadonlySet<string> {
  return new Set(entries.map(({ aid }) => toHex(aid)));
}

/** Takes away what the card lists of what it shall not have; what is not there need not go. */
function* remove(removals: readonly Removal[]): Dialogue<void> {
  for (const { kind, aid } of removals) {
    if (!(yield* listed(kind)).has(aid)) continue;
    const name = fromHex(aid);
    yield* deleteFromCard(kind === 'application' ? { kind, aid: name } : { kind, aid: name, related: 'deleted' });
  }
}

/**
 * What had to go is gone by the card's own list. That nothing is listed at all is no proof: of such an answer a channel bears no MAC, and what was
 * brought is listed. GPC_SPE_014 v1.1.2 §6.2.5.
 */
function* verifyRemoved(removals: readonly Removal[]): Dialogue<void> {
  for (const kind of new Set(removals.map((one) => one.kind))) {
    const names = yield* listed(kind);
    const what = kind === 'application' ? 'applications' : 'load files';
    if (names.size === 0)
      return differs(`the list of ${what}`, 'the card lists none, so that nothing shows what was removed');
    const left = removals.find((one) => one.kind === kind && names.has(one.aid));
    if (left !== undefined) return differs(`the ${kind} ${upper(left.aid)}`, 'the card lists it after it was deleted');
  }
}

/** Loads a package, unless the card holds it in this very version. */
function* load(one: PlannedPackage, limit: number): Dialogue<void> {
  const aid = fromHex(one.aid);
  const name = `${upper(one.aid)} ${one.version.major}.${one.version.minor}`;
  const found = yield* readRegistry(statusScope.loadFiles, aid, `GET STATUS of the load file, ${upper(one.aid)}`);
  const there = found.find((entry) => equalBytes(entry.aid, aid));
  if (there !== undefined) {
    const { version } = there;
    if (version === undefined)
      return differs(`the package ${upper(one.aid)}`, 'it is on the card, and its version is not told');
    if (version[0] === one.version.major && version[1] === one.version.minor) return;
    return differs(`the package ${upper(one.aid)}`, `it is on the card in version ${version.join('.')}`);
  }
  yield* requireRoom(one);
  const dataBlock = yield { kind: 'resolve', reference: one.reference };
  if (dataBlock.length !== one.length) {
    throw new StationFault('CARD-PERSONALISATION', {
      reason: `the package ${upper(one.aid)} is not as long as planned`,
    });
  }
  const dap = one.dap.map(({ securityDomain, signature }) => ({
    securityDomain: fromHex(securityDomain),
    signature: fromHex(signature),
  }));
  const blocks = planLoad(dataBlock, dap, limit);
  const request = {
    loadFile: aid,
    securityDomain: fromHex(one.securityDomain),
    hash: fromHex(one.loadFileHash),
    codeSpace: one.length,
  };
  yield* askFor(installForLoad(request), `INSTALL [for load], ${name}`, one.aid);
  for (const [number, block] of blocks.entries()) {
    yield* askFor(block, `LOAD ${number + 1} of ${blocks.length}, ${name}`, one.aid);
  }
}

interface ToInstall {
  readonly package: string;
  readonly module: string;
  readonly application: string;
  readonly privileges: readonly Privilege[];
  readonly parameters: string;
  readonly selectable: 'yes' | 'no';
}

function* install(one: ToInstall, kind: string): Dialogue<void> {
  const request: InstallRequest = {
    loadFile: fromHex(one.package),
    module: fromHex(one.module),
    application: fromHex(one.application),
    privileges: one.privileges,
    parameters: fromHex(one.parameters),
  };
  const [also, purpose] =
    one.selectable === 'yes'
      ? (['make-selectable', 'for install and make selectable'] as const)
      : (['nothing', 'for install'] as const);
  const label = `INSTALL [${purpose}], ${kind} ${upper(one.application)}`;
  yield* askFor(installForInstall(request, also), label, one.application);
}

/** Asks the registry for everything that was meant to be there; what a card does not tell is not held against it. */
function* verify({ securityDomains, packages, applications }: PlannedContent): Dialogue<void> {
  for (const { aid, modules } of packages) {
    const label = `GET STATUS of the modules, ${upper(aid)}`;
    const entries = yield* readRegistry(statusScope.modules, fromHex(aid), label);
    const entry = entries.find((one) => toHex(one.aid) === aid);
    if (entry === undefined)
      return differs(`the package ${upper(aid)}`, 'the card does not list it after it was loaded');
    const told = new Set(entry.modules.map(toHex));
    const missing = modules.find((module) => !told.has(module as ReturnType<typeof toHex>));
    if (missing !== undefined)
      return differs(`the package ${upper(aid)}`, `the card does not list its module ${upper(missing)}`);
  }
  const made = [
    ...securityDomains.map((one) => ({
      ...one,
      selectable: 'yes' as const,
      privileges: ['security-domain' as const, ...one.privileges],
      securityDomain: undefined,
      locked: undefined,
    })),
    ...applications,
  ];
  for (const one of made) {
    const label = `GET STATUS of the application, ${upper(one.application)}`;
    const entries = yield* readRegistry(statusScope.applications, fromHex(one.application), label);
    const entry = entries.find(({ aid }) => toHex(aid) === one.application);
    const subject = `the application ${upper(one.application)}`;
    if (entry === undefined) return differs(subject, 'the card does not list it after it was installed');
    const { lifeCycle } = entry;
    const meantLocked = one.locked === 'yes' ? lockedBit : 0;
    const selectable =
      (lifeCycle & (lockedBit | applicationLifeCycle.selectable)) === (meantLocked | applicationLifeCycle.selectable);
    const fits = one.selectable === 'yes' ? selectable : lifeCycle === (meantLocked | applicationLifeCycle.installed);
    if (!fits) return differs(subject, `it is ${describeApplicationLifeCycle(lifeCycle)}`);
    const { privileges, securityDomain } = entry;
    const meant = encodePrivileges(one.privileges);
    if (privileges !== undefined && toHex(whole(privileges)) !== toHex(whole(meant))) {
      return differs(subject, `its privileges are ${decodePrivileges(privileges).join(', ') || 'none'}`);
    }
    if (
      one.securityDomain !== undefined &&
      securityDomain !== undefined &&
      toHex(securityDomain) !== one.securityDomain
    ) {
      return differs(subject, `it belongs to ${upper(toHex(securityDomain))}`);
    }
  }
}

/** Privileges as three bytes: where only the first is told, the others are zero. GPC_SPE_034 v2.3.1 §11.1.2. */
function whole(privileges: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(3);
  bytes.set(privileges.slice(0, 3));
  return bytes;
}
