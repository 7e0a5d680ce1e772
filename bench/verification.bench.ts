// Milliseconds that the proof of a finished chip takes, each product, on the virtual card over its socket: everything from the first SELECT to the counter,
// the certificates opened, the signatures and the rules checked, the cryptogram recomputed in the key process. Held against the same commands in the same
// run with nothing around them: what is left is the proof's own share. The number of commands is the product's.
import type { CardLink } from '../src-main/devices/encoder/port.ts';
import { openBenchFor } from '../src-main/preparation/card-bench.fixture.ts';
import { sampleOrder } from '../src-main/preparation/training-order.fixture.ts';
import { shippedVerification } from '../src-main/verification/shipped-rule-packs.fixture.ts';
import { percentile, reportFigure, rounded } from './report-figure.ts';

const products = [
  'emv-debit@1',
  'debit-online-sda@1',
  'debit-online-dda@1',
  'debit-offline-cda@1',
  'debit-enciphered-cda@1',
  'debit-loyalty-dual@1',
] as const;
const proofs = 20;
const limits = { deadline: 30_000, signal: new AbortController().signal };

/** Keeps every command that goes through. */
function keeping(link: CardLink, commands: Uint8Array[]): CardLink {
  return {
    ...link,
    exchange: (command, within) => {
      commands.push(command);
      return link.exchange(command, within);
    },
  };
}

for (const product of products) {
  const bench = await openBenchFor(product);
  const verification = await shippedVerification();
  const card = await bench.card(sampleOrder(product, 3));
  const made = await bench.chip.insert('card');
  await bench.run(bench.preparation.personalise(card), card, made);
  await made.close();
  const [proven, bare]: [number[], number[]] = [[], []];
  let count = 0;
  // One after the other, so that what else the machine does falls on both alike; the first of each warms up.
  for (let turn = 0; turn <= proofs; turn++) {
    const link = await bench.chip.insert('card');
    const commands: Uint8Array[] = [];
    const began = performance.now();
    const { verdict, findings } = await bench.run(verification.proveChip(card), card, keeping(link, commands));
    const took = performance.now() - began;
    await link.close();
    if (verdict !== 'same') throw new Error(JSON.stringify(findings));
    const again = await bench.chip.insert('card');
    const bareBegan = performance.now();
    // The issuer's answer is another one in another transaction: the card refuses it in about the same time.
    for (const command of commands) await again.exchange(command, limits);
    const bareTook = performance.now() - bareBegan;
    await again.close();
    count = commands.length;
    if (turn === 0) continue;
    proven.push(took);
    bare.push(bareTook);
  }
  reportFigure({
    name: `proof of a chip, ${product}`,
    value: rounded(percentile(proven, 0.5), 1),
    unit: 'ms',
    baseline: { name: 'the same commands alone', value: rounded(percentile(bare, 0.5), 1) },
    about: { commands: count, p95: rounded(percentile(proven, 0.95), 1), proofs },
  });
  await bench.close();
}
