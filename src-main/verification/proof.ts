import { utf8 } from '#shared/bytes/bytes.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import { chipApplications, type ChipApplication } from '#shared/domain/product.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { RulePack } from '#shared/rule-pack/rule-pack-schema.ts';
import { ChipReading, digestOfReading } from './chip-reading.ts';
import { compareChip } from './compare-chip.ts';
import { compareCounter } from './compare-dynamic.ts';
import { declineOnline, readCounter } from './conclude-transaction.ts';
import { compareStripe, type TrackTexts } from './compare-stripe.ts';
import type { ProofCheck, ProofFinding, ProofSubject, Verdict, VerificationPort } from './port.ts';
import { checksOf } from './proof-checks.ts';
import { proveCryptogram } from './prove-cryptogram.ts';
import { readChip } from './read-chip.ts';

/** Faults by which the card itself says that it is not what it should be: they are findings, not breakdowns of the proof. */
const unreadable: ReadonlySet<string> = new Set(['CARD-STATUS', 'CARD-ANSWER', 'CARD-TLV', 'CARD-TLV-MISSING']);

/** Reads finished cards back and compares; see `VerificationPort`. */
export class Verification implements VerificationPort {
  readonly #rules: readonly RulePack[];

  /** Packs of all issuers: each card is held against those that name none, and its own issuer's. */
  constructor(rules: readonly RulePack[]) {
    this.#rules = rules;
  }

  /** CARD-GONE and the faults of the link when the card cannot be asked; whatever it answers is a verdict. */
  *proveChip(card: ProofSubject): Dialogue<Verdict> {
    const { chip } = card.product;
    const applications = chip.kind === 'none' ? [] : chipApplications(chip);
    const findings: ProofFinding[] = [];
    const checks: ProofCheck[] = [];
    const answers: Uint8Array[] = [];
    let transactionCounter: number | null = null;
    for (const application of applications) {
      const reading = new ChipReading();
      const found = yield* proveApplication(application, reading, card, this.#rules);
      answers.push(...reading.answers);
      transactionCounter ??= reading.counter;
      const authentication = application.place === '' ? (card.offline?.authentication ?? 'none') : 'none';
      checks.push(...checksOf(application, authentication, found));
      const named = (text: string) => (applications.length === 1 ? text : `${application.name} application: ${text}`);
      findings.push(...found.map((finding) => ({ ...finding, text: named(finding.text) })));
    }
    return {
      ...verdict('chip', findings, digestOfReading(card.digestKey, answers)),
      transactionCounter,
      checks,
    };
  }

  proveStripe(card: ProofSubject, read: TrackTexts): Verdict {
    const parts = (['track1', 'track2', 'track3'] as const).map((name) => utf8(read[name] ?? ''));
    return verdict('stripe', compareStripe(card, read), digestOfReading(card.digestKey, parts));
  }
}

/** Reads one application from its selection on and compares it; whatever it answers is a finding. */
function* proveApplication(
  application: ChipApplication,
  reading: ChipReading,
  card: ProofSubject,
  rules: readonly RulePack[],
): Dialogue<readonly ProofFinding[]> {
  const broken = yield* untilBroken(readChip(application, reading));
  // What cannot be read to its end is not compared with what it lacks.
  if (reading.recordsRead === 'none') return broken;
  const { findings, cryptogram } = compareChip(application, reading, card, rules);
  const before = [...broken, ...findings];
  const { cryptogram: read } = reading;
  const recomputed =
    read === null || cryptogram === null ? [] : yield* proveCryptogram(reading, read, cryptogram, card);
  if (broken.length > 0) return [...before, ...recomputed];
  const concluded = yield* untilBroken(
    conclude(application, reading, recomputed.length === 0 ? cryptogram : null, card),
  );
  return [...before, ...recomputed, ...concluded, ...compareCounter(reading)];
}

/** The steps after the cryptogram; the issuer answers only a cryptogram that was found right. */
function* conclude(
  application: ChipApplication,
  reading: ChipReading,
  cryptogram: Uint8Array | null,
  card: ProofSubject,
): Dialogue<readonly ProofFinding[]> {
  const { sequence } = application.proof;
  const asked = sequence.includes('decline-online') && cryptogram !== null;
  const found = asked ? yield* declineOnline(application, reading, cryptogram, card) : [];
  if (sequence.includes('read-counter')) yield* readCounter(reading);
  return found;
}

/** A card that breaks off says so in one finding; what it said before stays in the reading. */
function* untilBroken(part: Dialogue<readonly ProofFinding[]>): Dialogue<readonly ProofFinding[]> {
  try {
    return yield* part;
  } catch (thrown) {
    if (!(thrown instanceof StationFault) || !unreadable.has(thrown.code)) throw thrown;
    return [{ code: 'PROOF-UNREADABLE', item: thrown.code, text: describeFault(thrown).text }];
  }
}

function verdict(part: Verdict['part'], findings: readonly ProofFinding[], readDigest: string): Verdict {
  return {
    part,
    verdict: findings.length === 0 ? 'same' : 'differs',
    findings,
    readDigest,
    transactionCounter: null,
    checks: [],
  };
}
