import { createHash } from 'node:crypto';
import { concatBytes, fromHex, utf8 } from '#shared/bytes/bytes.ts';
import { orderFieldName, type OrderFields } from '#shared/domain/order-field.ts';
import type { OrderRecord } from '#shared/domain/order-record.ts';
import { StationFault } from '#shared/faults/station-fault.ts';

/**
 * One order's personal and secret values while its card is in the machine, reached by the references of the plan.
 *
 * What lies here as bytes is overwritten by `dispose`. The text of the order is immutable in the language and is let go of.
 */
export class CardContent {
  /**
   * 32 bytes that only who has opened the sealed record can make: digests of what was read are made under it (see `ProofSubject`). The
   * ciphertext alone would not do: a backup keeps it after the batch's key is destroyed, and a short track could be guessed from its digest.
   */
  readonly digestKey: Uint8Array;
  readonly #values = new Map<string, Uint8Array>();
  #fields: OrderFields | null;

  /** `opened`: digest of the sealed record and its plaintext. `made`: what the station made for the chip, by reference. */
  constructor(record: OrderRecord, fields: OrderFields, opened: Uint8Array, made: ReadonlyMap<string, Uint8Array>) {
    this.#fields = fields;
    for (const { dgi, value } of record.chip?.groupings ?? []) this.#values.set(`container:${dgi}`, fromHex(value));
    for (const [reference, value] of made) this.#values.set(reference, value);
    this.digestKey = new Uint8Array(
      createHash('sha256')
        .update(concatBytes(utf8('read-digest\0'), opened))
        .digest(),
    );
  }

  /** Fields of the order, with those that the station computed; PRODUCTION-NO-PLAN once disposed of. */
  get fields(): OrderFields {
    if (this.#fields === null) throw new StationFault('PRODUCTION-NO-PLAN');
    return this.#fields;
  }

  /** `record:pan` as UTF-8, `container:0101`, `built:0101` and `card:…` as their bytes. PREPARATION-NO-VALUE where the order has no such value, PRODUCTION-NO-PLAN once disposed of. */
  resolve(reference: string): Uint8Array {
    const fields = this.fields;
    const [kind, name = ''] = reference.split(':', 2);
    const made = this.#values.get(reference);
    if (made !== undefined) return made;
    const field = orderFieldName.safeParse(name);
    if (kind === 'record' && field.success) {
      const value = fields[field.data];
      if (value !== undefined) return utf8(value);
    }
    throw new StationFault('PREPARATION-NO-VALUE', { reference });
  }

  dispose(): void {
    this.#fields = null;
    this.digestKey.fill(0);
    for (const value of this.#values.values()) value.fill(0);
    this.#values.clear();
  }
}
