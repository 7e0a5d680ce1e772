import { concatBytes, toHex } from '#shared/bytes/bytes.ts';
import type { LoadedPackage } from './cap-file.ts';
import { loadedPackage } from './cap-file.ts';
import type { CardCommand } from './card-command.ts';
import { readTlvs } from './card-tlv.ts';
import type { ChipState, LoadFileState, SecurityDomainState } from './chip-state.ts';
import { confirmsLoadFile, isHashOf } from './load-file-signature.ts';
import { domainOf, freeMemory, hasPrivilege, loadFileOf, privilege } from './registry.ts';
import { StatusError } from './status-word.ts';

/** What INSTALL [for load] announced. */
export interface AnnouncedLoad {
  readonly aid: string;
  readonly domain: SecurityDomainState;
  readonly hash: Uint8Array;
  /** Bytes of memory that the file asks for, where it says so. */
  readonly memory: number | undefined;
}

/** Longest head of a load file: signatures of several domains and the length of the block. */
const longestHead = 2048;

/** Takes the blocks of LOAD until the last one, then checks what came and puts the file into the registry. GPC_SPE_034 v2.3.1 §11.6. */
export class LoadSession {
  readonly #state: ChipState;
  readonly #announced: AnnouncedLoad;
  #received: Uint8Array = new Uint8Array();
  #nextBlock = 0;

  constructor(state: ChipState, announced: AnnouncedLoad) {
    this.#state = state;
    this.#announced = announced;
  }

  /**
   * One block, counted from 00. Throws 6A86 for another number, 6A84 for a file that does not fit the memory, 6A80 for one that cannot be read or
   * is not the one announced, 6982 for a signature that is wrong, 6985 for one that is missing.
   */
  load(command: CardCommand): 'more' | 'loaded' {
    if ((command.p1 & 0x7f) !== 0 || command.p2 !== this.#nextBlock) throw new StatusError('wrongParameters');
    if (command.data.length === 0) throw new StatusError('wrongData');
    this.#nextBlock = (this.#nextBlock + 1) & 0xff;
    this.#received = concatBytes(this.#received, command.data);
    if (this.#received.length > Math.max(0, freeMemory(this.#state)) + longestHead)
      throw new StatusError('notEnoughMemory');
    if ((command.p1 & 0x80) === 0) return 'more';
    const { signatures, block } = loadFileOfBytes(this.#received);
    const memory = Math.max(this.#announced.memory ?? 0, block.length);
    if (memory > freeMemory(this.#state)) throw new StatusError('notEnoughMemory');
    this.#checkSignatures(signatures, block);
    const found = loadedPackage(block, (aid) => loadFileOf(this.#state, aid) !== undefined);
    if (found.aid !== this.#announced.aid) throw new StatusError('wrongData');
    this.#state.loadFiles = [...this.#state.loadFiles, this.#entry(found, memory)];
    return 'loaded';
  }

  #entry(found: LoadedPackage, memory: number): LoadFileState {
    return { ...found, lifeCycle: 0x01, domain: this.#announced.domain.aid, memory };
  }

  /** Every signature is right, and none is missing that the domain of the file or a domain with Mandated DAP wants. GPC_SPE_034 v2.3.1 §9.2.1, §C.3. */
  #checkSignatures(signatures: readonly Signature[], block: Uint8Array): void {
    const { hash, domain } = this.#announced;
    const wanted = this.#state.domains.filter(
      (each) =>
        hasPrivilege(each, privilege.mandatedDap) || (each === domain && hasPrivilege(each, privilege.dapVerification)),
    );
    if (wanted.some(({ aid }) => !signatures.some((each) => each.domain === aid))) {
      throw new StatusError('conditionsNotSatisfied');
    }
    if (hash.length > 0 && !isHashOf(hash, block)) throw new StatusError('wrongData');
    for (const each of signatures) {
      const verifier = domainOf(this.#state, each.domain);
      const verifies = verifier !== undefined && hasPrivilege(verifier, privilege.dapVerification);
      if (!verifies || hash.length === 0 || !confirmsLoadFile(verifier, hash, each.signature)) {
        throw new StatusError('securityNotSatisfied');
      }
    }
  }
}

interface Signature {
  readonly domain: string;
  readonly signature: Uint8Array;
}

/** A load file: signature blocks E2 of 4F and C3, then C4 with the block, and nothing after it. GPC_SPE_034 v2.3.1 §11.6.2.3, Table 11-58. */
function loadFileOfBytes(bytes: Uint8Array): { readonly signatures: readonly Signature[]; readonly block: Uint8Array } {
  const objects = readTlvs(bytes, 3) ?? [];
  const block = objects.at(-1);
  if (block?.tag !== 0xc4) throw new StatusError('wrongData');
  const signatures = objects.slice(0, -1).map(({ tag, value }) => {
    const [aid, signature, ...rest] = readTlvs(value) ?? [];
    const fits = tag === 0xe2 && aid?.tag === 0x4f && signature?.tag === 0xc3 && rest.length === 0;
    if (!fits) throw new StatusError('wrongData');
    return { domain: toHex(aid.value), signature: signature.value };
  });
  return { signatures, block: block.value };
}
