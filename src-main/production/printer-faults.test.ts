import { afterAll, beforeAll, expect, test } from 'vitest';
import { playFaults, type FaultCase } from './fault-case.fixture.ts';
import type { GatedAct } from './gated-printer.fixture.ts';
import { openPrintShop, PrintLines, type PrintShop } from './print-lines.fixture.ts';

let shop: PrintShop;
let worlds: readonly PrintLines[];
beforeAll(async () => {
  shop = await openPrintShop();
  worlds = await Promise.all([1, 2, 3].map(() => PrintLines.open(shop, 'tcp', 2)));
}, 120_000);
afterAll(async () => {
  await Promise.all(worlds.map((world) => world.close()));
  await shop.close();
});

// Each row: the fault | what the engine decided by itself | the policy's row by which a person was asked (place, card) and the choice that
// its next step speaks of | cards that it cost.
const everywhere: readonly GatedAct[] = ['prepare', 'feed', 'writeStripe', 'readStripe', 'print', 'eject'];

function before(
  fault: Readonly<Record<string, string | number | boolean>>,
  ...acts: readonly GatedAct[]
): readonly FaultCase[] {
  const { fault: name = '', at = '' } = fault;
  return acts.map((act) => ({
    name: `${String(name)}${at === '' ? '' : ` at ${String(at)}`} before ${act}`,
    at: [[act, fault]],
  }));
}

/** A card that is to be rejected because its stripe reads otherwise, and a fault that meets it on its way. */
function atReject(name: string, fault: Readonly<Record<string, string | number | boolean>>): FaultCase {
  const wrong = { fault: 'stripe-misread', track: 2, as: 'wrong' };
  return {
    name: `${name} before reject`,
    at: [
      ['readStripe', wrong],
      ['reject', fault],
    ],
  };
}

test('supplies and boxes', async () => {
  expect(
    await playFaults(worlds, [
      ...before({ fault: 'ribbon-out' }, 'prepare', 'feed', 'print', 'eject'),
      ...before({ fault: 'wrong-ribbon' }, 'prepare', 'print', 'eject'),
      ...before({ fault: 'feeder-empty' }, 'prepare', 'feed', 'print'),
      ...before({ fault: 'cleaning-due' }, 'prepare', 'print'),
      ...before({ fault: 'hopper-full' }, 'prepare', 'eject'),
      atReject('reject-full', { fault: 'reject-full' }),
    ]),
  ).toEqual([
    'ribbon-out before prepare | - | ribbon-before-card (ribbon, no-card) retry | -',
    'ribbon-out before feed | PRINTER-RIBBON-OUT reject-card, ask | ribbon-after-card (ribbon, no-card) continue | rejected',
    'ribbon-out before print | PRINTER-RIBBON-OUT reject-card, ask | ribbon-after-card (ribbon, no-card) continue | rejected',
    'ribbon-out before eject | PRINTER-RIBBON-OUT reject-card, ask | ribbon-after-card (ribbon, no-card) continue | rejected',
    'wrong-ribbon before prepare | - | ribbon-before-card (ribbon, no-card) retry | -',
    'wrong-ribbon before print | PRINTER-RIBBON-WRONG reject-card, ask | ribbon-after-card (ribbon, no-card) continue | rejected',
    'wrong-ribbon before eject | PRINTER-RIBBON-WRONG reject-card, ask | ribbon-after-card (ribbon, no-card) continue | rejected',
    'feeder-empty before prepare | - | feeder-empty (feeder, no-card) retry | -',
    'feeder-empty before feed | - | feeder-empty (feeder, no-card) retry | -',
    'feeder-empty before print | - | feeder-empty (feeder, no-card) retry | -',
    'cleaning-due before prepare | - | cleaning (print-head, no-card) retry | -',
    'cleaning-due before print | - | cleaning (print-head, no-card) retry | -',
    'hopper-full before prepare | - | hopper-full (hopper, in-machine) retry | -',
    'hopper-full before eject | - | hopper-full (hopper, in-machine) retry | -',
    'reject-full before reject | PRODUCTION-STRIPE-DIFFERS reject-card, go-on | reject-full (reject-box, in-machine) retry | rejected',
  ]);
}, 600_000);

