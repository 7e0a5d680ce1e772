import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { CardType } from './card-type.ts';
import { findPlaces, UnreadableLayout, type FieldPlace } from './find-places.ts';
import { judgePrint } from './judge-print.ts';
import type { JudgeReply, JudgeRequest, JudgeTask, PanelJudgeStart } from './panel-judge-message.ts';
import { specimenPixels } from './specimen-pixels.ts';

// The thread in which print jobs are read: fonts are opened once, layouts read at their first card.

const { layoutsFolder, fonts } = workerData as PanelJudgeStart;
const type = CardType.open(fonts);
const places = new Map<string, readonly FieldPlace[]>();
let mark: ReadonlySet<number> | null = null;

async function placesOf(layout: string): Promise<readonly FieldPlace[]> {
  const known = places.get(layout) ?? findPlaces(await readFile(join(layoutsFolder, `${layout}.svg`), 'utf8'));
  places.set(layout, known);
  return known;
}

async function judge({ commands, front, back, fields, specimen }: JudgeTask): Promise<JudgeReply> {
  const opened = await type;
  if (specimen === 'in-black') mark ??= specimenPixels(opened);
  const wanted = {
    front: await placesOf(front),
    back: back === null ? null : await placesOf(back),
    fields,
    hidden: specimen === 'in-black' && mark !== null ? mark : new Set<number>(),
  };
  return { id: 0, kind: 'read', reading: judgePrint(commands, wanted, opened) };
}

let last = Promise.resolve();
parentPort?.on('message', ({ id, task }: JudgeRequest) => {
  last = last.then(async () => {
    let reply: JudgeReply;
    try {
      reply = { ...(await judge(task)), id };
    } catch (thrown) {
      const reason =
        thrown instanceof UnreadableLayout ? thrown.message : thrown instanceof Error ? thrown.name : 'unknown';
      reply = { id, kind: 'fault', reason };
    }
    parentPort?.postMessage(reply);
  });
});
