import type { CardLink } from '../devices/encoder/port.ts';
import { openBenchFor, type CardBench } from '../preparation/card-bench.fixture.ts';
import type { PreparedCard } from '../preparation/port.ts';
import { sampleOrder } from '../preparation/training-order.fixture.ts';
import type { TrainingProduct } from '../../src-cms/training/orders.ts';
import type { Verdict } from './port.ts';
import { shippedVerification } from './shipped-rule-packs.fixture.ts';

/** One answer of a good card's proof. */
interface Answer {
  readonly command: Uint8Array;
  readonly bytes: Uint8Array;
}

/** What a card that is good in all but some bytes is proven to be. */
export interface AlteredProof {
  readonly answers: readonly Answer[];
  /** Proves the card again from its recorded answers, with the changed one in the place of the nth. */
  prove(at: number, changed: Uint8Array): Promise<Verdict>;
  close(): Promise<void>;
}

function recording(link: CardLink, answers: Answer[]): CardLink {
  return {
    ...link,
    exchange: async (command, limits) => {
      const bytes = await link.exchange(command, limits);
      answers.push({ command, bytes });
      return bytes;
    },
  };
}

/** Answers from a recording, in its order; whatever the proof asks beyond it is not known. */
function replaying(link: CardLink, answers: readonly Uint8Array[]): CardLink {
  let next = 0;
  return { ...link, exchange: () => Promise.resolve(answers[next++] ?? Uint8Array.of(0x6d, 0x00)) };
}

/** Makes a card of a product, proves it once, and keeps every answer. */
export async function openAlteredProof(product: TrainingProduct): Promise<AlteredProof> {
  const bench: CardBench = await openBenchFor(product);
  const verification = await shippedVerification();
  const card: PreparedCard = await bench.card(sampleOrder(product, 7));
  const made = await bench.chip.insert('good');
  await bench.run(bench.preparation.personalise(card), card, made);
  await made.close();
  const link = await bench.chip.insert('good');
  const answers: Answer[] = [];
  const good = await bench.run(verification.proveChip(card), card, recording(link, answers));
  if (good.verdict !== 'same') throw new Error(JSON.stringify(good.findings));
  return {
    answers,
    prove: (at, changed) => {
      const said = answers.map(({ bytes }, place) => (place === at ? changed : bytes));
      return bench.run(verification.proveChip(card), card, replaying(link, said));
    },
    close: async () => {
      await link.close();
      await bench.close();
    },
  };
}

/** Command and place of every changed byte that no finding came of: `00a4 first 12`. */
export async function uncoveredBytes(
  proof: AlteredProof,
  { stride, bit }: { readonly stride: number; readonly bit: number },
): Promise<readonly string[]> {
  const uncovered: string[] = [];
  let count = 0;
  for (const [at, { command, bytes }] of proof.answers.entries()) {
    for (const place of bytes.keys()) {
      if (count++ % stride !== 0) continue;
      const changed = bytes.map((byte, index) => (index === place ? byte ^ bit : byte));
      const { findings } = await proof.prove(at, changed);
      if (findings.length === 0) uncovered.push(`${nameOf(command)} ${String(place)} of ${String(bytes.length)}`);
    }
  }
  return uncovered;
}

/** SELECT by the list of names is told from the one that counts by its shorter name. */
function nameOf(command: Uint8Array): string {
  const header = Buffer.from(command.subarray(0, 4)).toString('hex');
  return header.startsWith('00a4') ? `${header} ${String(command[4] ?? 0)}` : header;
}
