import { batchId, orderId, type AttemptId, type Environment } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { passBytes, passText, type SignedPass } from '#shared/journal-format/pass-certificate.ts';
import { Deadline } from '../platform/deadline.ts';
import { pause } from '../platform/pause.ts';
import { composePass } from './compose-pass.ts';
import { knownFault } from './known-fault.ts';
import type { KnownFault } from './line-state.ts';
import type { OrderBook } from './order-book.ts';

/** One signature; it takes milliseconds. */
const signatureDeadline = 15_000;
const firstPause = 200;
const longestPause = 5000;

/** Who signs certificates, and what they say beside the journal's entries about the card. */
export interface PassSource {
  readonly station: string;
  readonly environment: Environment;
  /** RFC 7638 thumbprint of the signing key, base64url. */
  readonly signedBy: string;
  /** ES256, 64 bytes r|s; the faults of the key port. */
  sign(data: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
  /** The keys that two people signed for a batch, by name and check value. */
  keysOf(batch: string): readonly { readonly name: string; readonly kcv: string }[];
}

export interface PassIssuerOptions extends PassSource {
  readonly book: Pick<OrderBook, 'attemptEntries' | 'batch' | 'orderFacts'>;
}

/**
 * Makes and signs the certificate of a card that is about to be good. What it states follows from the journal, so a card whose station fell between
 * signing and writing gets the same certificate again.
 */
export class PassIssuer {
  readonly #options: PassIssuerOptions;

  constructor(options: PassIssuerOptions) {
    this.#options = options;
  }

  /**
   * Tries until it is signed or the signal ends it; `waits` is told each fault of the keys once. PASS-INCOMPLETE when the journal does not show
   * that every part was proven: such a card cannot be good.
   */
  async issue(attempt: AttemptId, waits: (fault: KnownFault) => void, signal: AbortSignal): Promise<SignedPass> {
    const certificate = passText(this.#compose(attempt));
    let told = '';
    for (let wait: number = firstPause; ; wait = Math.min(wait * 2, longestPause)) {
      try {
        using limit = new Deadline(signatureDeadline, signal);
        const signature = await this.#options.sign(passBytes(certificate), limit.signal);
        return { certificate, signature: Buffer.from(signature).toString('base64url') };
      } catch (thrown) {
        signal.throwIfAborted();
        const fault = knownFault(thrown);
        if (fault.code !== told) waits(fault);
        told = fault.code;
        await pause(wait, signal);
      }
    }
  }

  #compose(attempt: AttemptId): ReturnType<typeof composePass> {
    const { book, station, environment, signedBy } = this.#options;
    const entries = book.attemptEntries(attempt);
    const { subjects } = entries[0]?.header ?? {};
    const [batchOf, order] = [batchId.parse(subjects?.['batch']), orderId.parse(subjects?.['order'])];
    const batch = book.batch(batchOf);
    if (batch === null) throw new StationFault('PASS-INCOMPLETE', { part: 'batch' });
    return composePass(entries, {
      station,
      environment,
      signedBy,
      batch,
      keys: this.#options.keysOf(batchOf),
      maskedPan: book.orderFacts(batchOf, order)?.maskedPan ?? null,
    });
  }
}
