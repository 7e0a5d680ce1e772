/**
 * The key process: the only place where key material may be in clear. It has no log, no network and no database, answers one
 * parent over its channel, and ends when that parent is gone. Where material is in clear, act by act: docs/security.md.
 */
import { StationFault } from '#shared/faults/station-fault.ts';
import { forgetNow } from '../../platform/forgetful-process.ts';
import type { WorkerReply, WorkerRequest } from '../worker-messages.ts';
import { KeyActs } from './key-acts.ts';
import { openProvider } from './open-provider.ts';

// Files that a module makes (SoftHSM's objects) are for this user only.
process.umask(0o077);
// Ctrl-C goes to the whole process group; the station decides when its keys go.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});

let acts: KeyActs | null = null;

/** Answers one request; only names of errors leave, since a message of another library might quote what it was given. */
function faultReply(request: WorkerRequest, thrown: unknown): WorkerReply {
  if (thrown instanceof StationFault) {
    return { kind: 'fault', id: request.id, code: thrown.code, details: thrown.details };
  }
  const act = request.kind === 'act' ? request.act : request.kind;
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  return { kind: 'fault', id: request.id, code: 'KEYS-WORKER-FAULT', details: { act, name } };
}

async function perform(request: WorkerRequest): Promise<unknown> {
  switch (request.kind) {
    case 'open':
      {
        const { provider, mechanisms } = await openProvider(request.opening);
        acts = new KeyActs(provider, mechanisms);
      }
      return null;
    case 'initialise-token': {
      const { initialiseToken } = await import('./pkcs11/initialise-token.ts');
      return initialiseToken(request.token);
    }
    case 'act':
      if (acts === null) throw new StationFault('KEYS-CLOSED');
      return acts.perform(request.act, request.input);
    case 'forget':
      return new Uint8Array(request.filler.length);
    case 'close':
      acts?.close();
      acts = null;
      return null;
  }
}

function send(reply: WorkerReply): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(reply, () => resolve());
  });
}

async function answer(request: WorkerRequest): Promise<void> {
  try {
    const output = await perform(request);
    await send({ kind: 'done', id: request.id, output });
    if (request.kind === 'close') process.exit(0);
    if (request.kind === 'forget') setImmediate(forgetNow);
  } catch (thrown) {
    await send(faultReply(request, thrown));
    // A module that was lost once is not trusted to come back in this process: the next call starts another.
    if (thrown instanceof StationFault && thrown.code === 'KEYS-HSM-LOST') process.exit(1);
  }
}

process.on('message', (request: WorkerRequest) => void answer(request));
process.on('disconnect', () => {
  acts?.close();
  process.exit(0);
});
