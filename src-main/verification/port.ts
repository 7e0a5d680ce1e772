import type { Dialogue } from '#shared/domain/dialogue.ts';
import type { Product } from '#shared/domain/product.ts';
import type { OfflineAuthentication } from '#shared/protocols/emv/certificates/certificate-lengths.ts';
import type { CertificateMonth } from '#shared/protocols/emv/certificates/certificate-month.ts';
import type { CertificationAuthorityKey } from '#shared/protocols/emv/certificates/certification-authority-key.ts';

/** What a proof needs to know of a prepared card. */
export interface ProofSubject {
  readonly product: Product;
  /** The master key that a chip's cryptograms hang on, and how its own key is derived; null where the order brings the keys ready. */
  readonly plan: {
    readonly chip:
      | { readonly kind: 'none' }
      | {
          readonly kind: 'emv';
          readonly station: { readonly cardKeys: { readonly imkAc: string }; readonly derivation: 'A' | 'B' } | null;
        };
  };
  /** Track texts to expect, without sentinels and LRC. */
  readonly tracks: Readonly<Partial<Record<'track1' | 'track2' | 'track3', string>>>;
  /** 32 bytes known only where the sealed record is: without them a digest of a read-back could be searched for its PAN. */
  readonly digestKey: Uint8Array;
  /** How the card proves itself without a line, the certification authority's key and the month of the proof; null where it does not. */
  readonly offline: {
    readonly authentication: OfflineAuthentication;
    readonly authority: CertificationAuthorityKey;
    readonly month: CertificateMonth;
  } | null;
  /** Resolves `record:pan` or `container:0101` to its bytes; PREPARATION-NO-VALUE where the order has none. */
  resolve(reference: string): Uint8Array;
}

/** What differs between a card as read and its plan; never a full PAN or a name in `text`. */
export interface ProofFinding {
  readonly code: string;
  readonly item: string;
  readonly text: string;
}

/** One thing that a proof says of a chip's application, and by which clause. */
export interface ProofCheck {
  readonly application: string;
  readonly name:
    | 'found'
    | 'as-sent'
    | 'rules'
    | 'issuer-certificate'
    | 'static-data'
    | 'card-certificate'
    | 'signature'
    | 'cryptogram'
    | 'counter';
  readonly clause: string;
  /** `not-done`: the product's sequence does not ask for it, or the reading broke off before it. */
  readonly outcome: 'right' | 'wrong' | 'not-done';
}

/** The result of reading one part of a card back. */
export interface Verdict {
  readonly part: 'chip' | 'stripe' | 'print';
  readonly verdict: 'same' | 'differs';
  readonly findings: readonly ProofFinding[];
  /** HMAC-SHA-256 under the card's digest key over everything that was read, in order: the pass certificate quotes it. */
  readonly readDigest: string;
  /** The chip's transaction counter after the proof, for the issuer's host; null where the chip was not asked, and of a stripe. */
  readonly transactionCounter: number | null;
  /** What was proven of the chip; of a stripe none. */
  readonly checks: readonly ProofCheck[];
}

/** Reads finished cards as a terminal would and compares them with plan and order. */
export interface VerificationPort {
  /**
   * Reads the chip with the product's own sequence only, leaving no counter or flag behind but the transaction counter, which is read back. Faults of the key
   * port where a cryptogram is recomputed.
   */
  proveChip(card: ProofSubject): Dialogue<Verdict>;
  /** Compares the tracks as read with those planned. */
  proveStripe(card: ProofSubject, read: Readonly<Partial<Record<'track1' | 'track2' | 'track3', string>>>): Verdict;
}

/** What a proof of the print needs to know of a prepared card. */
export type PrintSubject = Pick<ProofSubject, 'product' | 'digestKey' | 'resolve'>;

/** Finds what the order says in the very bytes that go to the printer, before a blank is taken. */
export interface PrintProof {
  /**
   * Reads texts and codes off the packed panels and compares them with the order. PROOF-PRINT-READER when the reading thread fails; whatever the
   * bytes hold is a verdict.
   */
  provePrint(card: PrintSubject, commands: readonly Uint8Array[], signal: AbortSignal): Promise<Verdict>;
}
