import { concatBytes, toHex } from '#shared/bytes/bytes.ts';
import type { CardCommand } from './card-command.ts';
import { readTlvs } from './card-tlv.ts';
import type { CardTlv } from './card-tlv.ts';
import { issuerDomain } from './chip-state.ts';
import type { ChipState, SecurityDomainState } from './chip-state.ts';
import { takeGroupings } from './data-grouping.ts';
import { StatusError } from './status-word.ts';

/** Objects that a domain takes, and how long they may be: IIN, CIN, card recognition data, images of them under private tags. GPC_SPE_034 v2.3.1 §11.11.3.2. */
const longest: ReadonlyMap<number, number> = new Map([
  [0x42, 8],
  [0x45, 20],
  [0x66, 127],
  [0x5f20, 16],
  [0x5f24, 3],
  [0xbf0c, 200],
  [0x9f66, 8],
  [0x9f67, 8],
]);

/** Where eight bytes of the production data lie that the issuer's domain takes: personaliser 9F66, pre-personaliser 9F67, each with date and equipment. QUIRK(cards of the field): no clause gives these tags. */
const productionData: ReadonlyMap<number, number> = new Map([
  [0x9f66, 34],
  [0x9f67, 26],
]);

/** The grouping that holds TLV objects of a domain. GPC_SPE_034 v2.3.1 §11.11.3.2. */
const domainGrouping = '0070';

/** Takes the STORE DATA blocks that are for a security domain itself, in BER-TLV or as data grouping 0070; all objects of a block or none. GPC_SPE_034 v2.3.1 §11.11. */
export class DomainPersonalisation {
  readonly #state: ChipState;
  readonly #domain: SecurityDomainState;
  #nextBlock = 0;
  #rest: Uint8Array = new Uint8Array();

  constructor(state: ChipState, domain: SecurityDomainState) {
    this.#state = state;
    this.#domain = domain;
  }

  /** Stores one block. Throws 6A86 for a wrong number or structure, 6A88 for an object that a domain does not have, 6A80 for data that cannot be read. */
  storeData(command: CardCommand): 'more' | 'done' {
    const structure = command.p1 & 0x18;
    const isRight = (command.p1 & 0x67) === 0 && (structure === 0x10 || structure === 0x08);
    if (!isRight || command.p2 !== this.#nextBlock) throw new StatusError('wrongParameters');
    const last = (command.p1 & 0x80) !== 0;
    const bytes = concatBytes(this.#rest, command.data);
    const { objects, rest } = structure === 0x10 ? plainObjects(bytes) : groupedObjects(bytes);
    if (last && rest.length > 0) throw new StatusError('wrongData');
    const isIssuer = this.#domain === issuerDomain(this.#state);
    for (const { tag, value } of objects) {
      const limit = longest.get(tag);
      const slice = productionData.get(tag);
      if (slice !== undefined && (!isIssuer || value.length !== 8)) throw new StatusError('wrongData');
      if (limit === undefined) throw new StatusError('referencedDataNotFound');
      if (value.length === 0 || value.length > limit) throw new StatusError('wrongData');
    }
    for (const { tag, value } of objects) this.#keep(tag, toHex(value));
    this.#rest = rest;
    this.#nextBlock++;
    return last ? 'done' : 'more';
  }

  #keep(tag: number, value: string): void {
    const at = productionData.get(tag);
    const { cplc } = this.#state;
    if (at === undefined) this.#domain.data = { ...this.#domain.data, [tag.toString(16)]: value };
    else this.#state.cplc = cplc.slice(0, at * 2) + value + cplc.slice(at * 2 + 16);
  }
}

interface Taken {
  readonly objects: readonly CardTlv[];
  readonly rest: Uint8Array;
}

function plainObjects(bytes: Uint8Array): Taken {
  const objects = readTlvs(bytes);
  if (objects === undefined || objects.length === 0) throw new StatusError('wrongData');
  return { objects, rest: new Uint8Array() };
}

function groupedObjects(bytes: Uint8Array): Taken {
  const { whole, rest } = takeGroupings(bytes);
  if (whole.some(({ id }) => id !== domainGrouping)) throw new StatusError('referencedDataNotFound');
  return { objects: whole.flatMap(({ data }) => plainObjects(data).objects), rest };
}
