import { z } from 'zod';

const port = z.number().int().min(1).max(65_535);
const serial = z.string().min(1).max(64);

/** How a printer is reached. */
export const printerLinkSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tcp'), host: z.string().min(1).max(255), port }),
  z.strictObject({
    kind: z.literal('serial'),
    path: z.string().min(1).max(255),
    baud: z.number().int().min(2400).max(4_000_000),
  }),
]);

/** A printer of this station: its driver, and where it is. Its serial is compared by the caller, from the enrolment. */
export const printerConfigurationSchema = z.discriminatedUnion('driver', [
  z.strictObject({ driver: z.literal('evolis'), link: printerLinkSchema }),
]);

/** The side of the chip that a reader speaks to; where it is not said, its name or the card's answer to reset tells. */
const side = z.enum(['contact', 'contactless']).optional();

/**
 * A chip encoder of this station. A PC/SC reader is found by its name in PC/SC; where it has no serial of its own (virtual readers),
 * the name stands for it.
 */
export const readerConfigurationSchema = z.discriminatedUnion('driver', [
  z.strictObject({ driver: z.literal('pcsc'), serial, name: z.string().min(1).max(128), side }),
  z.strictObject({
    driver: z.literal('socket'),
    serial,
    name: z.string().min(1).max(128),
    host: z.string().min(1).max(255),
    port,
    side,
  }),
]);

export type PrinterConfiguration = z.infer<typeof printerConfigurationSchema>;
export type ReaderConfiguration = z.infer<typeof readerConfigurationSchema>;
