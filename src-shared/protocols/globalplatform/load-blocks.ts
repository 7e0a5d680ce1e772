import { concatBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import type { CommandApdu } from '../apdu/command-apdu.ts';
import { constructed, encodeLength, encodeTlvs, primitive } from '../tlv/ber-tlv.ts';
import { requireAid } from './application-identifier.ts';

/** A security domain's signature over the load file data block's hash. GPC_SPE_034 v2.3.1 §C.3. */
export interface DapBlock {
  readonly securityDomain: Uint8Array;
  readonly signature: Uint8Array;
}

/** Most blocks: their number is one byte. GPC_SPE_034 v2.3.1 §11.6.2.2. */
const mostBlocks = 256;

function refuse(reason: string): never {
  throw new StationFault('CARD-PERSONALISATION', { reason });
}

/** Writes a load file: DAP blocks (E2 with 4F and C3), then the load file data block as C4. GPC_SPE_034 v2.3.1 §11.6.2.3, tables 11-57 and 11-58. */
export function encodeLoadFile(dataBlock: Uint8Array, dapBlocks: readonly DapBlock[]): Uint8Array<ArrayBuffer> {
  const blocks = dapBlocks.map(({ securityDomain, signature }) =>
    constructed(0xe2, [primitive(0x4f, requireAid(securityDomain)), primitive(0xc3, signature)]),
  );
  return concatBytes(encodeTlvs(blocks), Uint8Array.of(0xc4), encodeLength(dataBlock.length), dataBlock);
}

/**
 * Cuts a load file into LOAD commands: block numbers from 00 in P2, P1 = 80 in the last. The last commits; a block is not to be repeated.
 * CARD-PERSONALISATION when there is nothing to load, the limit is no length, or over 256 blocks are needed. GPC_SPE_034 v2.3.1 §11.6.2.
 *
 * @param limit most bytes of data that a command may carry, before the channel adds its own
 */
export function planLoad(dataBlock: Uint8Array, dapBlocks: readonly DapBlock[], limit: number): readonly CommandApdu[] {
  if (dataBlock.length === 0) return refuse('there is nothing to load');
  if (!Number.isInteger(limit) || limit < 16) return refuse('the block limit is too small');
  const file = encodeLoadFile(dataBlock, dapBlocks);
  const count = Math.ceil(file.length / limit);
  if (count > mostBlocks) return refuse(`${count} load blocks are needed, ${mostBlocks} can be numbered`);
  return Array.from({ length: count }, (_, number) => ({
    cla: 0x80,
    ins: 0xe8,
    p1: number === count - 1 ? 0x80 : 0x00,
    p2: number,
    data: file.slice(number * limit, (number + 1) * limit),
    le: 256,
  }));
}
