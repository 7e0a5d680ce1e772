import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StepName } from '#shared/journal-format/events/production-events.ts';
import { step } from './line-reducer.ts';
import type { Choice, LineEvent } from './line-state.ts';
import { Breach, cardSteps, describeState, LineWorld } from './line-world.fixture.ts';

const calm = { trouble: 0, stranger: 'none' } as const;

/** What must be true of cards and journal whenever the line rests. */
function expectAccounted(world: LineWorld): void {
  const open = world.attempts.filter(({ dispositions }) => dispositions.length === 0);
  const waits = world.state.kind === 'asking' || world.state.kind === 'disconnected';
  if (open.length > (waits ? 1 : 0)) throw new Breach(`${open.length} attempts open in state ${world.state.kind}`);
  for (const { attempt, dispositions, fedBlanks, word } of world.attempts) {
    const [disposition] = dispositions;
    const inHopper = world.boxes['good-hopper'].includes(attempt);
    if (disposition === undefined) continue;
    if ((disposition === 'good') !== inHopper)
      throw new Breach(`${disposition}, and in the hopper: ${String(inHopper)}`);
    if (fedBlanks > 1) throw new Breach('one attempt took two blanks');
    // A person who takes a stranger's card out of a machine that cannot be asked may count it as this attempt's.
    if (word === 'taken' && disposition === 'spoiled') continue;
    if ((disposition === 'returned') !== (fedBlanks === 0))
      throw new Breach(`${disposition} with ${fedBlanks} blanks fed`);
  }
  for (const order of new Set(world.attempts.map((attempt) => attempt.order))) {
    const good = world.attempts.filter((a) => a.order === order && a.dispositions[0] === 'good');
    if (good.length > 1) throw new Breach('two good cards of one order');
  }
}

