import type { Product } from '#shared/domain/product.ts';
import type { PaymentProfile } from '#shared/payment-profile/profile-schema.ts';
import type { OrderFields } from '#shared/domain/order-field.ts';
import type { OrderRecord } from '#shared/domain/order-record.ts';

/** A calendar month as a number that grows by one each month: year * 12 + month - 1. */
export type MonthNumber = number;

/** What every record of one batch is held against. */
export interface IntakeRules {
  readonly product: Product;
  /** By which the station will prepare the chip; null where it prepares none. */
  readonly profile: PaymentProfile | null;
  /** Profiles of the applications beside the first. */
  readonly further: readonly PaymentProfile[];
  /** The month now, UTC. */
  readonly month: MonthNumber;
  /** Check value of each DGI transport key of the issuer that the station holds, by name. */
  readonly transportKeys: ReadonlyMap<string, string>;
  /** The first character of a text that no font of the station has, or null. */
  readonly missingGlyph: (text: string) => string | null;
}

/** One order on its way through the checks. */
export interface OrderUnderTest {
  readonly record: OrderRecord;
  /** Every known field of the order, wherever it stood. */
  readonly fields: OrderFields;
  readonly rules: IntakeRules;
}