test('what moves and what is opened', async () => {
  expect(
    await playFaults(worlds, [
      ...before({ fault: 'cover-open' }, ...everywhere),
      atReject('cover-open', { fault: 'cover-open' }),
      ...before({ fault: 'jam', at: 'feed' }, 'feed'),
      ...before({ fault: 'jam', at: 'stripe' }, 'writeStripe', 'readStripe'),
      ...before({ fault: 'jam', at: 'print' }, 'print', 'eject'),
      ...before({ fault: 'jam', at: 'flip' }, 'print'),
      ...before({ fault: 'jam', at: 'eject' }, 'eject'),
      atReject('jam at eject', { fault: 'jam', at: 'eject' }),
      ...before({ fault: 'jam', at: 'print', once: true }, 'print'),
    ]),
  ).toEqual([
    'cover-open before prepare | - | cover-before-card (cover, unknown) retry | -',
    'cover-open before feed | - | cover-before-card (cover, unknown) retry | -',
    'cover-open before writeStripe | - | cover-in-card (cover, in-machine) reject-card | rejected',
    'cover-open before readStripe | - | cover-in-card (cover, in-machine) reject-card | rejected',
    'cover-open before print | - | cover-in-card (cover, in-machine) reject-card | rejected',
    'cover-open before eject | - | cover-in-card (cover, in-machine) reject-card | rejected',
    'cover-open before reject | PRODUCTION-STRIPE-DIFFERS reject-card, go-on | cover-at-reject (cover, in-machine) retry | rejected',
    'jam at feed before feed | - | jam-at-feed (feeder, unknown) card-removed | spoiled',
    'jam at stripe before writeStripe | - | jam (stripe-head, in-machine) card-removed | spoiled',
    'jam at stripe before readStripe | - | jam (stripe-head, in-machine) card-removed | spoiled',
    'jam at print before print | - | jam (print-head, in-machine) card-removed | spoiled',
    'jam at print before eject | - | jam (eject, in-machine) card-removed | spoiled',
    'jam at flip before print | - | jam (print-head, in-machine) card-removed | spoiled',
    'jam at eject before eject | - | jam (eject, in-machine) card-removed | spoiled',
    'jam at eject before reject | PRODUCTION-STRIPE-DIFFERS reject-card, go-on | jam (reject-box, in-machine) card-removed | spoiled',
    'jam at print before print | - | jam (print-head, in-machine) card-removed | spoiled',
  ]);
}, 600_000);

test('the stripe', async () => {
  expect(
    await playFaults(worlds, [
      ...before({ fault: 'stripe-misread', track: 2, as: 'error' }, 'readStripe'),
      ...before({ fault: 'stripe-misread', track: 2, as: 'wrong' }, 'readStripe'),
      ...before({ fault: 'stripe-write-weak', track: 2 }, 'writeStripe'),
    ]),
  ).toEqual([
    'stripe-misread before readStripe | PRINTER-STRIPE-READ reject-card, go-on | - | rejected',
    'stripe-misread before readStripe | PRODUCTION-STRIPE-DIFFERS reject-card, go-on | - | rejected',
    'stripe-write-weak before writeStripe | PRINTER-STRIPE-READ reject-card, go-on | - | rejected',
  ]);
}, 600_000);

test('a printer that is switched off, and another one that answers', async () => {
  expect(
    await playFaults(worlds, [
      ...before({ fault: 'power-off' }, ...everywhere),
      atReject('power-off', { fault: 'power-off' }),
      ...before({ fault: 'other-model' }, ...everywhere),
      atReject('other-model', { fault: 'other-model' }),
      ...before({ fault: 'other-model', atCommand: 12 }, 'print'),
    ]),
  ).toEqual([
    'power-off before prepare | PRINTER-LINK-LOST reconnect | link-stays-away (link, unknown) retry | returned',
    'power-off before feed | PRINTER-LINK-LOST reconnect | link-stays-away (link, unknown) retry | returned',
    'power-off before writeStripe | PRINTER-LINK-LOST reconnect | link-stays-away (link, unknown) retry | rejected',
    'power-off before readStripe | PRINTER-LINK-LOST reconnect | link-stays-away (link, unknown) retry | rejected',
    'power-off before print | PRINTER-LINK-LOST reconnect | link-stays-away (link, unknown) retry | rejected',
    'power-off before eject | PRINTER-LINK-LOST reconnect | link-stays-away (link, unknown) retry | rejected',
    'power-off before reject | PRODUCTION-STRIPE-DIFFERS reject-card, go-on; PRINTER-LINK-LOST reconnect | link-stays-away (link, unknown) retry | rejected',
    'other-model before prepare | PRINTER-GARBAGE reconnect | other-printer (link, unknown) retry | returned',
    'other-model before feed | PRINTER-GARBAGE reconnect | other-printer (link, unknown) retry | returned',
    'other-model before writeStripe | PRINTER-GARBAGE reconnect | other-printer (link, unknown) retry | rejected',
    'other-model before readStripe | PRINTER-GARBAGE reconnect | other-printer (link, unknown) retry | rejected',
    'other-model before print | PRINTER-GARBAGE reconnect | other-printer (link, unknown) retry | rejected',
    'other-model before eject | PRINTER-GARBAGE reconnect | other-printer (link, unknown) retry | rejected',
    'other-model before reject | PRODUCTION-STRIPE-DIFFERS reject-card, go-on; PRINTER-GARBAGE reconnect | other-printer (link, unknown) retry | rejected',
    'other-model before print | PRINTER-GARBAGE reconnect | other-printer (link, unknown) retry | rejected',
  ]);
}, 600_000);

test('the time of a step begins with the step', async () => {
  const [world] = worlds;
  if (world === undefined) throw new Error('a world is wanted');
  const { run } = await world.batch(1);
  const own = run.service.lines[0];
  if (own === undefined) throw new Error('a line is wanted');
  let outcome = 0;
  const early: string[] = [];
  run.journal.subscribe((entries) => {
    for (const { header } of entries) {
      if (header.kind === 'attempt.outcome') outcome = Date.parse(header.time);
      if (header.kind === 'attempt.intent' && own.runner.measures.stepSince < outcome) early.push(header.time);
    }
  });
  run.service.open();
  await run.until(() => own.runner.state.kind === 'idle');
  run.service.start(run.batch, { kind: 'person', person: 'olga' }, [own.runner.line]);
  await run.until(() => run.state === 'made');
  await run.service.close();
  expect(outcome).toBeGreaterThan(0);
  expect(early).toEqual([]);
}, 120_000);
