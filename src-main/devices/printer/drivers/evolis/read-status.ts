import {
  errorCause,
  readCardPlace,
  readCount,
  readVolts,
  type EvolisAnswer,
  type EvolisCardPlace,
} from '#shared/protocols/printers/evolis/answer.ts';
import { evolis } from '#shared/protocols/printers/evolis/commands.ts';
import { pause } from '../../../../platform/pause.ts';
import type { CardPosition, PrinterStatus } from '../../port.ts';
import { answerFault } from './answer-fault.ts';
import type { EvolisTalk } from './evolis-talk.ts';

/** A sensor sees something from one volt up (public kiosk driver). */
const sensed = 1;
/** The ribbon's tag is read by radio and sometimes missed: the public kiosk driver asks three times, 100 ms apart. */
const tagAttempts = 3;
const tagPause = 100;

/** The contactless station is a place inside, clear of the contacts, from which printing goes on as from the print position. */
const positions: Readonly<Record<EvolisCardPlace, CardPosition>> = {
  none: 'none',
  print: 'print',
  'contact-station': 'contact',
  'contactless-station': 'print',
  unknown: 'unknown',
};

/** Where the card stands now. */
export async function readPosition(talk: EvolisTalk): Promise<CardPosition> {
  return positions[readCardPlace(await talk.question(evolis.readPlace('p'), 'Rlr'))];
}

/** What the ribbon's tag says: prints that remain, that there is no tag to read, or nothing where the model has no tag reader. */
export async function readRibbonTag(
  talk: EvolisTalk,
): Promise<{ kind: 'remaining'; count: number } | { kind: 'no-tag' } | { kind: 'cannot-tell' }> {
  for (let left = tagAttempts; ; left--) {
    const answer = await talk.question(evolis.readRibbonTag('count'), 'Rrt');
    const count = readCount(answer);
    if (count !== undefined) return { kind: 'remaining', count };
    if (left <= 1)
      return answer.kind === 'error' && /RIB/.test(answer.text) ? { kind: 'no-tag' } : { kind: 'cannot-tell' };
    await pause(tagPause, talk.signal);
  }
}

/** Whether the cleaning counter has run out; a model that does not know the question does not ask for it. */
export async function readCleaningDue(talk: EvolisTalk): Promise<boolean> {
  const answer = await talk.question(evolis.readPlace('r'), 'Rlr');
  return answer.kind === 'error' && errorCause(answer.text) === 'cleaning';
}

function readSensor(answer: EvolisAnswer): 'sensed' | 'nothing' | 'unknown' {
  const volts = readVolts(answer);
  return volts === undefined ? 'unknown' : volts > sensed ? 'sensed' : 'nothing';
}

async function readCounter(talk: EvolisTalk, counter: 'c' | 'p'): Promise<number> {
  const answer = await talk.question(evolis.readCounter(counter), 'Rco');
  const count = readCount(answer);
  if (count !== undefined) return count;
  if (answer.kind === 'error') throw answerFault(answer.text, { command: 'Rco' });
  throw talk.channel.disbelieve({ command: 'Rco' }, 'it is no count');
}

/** Asks for everything that a person or the engine wants to know; each model leaves out what it cannot tell. */
export async function readStatus(talk: EvolisTalk): Promise<PrinterStatus> {
  const card = await readPosition(talk);
  const feeder = readSensor(await talk.question(evolis.readSensor('f'), 'Rse'));
  const cover = readSensor(await talk.question(evolis.readSensor('o'), 'Rse'));
  const ribbon = await talk.question(evolis.readRibbon(), 'Rr');
  const tag = await readRibbonTag(talk);
  const counters = { cards: await readCounter(talk, 'c'), panels: await readCounter(talk, 'p') };
  const hopper = await talk.question(evolis.readPlace('h'), 'Rlr');
  const hopperText = hopper.kind === 'value' ? hopper.text : '';
  return {
    card,
    feeder: feeder === 'sensed' ? 'has-cards' : feeder === 'nothing' ? 'empty' : 'unknown',
    cover: cover === 'sensed' ? 'closed' : cover === 'nothing' ? 'open' : 'unknown',
    ribbon: {
      kind: ribbon.kind === 'value' ? ribbon.text : 'unknown',
      remaining: tag.kind === 'remaining' ? tag.count : null,
    },
    hopper: hopperText === 'CARD' ? 'full' : hopperText === 'NO CARD' ? 'free' : 'unknown',
    counters,
  };
}
