import { z } from 'zod';

const hexBytes = (fewest: number, most: number) =>
  z.string().regex(new RegExp(`^(?:[0-9a-f]{2}){${String(fewest)},${String(most)}}$`), 'lower-case hexadecimal bytes');

/** What must be true of a blank before the first authentication. */
export const blankCheck = z.strictObject({
  atrs: z.array(hexBytes(2, 33)).min(1),
  /** Version of the issuer's key set: what the blank has, or, where it comes with factory keys, what it is given. */
  keyVersion: z.int().min(1).max(127),
  /** GPC_SPE_034 v2.3.1 §11.1.1, table 11-3: life cycle of the issuer security domain. */
  lifeCycle: z.enum(['OP_READY', 'INITIALIZED', 'SECURED']),
  /** Fields of the card production life cycle data (tag 9F7F) that must be so; those not named may hold anything. */
  cplc: z.strictObject({
    fabricator: hexBytes(2, 2).optional(),
    type: hexBytes(2, 2).optional(),
    operatingSystem: hexBytes(2, 2).optional(),
  }),
  /** Issuer identification number, tag 42, as the card tells it. GPC_SPE_034 v2.3.1 §H.2. */
  issuerIdentification: hexBytes(1, 16).optional(),
  /** Card image number, tag 45; blanks of one lot may share it. GPC_SPE_034 v2.3.1 §H.2. */
  cardImage: hexBytes(1, 16).optional(),
  /** The side of the chip that the product is made on; contact where nothing is said. */
  side: z.enum(['contact', 'contactless']).optional(),
  /** Whether the card must tell its secure channel (card recognition data, tag 66); where it tells, it must always tell the product's. GPC_SPE_034 v2.3.1 §H.3. */
  recognition: z.literal('required').optional(),
  /** Free non-volatile memory in bytes that a blank must report at least (tag FF21). ETSI TS 102 226 v13 §8.2.1.7.2. */
  memory: z.int().min(1).max(16_777_216).optional(),
  /** Applications that a blank must not hold yet. */
  absent: z.array(hexBytes(5, 16)).min(1).optional(),
});
