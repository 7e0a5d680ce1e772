import { concatBytes, equalBytes, fromHex } from '#shared/bytes/bytes.ts';
import type { CardCommand } from './card-command.ts';
import { findTlv, readTlvs, writeTlv } from './card-tlv.ts';
import type { ChipState } from './chip-state.ts';
import { StatusError } from './status-word.ts';

/** The AID of the issuer security domain. GPC_SPE_034 v2.3.1 §H.1.3. */
export const issuerSecurityDomainAid = fromHex('A000000151000000');

/** The load file and the modules that payment and loyalty application are instances of: the shared test RID, never a scheme's. */
const loadFileAid = fromHex('F04357524947485400');
const moduleAid = fromHex('F0435752494748540001');
const loyaltyModuleAid = fromHex('F0435752494748540002');

const registered = fromHex('2A864886FC6B');
const cardLifeCycles = [0x01, 0x07, 0x0f, 0x7f, 0xff];

/** The file control information that SELECT answers. GPC_SPE_034 v2.3.1 §11.9.3.1. */
export function issuerSecurityDomainFci(): Uint8Array {
  return writeTlv(0x6f, writeTlv(0x84, issuerSecurityDomainAid), writeTlv(0xa5, writeTlv(0x9f65, Uint8Array.of(0xff))));
}

/** GET DATA of the card manager. GPC_SPE_034 v2.3.1 §11.3.3, §H.2 to H.4. */
export function issuerSecurityDomainData(state: ChipState, command: CardCommand): Uint8Array {
  const { keySet } = state;
  switch ((command.p1 << 8) | command.p2) {
    case 0x9f7f:
      return writeTlv(0x9f7f, fromHex(state.cplc));
    case 0x0042:
      return writeTlv(0x42, fromHex(state.iin));
    case 0x0045:
      return writeTlv(0x45, fromHex(state.cin));
    case 0x0066:
      return writeTlv(0x66, cardRecognitionData(keySet.parameter));
    case 0x00e0: {
      const length = keySet.enc.length / 2;
      const keys = [1, 2, 3].map((id) => writeTlv(0xc0, Uint8Array.of(id, keySet.version, 0x88, length)));
      return writeTlv(0xe0, ...keys);
    }
    case 0x00c1:
      return writeTlv(0xc1, Uint8Array.of(keySet.sequence >> 16, (keySet.sequence >> 8) & 255, keySet.sequence & 255));
    default:
      throw new StatusError('referencedDataNotFound');
  }
}

/** Card recognition data: scheme, GlobalPlatform 2.3.1, identification scheme, SCP03 with its "i". GPC_SPE_034 v2.3.1 §H.2. */
function cardRecognitionData(parameter: number): Uint8Array {
  const object = (...arcs: readonly number[]): Uint8Array => writeTlv(0x06, registered, Uint8Array.from(arcs));
  return writeTlv(
    0x73,
    object(1),
    writeTlv(0x60, object(2, 2, 3, 1)),
    writeTlv(0x63, object(3)),
    writeTlv(0x64, object(4, 3, parameter)),
  );
}

/** GET STATUS; needs an authenticated session, one answer holds the whole small registry. GPC_SPE_034 v2.3.1 §11.4. */
export function registryStatus(state: ChipState, command: CardCommand): Uint8Array {
  if ((command.p2 & 0xfd) !== 0)
    throw new StatusError(command.p2 & 0x01 ? 'conditionsNotSatisfied' : 'wrongParameters');
  const criteria = readTlvs(command.data);
  const wanted = criteria?.[0];
  if (wanted?.tag !== 0x4f || wanted.value.length > 16) throw new StatusError('wrongData');
  const found = registryEntries(state, command.p1).filter(({ aid }) =>
    equalBytes(aid.slice(0, wanted.value.length), wanted.value),
  );
  if (found.length === 0) throw new StatusError('referencedDataNotFound');
  const asTlv = (command.p2 & 0x02) !== 0;
  return concatBytes(
    ...found.map((entry) =>
      asTlv
        ? writeTlv(
            0xe3,
            writeTlv(0x4f, entry.aid),
            writeTlv(0x9f70, Uint8Array.of(entry.lifeCycle)),
            ...(entry.privileges === undefined ? [] : [writeTlv(0xc5, entry.privileges)]),
            ...(entry.loadFile === undefined ? [] : [writeTlv(0xc4, entry.loadFile)]),
            ...(entry.modules ?? []).map((module) => writeTlv(0x84, module)),
            ...(entry.aid === issuerSecurityDomainAid ? [] : [writeTlv(0xcc, issuerSecurityDomainAid)]),
          )
        : concatBytes(
            Uint8Array.of(entry.aid.length),
            entry.aid,
            Uint8Array.of(entry.lifeCycle, entry.privileges?.[0] ?? 0),
          ),
    ),
  );
}

