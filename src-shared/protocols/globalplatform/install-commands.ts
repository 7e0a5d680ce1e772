import { concatBytes } from '../../bytes/bytes.ts';
import type { CommandApdu } from '../apdu/command-apdu.ts';
import { constructed, encodeTlvs, primitive, type Tlv } from '../tlv/ber-tlv.ts';
import { lengthAndValue, requireAid } from './application-identifier.ts';
import { encodePrivileges, type Privilege } from './privileges.ts';

/** What INSTALL is for, bits of P1. GPC_SPE_034 v2.3.1 §11.5.2.1, table 11-41. */
const purpose = {
  load: 0x02,
  install: 0x04,
  makeSelectable: 0x08,
  extradition: 0x10,
  personalization: 0x20,
  registryUpdate: 0x40,
} as const;

const none = new Uint8Array(0);

/** No token: the host is the issuer's own, and no card with delegated management is written. GPC_SPE_034 v2.3.1 §9.2. */
const noToken = none;

function install(p1: number, ...fields: readonly Uint8Array[]): CommandApdu {
  return { cla: 0x80, ins: 0xe6, p1, p2: 0x00, data: concatBytes(...fields.map(lengthAndValue)), le: 256 };
}

/** A memory demand in bytes as C6, C7 and C8 hold it: 2 bytes, or 4 over 32,767. GPC_SPE_034 v2.3.1 §11.5.2.3.7, table 11-49. */
function memoryDemand(tag: number, bytes: number | undefined): Tlv[] {
  if (bytes === undefined) return [];
  const value = bytes > 0x7fff ? [bytes >>> 24, (bytes >> 16) & 255] : [];
  return [primitive(tag, Uint8Array.from([...value, (bytes >> 8) & 255, bytes & 255]))];
}

/** What is to be loaded. */
export interface LoadRequest {
  readonly loadFile: Uint8Array;
  /** Security domain to which the load file shall belong; empty for the one that is selected. */
  readonly securityDomain?: Uint8Array;
  /** Hash of the load file data block; demanded by the card as soon as a DAP block or token is there. §C.2. */
  readonly hash?: Uint8Array;
  /** Bytes of code that the card must have free. */
  readonly codeSpace?: number;
}

/** INSTALL [for load]: load file, security domain, hash, load parameters, no token. Allocates; the LOAD blocks follow. GPC_SPE_034 v2.3.1 §11.5.2.3.1. */
export function installForLoad({ loadFile, securityDomain = none, hash = none, codeSpace }: LoadRequest): CommandApdu {
  const demand = memoryDemand(0xc6, codeSpace);
  const parameters = demand.length === 0 ? none : encodeTlvs([constructed(0xef, demand)]);
  const domain = securityDomain.length === 0 ? none : requireAid(securityDomain);
  return install(purpose.load, requireAid(loadFile), domain, hash, parameters, noToken);
}

/** An application that is made from a module. */
export interface InstallRequest {
  readonly loadFile: Uint8Array;
  readonly module: Uint8Array;
  readonly application: Uint8Array;
  readonly privileges: readonly Privilege[];
  /** Value of C9, the application's own parameters; C9 is sent also when it is empty. */
  readonly parameters: Uint8Array;
  /** Bytes of memory that the card must have free for its data. */
  readonly volatileSpace?: number;
  readonly nonVolatileSpace?: number;
}

/**
 * INSTALL [for install], or [for install and make selectable] in one command. Makes one application; a card that has the AID refuses
 * it, so it is not to be repeated. Privileges as one byte where that says all, else three. GPC_SPE_034 v2.3.1 §11.5.2.3.2, §11.5.2.3.7.
 */
export function installForInstall(request: InstallRequest, also: 'make-selectable' | 'nothing'): CommandApdu {
  const { loadFile, module, application, privileges, parameters, volatileSpace, nonVolatileSpace } = request;
  const system = [...memoryDemand(0xc7, volatileSpace), ...memoryDemand(0xc8, nonVolatileSpace)];
  const objects = [primitive(0xc9, parameters), ...(system.length === 0 ? [] : [constructed(0xef, system)])];
  return install(
    also === 'make-selectable' ? purpose.install | purpose.makeSelectable : purpose.install,
    requireAid(loadFile),
    requireAid(module),
    requireAid(application),
    encodePrivileges(privileges),
    encodeTlvs(objects),
    noToken,
  );
}

/** INSTALL [for make selectable] of an application that is INSTALLED; its privileges may be given once more. GPC_SPE_034 v2.3.1 §11.5.2.3.3. */
export function installForMakeSelectable(application: Uint8Array, privileges: readonly Privilege[] = []): CommandApdu {
  const given = privileges.length === 0 ? Uint8Array.of(0) : encodePrivileges(privileges);
  return install(purpose.makeSelectable, none, none, requireAid(application), given, none, noToken);
}

/** INSTALL [for extradition]: an application or load file comes to belong to another security domain. GPC_SPE_034 v2.3.1 §11.5.2.3.4. */
export function installForExtradition(subject: Uint8Array, securityDomain: Uint8Array): CommandApdu {
  return install(purpose.extradition, requireAid(securityDomain), none, requireAid(subject), none, none, noToken);
}

/** INSTALL [for registry update]: an application's privileges replaced, or the security domain to which it belongs. GPC_SPE_034 v2.3.1 §11.5.2.3.5. */
export function installForRegistryUpdate(
  application: Uint8Array,
  change: { readonly securityDomain?: Uint8Array; readonly privileges?: readonly Privilege[] },
): CommandApdu {
  const domain = change.securityDomain === undefined ? none : requireAid(change.securityDomain);
  const privileges = change.privileges === undefined ? none : encodePrivileges(change.privileges);
  return install(purpose.registryUpdate, domain, none, requireAid(application), privileges, none, noToken);
}

/**
 * INSTALL [for personalization]: 00 00, length and AID of the application, 00 00 00. From here on STORE DATA goes to
 * that application through its security domain. Repeatable. GPC_SPE_034 v2.3.1 §11.5.2.3.6.
 */
export function installForPersonalization(application: Uint8Array): CommandApdu {
  return install(purpose.personalization, none, none, requireAid(application), none, none, noToken);
}
