import type { Hex } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';

/** The 18 fields of the card production life cycle data (CPLC) with their lengths, 42 bytes in all. Visa GlobalPlatform 2.1.1 Card Implementation Requirements v2.0; object 9F7F. */
const fields = [
  ['icFabricator', 2],
  ['icType', 2],
  ['operatingSystem', 2],
  ['operatingSystemReleaseDate', 2],
  ['operatingSystemReleaseLevel', 2],
  ['icFabricationDate', 2],
  ['icSerialNumber', 4],
  ['icBatch', 2],
  ['moduleFabricator', 2],
  ['modulePackagingDate', 2],
  ['iccManufacturer', 2],
  ['embeddingDate', 2],
  ['prePersonalizer', 2],
  ['prePersonalizationDate', 2],
  ['prePersonalizationEquipment', 4],
  ['personalizer', 2],
  ['personalizationDate', 2],
  ['personalizationEquipment', 4],
] as const satisfies readonly (readonly [string, number])[];

/** Each field as hexadecimal digits; dates are YDDD, year and day of the year. */
export type ProductionLifeCycle = Readonly<Record<(typeof fields)[number][0], Hex>>;

const contentLength = 42;

/**
 * Reads CPLC from a GET DATA answer, with its header 9F7F 2A or without (both are seen on cards).
 * CARD-ANSWER on any other length. Not a BER parse: some cards leave the header out.
 */
export function parseProductionLifeCycle(data: Uint8Array): ProductionLifeCycle {
  const headed = data.length === contentLength + 3 && data[0] === 0x9f && data[1] === 0x7f && data[2] === contentLength;
  const content = headed ? data.subarray(3) : data;
  if (content.length !== contentLength) {
    throw new StationFault('CARD-ANSWER', { command: 'GET DATA 9F7F', reason: `${data.length} bytes instead of 45` });
  }
  let at = 0;
  const entries = fields.map(([name, length]) => {
    const value = toHex(content.subarray(at, at + length));
    at += length;
    return [name, value] as const;
  });
  return Object.fromEntries(entries) as ProductionLifeCycle;
}

/** The chip's own identity: fabricator, type, fabrication date, batch and serial number, 12 bytes as hexadecimal. */
export function chipSerial(cplc: ProductionLifeCycle): Hex {
  return `${cplc.icFabricator}${cplc.icType}${cplc.icFabricationDate}${cplc.icBatch}${cplc.icSerialNumber}` as Hex;
}
