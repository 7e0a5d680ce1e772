import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from './paths.mjs';
import { processMark, stillRuns } from './process-mark.mjs';

const file = path.join(cacheFolder, 'setup.lock');
const broom = `${file}.broom`;
const workerFile = `${file}.worker`;

/** Runs `work` while no other start of this checkout sets anything up; says so when it has to wait. A dead owner's lock is taken over. */
export async function alone(work) {
  mkdirSync(cacheFolder, { recursive: true });
  const me = processMark(process.pid);
  let told = false;
  while (!take(file, me)) {
    const owner = read(file);
    const worker = read(workerFile);
    // A start that was killed may have left its npm or apt at work: two of them in one folder would ruin it.
    const busy = [owner, worker].find((mark) => mark !== undefined && stillRuns(mark));
    if (owner !== undefined && busy === undefined) {
      sweep(owner, me);
      continue;
    }
    if (!told && busy !== undefined) {
      console.error(`Another start is setting things up (process ${busy.pid}); waiting for it.`);
      told = true;
    }
    await new Promise((done) => setTimeout(done, 200));
  }
  const drop = () => {
    if (read(file)?.pid === me.pid) rmSync(file, { force: true });
  };
  process.once('exit', drop);
  try {
    return await work();
  } finally {
    process.off('exit', drop);
    drop();
  }
}

/** Names the command that a start is running, for those who come after that start has been killed. */
export function noteWorker(pid) {
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(workerFile, JSON.stringify(processMark(pid)));
}

/** Written beside and linked into place: the lock never exists without its owner's name in it. */
function take(target, me) {
  const draft = `${target}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(me));
  try {
    linkSync(draft, target);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** One of several waiters clears the dead owner's file, and never the file of one who was quicker. */
function sweep(dead, me) {
  if (!take(broom, me)) {
    if (Date.now() - ageOf(broom) > 10_000) rmSync(broom, { force: true });
    return;
  }
  const now = read(file);
  if (now?.pid === dead.pid && now?.started === dead.started) rmSync(file, { force: true });
  rmSync(broom, { force: true });
}

function read(target) {
  try {
    return JSON.parse(readFileSync(target, 'utf8'));
  } catch {
    return undefined;
  }
}

function ageOf(target) {
  try {
    return statSync(target).mtimeMs;
  } catch {
    return Date.now();
  }
}
