import { parentPort } from 'node:worker_threads';
import type { PackReply, PackRequest } from './panel-message.ts';
import { writePanel } from './write-panel.ts';

// The thread's entry: panels in, commands out, one after another.
parentPort?.on('message', ({ id, kind, samples }: PackRequest) => {
  let reply: PackReply;
  try {
    const ink = samples.some((sample) => sample !== 0) ? 'some' : 'none';
    reply = { id, kind: 'packed', panel: { command: writePanel(kind, samples), ink } };
  } catch (fault) {
    reply = { id, kind: 'refused', reason: fault instanceof Error ? fault.message : 'unknown' };
  }
  parentPort?.postMessage(reply, reply.kind === 'packed' ? [reply.panel.command.buffer] : []);
});