interface RegistryEntry {
  readonly aid: Uint8Array;
  readonly lifeCycle: number;
  readonly privileges?: Uint8Array;
  readonly loadFile?: Uint8Array;
  readonly modules?: readonly Uint8Array[];
}

function registryEntries(state: ChipState, kinds: number): readonly RegistryEntry[] {
  const applications = [state.application, ...(state.loyalty === undefined ? [] : [state.loyalty])];
  const modules = [moduleAid, ...(state.loyalty === undefined ? [] : [loyaltyModuleAid])];
  const loadFile: RegistryEntry = { aid: loadFileAid, lifeCycle: 0x01 };
  switch (kinds) {
    case 0x80:
      return [{ aid: issuerSecurityDomainAid, lifeCycle: state.cardLifeCycle, privileges: fromHex('9EFE80') }];
    case 0x40:
      return applications.map(({ aid, lifeCycle }) => ({
        aid: fromHex(aid),
        lifeCycle,
        privileges: fromHex('000000'),
        loadFile: loadFileAid,
      }));
    case 0x20:
      return [loadFile];
    case 0x10:
      return [{ ...loadFile, modules }];
    default:
      throw new StatusError('wrongParameters');
  }
}

/** SET STATUS of the card itself; going back is refused except from locked to secured. GPC_SPE_034 v2.3.1 §5.1.1, §11.10. */
export function setCardStatus(state: ChipState, command: CardCommand): void {
  if (command.p1 !== 0x80) throw new StatusError('wrongParameters');
  if (!cardLifeCycles.includes(command.p2)) throw new StatusError('wrongData');
  const unlocks = state.cardLifeCycle === 0x7f && command.p2 === 0x0f;
  if (!unlocks && command.p2 <= state.cardLifeCycle) throw new StatusError('conditionsNotSatisfied');
  state.cardLifeCycle = command.p2;
}

/** INSTALL [for personalization]: returns the AID that the next STORE DATA are meant for. GPC_SPE_034 v2.3.1 §11.5.2.3.6. */
export function installForPersonalization(command: CardCommand): Uint8Array {
  if (command.p1 !== 0x20 || command.p2 !== 0) throw new StatusError('wrongParameters');
  const fields: Uint8Array[] = [];
  let at = 0;
  while (at < command.data.length && fields.length < 6) {
    const length = command.data[at++] ?? 0;
    if (at + length > command.data.length) throw new StatusError('wrongData');
    fields.push(command.data.slice(at, at + length));
    at += length;
  }
  const [file, module, aid, ...rest] = fields;
  const onlyAid = file?.length === 0 && module?.length === 0 && rest.every((field) => field.length === 0);
  if (fields.length !== 6 || at !== command.data.length || !onlyAid || aid === undefined || aid.length < 5) {
    throw new StatusError('wrongData');
  }
  return aid;
}

/** Label, priority and preferred name of the personalised application, as a directory shows them; undefined before personalisation. */
export function directoryEntry(state: ChipState): Uint8Array | undefined {
  const { application } = state;
  const template = application.groupings['9102'];
  if (application.lifeCycle !== 0x0f || template === undefined) return undefined;
  const shown = [0x50, 0x87, 0x9f12].map((tag) => findTlv(fromHex(template), tag)?.whole ?? new Uint8Array());
  return writeTlv(0x61, writeTlv(0x4f, fromHex(application.aid)), ...shown);
}
