import { equalBytes, fromHex } from '#shared/bytes/bytes.ts';
import type { ScriptStepView } from '#shared/contract/views/product-views.ts';
import type { Dialogue, DialogueRequest } from '#shared/domain/dialogue.ts';
import { chipApplications, type ChipApplication, type EmvChip } from '#shared/domain/product.ts';
import { decodeCommand } from '#shared/protocols/apdu/command-apdu.ts';
import { installForPersonalization } from '#shared/protocols/globalplatform/install-commands.ts';
import type { BlankInReader } from '../port.ts';
import { blankAnswer, dryAnswers } from './dry-answers.ts';
import { personalise } from './personalise/personalise.ts';
import { preflight } from './preflight/preflight.ts';
import { describeRequest, installInstruction, keysStep, type DryRunSubject } from './script-steps.ts';
import { describeTrack } from './script-values.ts';

/**
 * Everything that would be done to one card, in order, as steps for review: the commands in clear before the secure channel wraps them,
 * the acts of the key store with the check values of their keys, tracks and sides. Runs the same dialogues as production does, without a
 * card and without keys: a value of a key, a person or an account stands there by its length only, a card number by its first six and
 * last four digits (PCI CPL 4.3).
 */
export function dryRun(subject: DryRunSubject): readonly ScriptStepView[] {
  const { card } = subject;
  const { chip, print } = card.product;
  const steps: ScriptStepView[] = [...beforeTheBlank(subject)];
  if (card.plan.chip.kind === 'emv' && chip.kind === 'emv') {
    steps.push({ kind: 'section', text: 'The blank is checked; nothing is changed on it' });
    steps.push(...walk(preflight(card.product, expectedBlank(chip)), blankAnswer, subject, chip));
    steps.push({ kind: 'section', text: 'The chip is personalised' });
    steps.push(...walk(personalise(card), dryAnswers(card, chip), subject, chip));
  }
  if (card.plan.stripe.kind === 'tracks') {
    steps.push({ kind: 'section', text: `The stripe is written (${card.plan.stripe.coercivity} coercivity)` });
    for (const { track } of card.plan.stripe.tracks) {
      const text = card.tracks[`track${track}`] ?? '';
      steps.push({ kind: 'track', track, length: text.length, shown: describeTrack(text) });
    }
  }
  steps.push({ kind: 'section', text: 'The card is printed' });
  for (const side of ['front', 'back'] as const) {
    if (print[side] !== 'none') steps.push({ kind: 'print', side, layout: print[side], ribbon: print.ribbon });
  }
  return steps;
}

/** A blank that meets the reader as the product says. */
function expectedBlank({ preflight: { atrs, side = 'contact' } }: EmvChip): BlankInReader {
  return { atr: fromHex(atrs[0] ?? ''), side };
}

/** What the key store does for a card before its blank is fed. */
function beforeTheBlank({ card, keyChecks, verificationKey }: DryRunSubject): readonly ScriptStepView[] {
  const { chip, stripe, verification } = card.product;
  const acts: ScriptStepView[] = [];
  const station = card.plan.chip.kind === 'emv' ? card.plan.chip.station : null;
  if (verificationKey !== null) {
    const values = [
      ...(stripe.kind === 'tracks' ? ['CVV for the stripe'] : []),
      ...(station === null ? [] : ['iCVV for the chip']),
      ...(verification?.printed === 'cvv2' ? ['CVV2 for the print'] : []),
    ];
    acts.push(keysStep(`compute ${values.join(', ')}`, [verificationKey], keyChecks));
  }
  const issuerKey = station?.issuerKey ?? null;
  if (issuerKey !== null && chip.kind === 'emv' && chip.preparation.kind === 'station') {
    const { iccKey, pinKey } = chip.preparation;
    const text =
      iccKey === undefined
        ? "sign the card's static data"
        : `take a key pair of ${iccKey.bits} bits, exponent ${iccKey.exponent}, and sign its certificate over the card's static data`;
    acts.push(keysStep(text, [issuerKey], keyChecks));
    if (pinKey !== undefined) {
      const pair = `a key pair of ${pinKey.bits} bits, exponent ${pinKey.exponent}, for enciphered PINs`;
      acts.push(keysStep(`take ${pair}, and sign its certificate`, [issuerKey], keyChecks));
    }
  }
  return acts.length === 0 ? [] : [{ kind: 'section', text: 'The card is prepared, before a blank is fed' }, ...acts];
}

/** The application that an INSTALL [for personalization] names; none of any other request. */
function installed(request: DialogueRequest, applications: readonly ChipApplication[]): ChipApplication | undefined {
  if (request.kind !== 'secure-exchange') return undefined;
  const { ins, data } = decodeCommand(request.command);
  if (ins !== installInstruction || data === undefined) return undefined;
  return applications.find(({ application }) =>
    equalBytes(data, installForPersonalization(fromHex(application)).data ?? new Uint8Array(0)),
  );
}

function walk(
  dialogue: Dialogue<unknown>,
  answerTo: (request: DialogueRequest) => Uint8Array,
  subject: DryRunSubject,
  chip: EmvChip,
): readonly ScriptStepView[] {
  const applications = chipApplications(chip);
  let [into] = applications;
  const steps: ScriptStepView[] = [];
  for (let turn = dialogue.next(); turn.done !== true;) {
    into = installed(turn.value, applications) ?? into;
    steps.push(...describeRequest(turn.value, subject, into));
    turn = dialogue.next(answerTo(turn.value));
  }
  return steps;
}