describe('whatever happens', () => {
  // Chances come from an array that fast-check can shrink; when it is used up, all goes well.
  const chances = fc.array(fc.nat(99_999), { minLength: 0, maxLength: 1500, size: 'max' });

  test('no order gets two good cards, every blank has one end or a person is asked, and nothing is done twice or without its intent', () => {
    fc.assert(
      fc.property(
        chances,
        fc.constantFrom('inside', 'none'),
        fc.constantFrom(3, 15, 40),
        (numbers, stranger, trouble) => {
          let at = 0;
          const next = (bound: number) => {
            const number = numbers[at++];
            return number === undefined ? bound - 1 : number % bound;
          };
          const world = new LineWorld(next, { trouble, stranger: stranger });
          const told: string[] = [];
          for (let round = 0; round < 30; round++) {
            // A stopped batch is started again by a person.
            world.mode = 'running';
            const event: LineEvent =
              world.state.kind === 'asking'
                ? world.answer()
                : { kind: world.state.kind === 'disconnected' ? 'connect-wanted' : 'work-wanted' };
            told.push(event.kind === 'chosen' ? `"${event.choice}"` : event.kind);
            try {
              const how = world.run(event, 2);
              told.push(...world.states.splice(0), how);
              if (how === 'crashed') world.restart();
              else expectAccounted(world);
            } catch (breach) {
              const way = told.concat(world.states).join(' > ');
              throw new Error(`${String(breach)} after: ${way}`, { cause: breach });
            }
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('an event that a state does not know changes nothing', () => {
    const world = new LineWorld((bound) => bound - 1, calm);
    const events: LineEvent[] = [
      { kind: 'connected' },
      { kind: 'step-done' },
      { kind: 'outcome-committed' },
      { kind: 'ended' },
      { kind: 'chosen', choice: 'retry' },
      { kind: 'intent-committed' },
    ];
    for (const event of events) expect(step(world.state, event)).toEqual({ state: world.state, effects: [] });
  });
});

/** Runs one order with faults at given steps (each once) and answers as given; hands back the sequence of states. */
function play(faults: Partial<Record<StepName, string>>, answers: readonly Choice[] = []): LineWorld {
  const world = new LineWorld((bound) => bound - 1, calm);
  const waiting = new Map(Object.entries(faults));
  const perform = (effect: { readonly kind: string; readonly step?: unknown }): string | undefined => {
    const name = effect.kind === 'perform' ? (effect.step as { name: string }).name : undefined;
    const code = name === undefined ? undefined : waiting.get(name);
    if (name !== undefined) waiting.delete(name);
    return code;
  };
  world.planFaults(perform);
  world.run({ kind: 'connect-wanted' }, 0);
  for (const choice of answers) world.run(world.say(choice), 0);
  return world;
}

const made = (from: number, to = cardSteps.length) =>
  cardSteps.slice(from, to).flatMap(({ name }) => [`${name} intent`, `${name} acting`, `${name} outcome`]);
const oneCard = [...made(0), 'ending, then go-on', 'claiming'];
const rejected = ['reject intent', 'reject acting', 'reject outcome'];

describe('the whole sequence of states', () => {
  test('of three cards that go well', () => {
    expect(play({}).states).toEqual(['connecting', 'claiming', ...oneCard, ...oneCard, ...oneCard, 'idle']);
  });

  const at = (name: StepName) => cardSteps.findIndex((candidate) => candidate.name === name);
  const until = (name: StepName) => made(0, at(name)).concat([`${name} intent`, `${name} acting`]);

  test.each<[string, StepName, string, Choice[], string[]]>([
    [
      'a wrong card key stops the batch',
      'personalise',
      'KEYS-CARD-CRYPTOGRAM',
      [],
      [...rejected, 'ending, then stop-batch', 'idle'],
    ],
    [
      'a blank of another kind is rejected, then a person is asked',
      'preflight',
      'PRODUCTION-PREFLIGHT',
      ['stop-batch'],
      [...rejected, 'ending, then ask', 'asking PRODUCTION-PREFLIGHT: continue, stop-batch', 'idle'],
    ],
    [
      'a chip that differs is rejected, and the order made again',
      'verify-chip',
      'PRODUCTION-CHIP-DIFFERS',
      [],
      [...rejected, 'ending, then go-on', 'claiming', ...oneCard],
    ],
    [
      'a stripe that differs likewise',
      'verify-stripe',
      'PRODUCTION-STRIPE-DIFFERS',
      [],
      [...rejected, 'ending, then go-on', 'claiming', ...oneCard],
    ],
    [
      'a card that was pulled likewise',
      'personalise',
      'CARD-GONE',
      [],
      [...rejected, 'ending, then go-on', 'claiming', ...oneCard],
    ],
    [
      'a lost HSM rejects the card and goes on: the next claim waits for the HSM',
      'personalise',
      'KEYS-HSM-LOST',
      [],
      [...rejected, 'ending, then go-on', 'claiming', ...oneCard],
    ],
    [
      'an HSM that refuses an operation rejects the card and asks',
      'personalise',
      'KEYS-HSM-FAULT',
      ['stop-batch'],
      [...rejected, 'ending, then ask', 'asking PRODUCTION-CHECK-LINE: continue, stop-batch', 'idle'],
    ],
    [
      'an empty feeder asks, and feeds again',
      'feed',
      'PRINTER-FEEDER-EMPTY',
      ['retry'],
      ['asking PRINTER-FEEDER-EMPTY: retry, stop-batch', 'probing', ...oneCard],
    ],
    [
      'an empty feeder and a stop give the blank back',
      'feed',
      'PRINTER-FEEDER-EMPTY',
      ['stop-batch'],
      ['asking PRINTER-FEEDER-EMPTY: retry, stop-batch', 'probing', 'ending, then go-on', 'claiming', 'idle'],
    ],
    [
      'a lost link is opened again and the card rejected',
      'print',
      'PRINTER-LINK-LOST',
      [],
      ['connecting', 'probing', ...rejected, 'ending, then go-on', 'claiming', ...oneCard],
    ],
    [
      'a jam asks, and the card is taken out',
      'print',
      'PRINTER-JAM',
      ['card-removed'],
      [
        'asking PRINTER-JAM: card-removed, reject-card, stop-batch',
        'ending, then reconnect',
        'connecting',
        'claiming',
        ...oneCard,
      ],
    ],
    [
      'a full hopper asks, and the card is ejected after all',
      'eject',
      'PRINTER-HOPPER-FULL',
      ['retry'],
      [
        'asking PRINTER-HOPPER-FULL: retry, reject-card, card-removed',
        'probing',
        ...made(at('eject')),
        'ending, then go-on',
        'claiming',
        ...oneCard,
      ],
    ],
    [
      'a missed deadline at the eject asks the machine, not the person',
      'eject',
      'PRODUCTION-DEADLINE',
      [],
      ['connecting', 'probing', ...rejected, 'ending, then go-on', 'claiming', ...oneCard],
    ],
    [
      'an unknown fault asks',
      'print',
      'SOMETHING-NEW',
      ['reject-card'],
      [
        'asking SOMETHING-NEW: reject-card, card-removed, stop-batch',
        ...rejected,
        'ending, then go-on',
        'claiming',
        ...oneCard,
      ],
    ],
  ])('%s', (_what, name, code, answers, expected) => {
    const { states } = play({ [name]: code }, answers);
    expect(states.slice(0, 2 + until(name).length + expected.length)).toEqual([
      'connecting',
      'claiming',
      ...until(name),
      ...expected,
    ]);
  });

  test('a link that fails again and again is a person’s business', () => {
    const world = new LineWorld((bound) => bound - 1, calm);
    world.planFaults((effect) =>
      effect.kind === 'perform' && (effect.step as { name: string }).name === 'reject'
        ? 'PRINTER-GARBAGE'
        : effect.kind === 'perform' && (effect.step as { name: string }).name === 'print'
          ? 'PRINTER-GARBAGE'
          : undefined,
    );
    world.run({ kind: 'connect-wanted' }, 0);
    expect(describeState(world.state)).toBe('asking PRINTER-GARBAGE: retry, card-removed');
  });
});
