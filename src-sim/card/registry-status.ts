import { concatBytes, equalBytes, fromHex } from '#shared/bytes/bytes.ts';
import type { CardAnswer } from './card-application.ts';
import type { CardCommand } from './card-command.ts';
import { readTlvs, writeTlv } from './card-tlv.ts';
import type { CardTlv } from './card-tlv.ts';
import type { ChipState, SecurityDomainState } from './chip-state.ts';
import { hasPrivilege, hierarchy, privilege } from './registry.ts';
import { StatusError, statusWords } from './status-word.ts';

/** No answer of GET STATUS is longer; what does not fit comes with the next command. */
const answerLimit = 240;

interface Entry {
  readonly aid: string;
  readonly lifeCycle: number;
  readonly domain: string;
  readonly privileges?: string;
  readonly loadFile?: string;
  readonly version?: string | undefined;
  readonly modules?: readonly string[];
}

/** GET STATUS with its memory of what the last answer left out. GPC_SPE_034 v2.3.1 §11.4. */
export class RegistryStatus {
  readonly #state: ChipState;
  #left: { readonly kinds: number; readonly form: number; readonly entries: readonly Uint8Array[] } | undefined;

  constructor(state: ChipState) {
    this.#state = state;
  }

  /** Forgets what was left out. */
  reset(): void {
    this.#left = undefined;
  }

  /**
   * Answers what the domain may see: entries of the kinds in P1 whose AID begins as 4F says, in the form of P2 bit 2,
   * with the objects that 5C names. 6310 where more follows, which P2 bit 1 asks for; `overhead` bytes are kept for secure messaging.
   */
  answer(domain: SecurityDomainState, command: CardCommand, overhead: number): CardAnswer {
    const form = command.p2 & 0x02;
    if ((command.p2 & 0xfc) !== 0) throw new StatusError('wrongParameters');
    if (![0x80, 0x40, 0x20, 0x10].includes(command.p1)) throw new StatusError('wrongParameters');
    const left = this.#left;
    this.#left = undefined;
    if ((command.p2 & 0x01) !== 0) {
      if (left?.kinds !== command.p1 || left.form !== form) throw new StatusError('conditionsNotSatisfied');
      return this.#page(command.p1, form, left.entries, answerLimit - overhead);
    }
    const { aid, tags } = criteria(command.data);
    const entries = entriesOf(this.#state, domain, command.p1)
      .filter((each) => equalBytes(fromHex(each.aid).slice(0, aid.length), aid))
      .map((each) => (form === 0 ? shortForm(each, command.p1) : tlvForm(each, tags)));
    if (entries.length === 0) throw new StatusError('referencedDataNotFound');
    return this.#page(command.p1, form, entries, answerLimit - overhead);
  }

  #page(kinds: number, form: number, entries: readonly Uint8Array[], limit: number): CardAnswer {
    let count = 1;
    let length = entries[0]?.length ?? 0;
    while (count < entries.length && length + (entries[count]?.length ?? 0) <= limit) {
      length += entries[count]?.length ?? 0;
      count++;
    }
    const data = concatBytes(...entries.slice(0, count));
    if (count === entries.length) return { data, sw: statusWords.ok };
    this.#left = { kinds, form, entries: entries.slice(count) };
    return { data, sw: statusWords.moreData };
  }
}

/** Reads the search criteria: 4F with the begin of an AID, then perhaps 5C with the tags wanted. GPC_SPE_034 v2.3.1 §11.4.2.3. */
function criteria(data: Uint8Array): { readonly aid: Uint8Array; readonly tags: readonly number[] | undefined } {
  const [wanted, list, ...rest] = readTlvs(data) ?? [];
  const isList = list === undefined || list.tag === 0x5c;
  if (wanted?.tag !== 0x4f || wanted.value.length > 16 || !isList || rest.length > 0)
    throw new StatusError('wrongData');
  return { aid: wanted.value, tags: list === undefined ? undefined : tagsOf(list) };
}

function tagsOf({ value }: CardTlv): readonly number[] {
  const tags: number[] = [];
  for (let at = 0; at < value.length;) {
    let tag = value[at++] ?? 0;
    if ((tag & 0x1f) === 0x1f) {
      const next = value[at++];
      if (next === undefined || next > 0x7f) throw new StatusError('wrongData');
      tag = (tag << 8) | next;
    }
    tags.push(tag);
  }
  return tags;
}

/** Length and AID, life cycle, first privilege byte; with P1=10 the modules too. GPC_SPE_034 v2.3.1 Tables 11-35, 11-36. */
function shortForm(entry: Entry, kinds: number): Uint8Array {
  const named = (aid: string): Uint8Array => concatBytes(Uint8Array.of(aid.length / 2), fromHex(aid));
  const modules = kinds === 0x10 ? (entry.modules ?? []) : undefined;
  return concatBytes(
    named(entry.aid),
    Uint8Array.of(entry.lifeCycle, Number.parseInt((entry.privileges ?? '00').slice(0, 2), 16)),
    ...(modules === undefined ? [] : [Uint8Array.of(modules.length), ...modules.map(named)]),
  );
}

/** The objects of the registry template E3. GPC_SPE_034 v2.3.1 Table 11-37. */
function tlvForm(entry: Entry, tags: readonly number[] | undefined): Uint8Array {
  const objects: readonly (readonly [number, Uint8Array])[] = [
    [0x4f, fromHex(entry.aid)],
    [0x9f70, Uint8Array.of(entry.lifeCycle)],
    ...(entry.privileges === undefined ? [] : [[0xc5, fromHex(entry.privileges)] as const]),
    ...(entry.loadFile === undefined || entry.loadFile === '' ? [] : [[0xc4, fromHex(entry.loadFile)] as const]),
    ...(entry.version === undefined ? [] : [[0xce, fromHex(entry.version)] as const]),
    ...(entry.modules ?? []).map((module) => [0x84, fromHex(module)] as const),
    ...(entry.aid === entry.domain ? [] : [[0xcc, fromHex(entry.domain)] as const]),
  ];
  const wanted = objects.filter(([tag]) => tags?.includes(tag) ?? true);
  return writeTlv(0xe3, ...wanted.map(([tag, value]) => writeTlv(tag, value)));
}

/** All entries of a kind; a domain without Global Registry sees its own part of the hierarchy only. GPC_SPE_034 v2.3.1 §6.6.2.11. */
function entriesOf(state: ChipState, viewer: SecurityDomainState, kinds: number): readonly Entry[] {
  const sees = ({ aid, domain }: Entry): boolean => {
    if (hasPrivilege(viewer, privilege.globalRegistry) || aid === viewer.aid) return true;
    const own = state.domains.find((each) => each.aid === domain);
    return own !== undefined && hierarchy(state, own).includes(viewer);
  };
  return allOf(state, kinds).filter(sees);
}

function allOf(state: ChipState, kinds: number): readonly Entry[] {
  const [issuer, ...supplementary] = state.domains;
  switch (kinds) {
    case 0x80:
      return issuer === undefined ? [] : [{ ...issuer, lifeCycle: state.cardLifeCycle }];
    case 0x40:
      return [...supplementary, ...state.applications];
    case 0x20:
      return state.loadFiles.map(({ aid, lifeCycle, domain, version }) => ({ aid, lifeCycle, domain, version }));
    default:
      return state.loadFiles;
  }
}
