import type * as Smartcard from 'smartcard';
import type { CardInterface, ContextInterface } from 'smartcard';
import { forgetNow } from '../../../platform/forgetful-process.ts';
import { PcscFault, pcscTrouble } from './pcsc-trouble.ts';
import { sameReader } from './same-reader.ts';
import type { ReaderReply, ReaderRequest, ReaderResults, SeenReader } from './reader-message.ts';

// The program of one reader's process. A PC/SC call cannot be cancelled and some never return: whoever waits too long ends this
// process. It holds one context of its own, because calls over one context follow each other.

type Package = typeof Smartcard;

/** Longest answer of an extended APDU with its status word. */
const longestAnswer = 65_538;

const [, , configuredName = '', serial = ''] = process.argv;
/** The reader as PC/SC calls it now. */
let readerName = configuredName;
let loaded: Package | null = null;
let context: ContextInterface | null = null;
let card: CardInterface | null = null;

async function loadPackage(): Promise<Package> {
  try {
    loaded ??= await import('smartcard');
    return loaded;
  } catch {
    throw new PcscFault('no-package', 'the package smartcard is not installed');
  }
}

async function openContext(): Promise<ContextInterface> {
  const { Context } = await loadPackage();
  context ??= new Context();
  return context;
}

/** After the service went, every handle of it is dead. */
function forgetContext(): void {
  card = null;
  try {
    context?.close();
  } catch {
    // It belongs to a service that is gone.
  }
  context = null;
}

/** PC/SC numbers its readers in the order of their arrival; one that bears its serial in its name is known by that. */
async function findAgain(): Promise<'found' | 'absent'> {
  const names = (await openContext()).listReaders().map((reader) => reader.name);
  const found = sameReader(configuredName, serial, names);
  readerName = found ?? configuredName;
  return found === null ? 'absent' : 'found';
}

async function list(): Promise<readonly string[]> {
  return (await openContext()).listReaders().map((reader) => reader.name);
}

async function look(since: number | null, milliseconds: number): Promise<SeenReader> {
  try {
    return await lookAtReader(since, milliseconds);
  } catch (fault) {
    const unknown = fault instanceof Error && pcscTrouble(fault.message) === 'no-reader';
    if (!unknown || (await findAgain()) === 'absent') throw fault;
    return lookAtReader(null, 0);
  }
}

async function lookAtReader(since: number | null, milliseconds: number): Promise<SeenReader> {
  const pcsc = await loadPackage();
  const state = since ?? pcsc.SCARD_STATE_UNAWARE;
  const asked = { name: readerName, state, changed: false, atr: null };
  const [seen] = (await (await openContext()).waitForChange([asked], since === null ? 0 : milliseconds)) ?? [];
  // Nothing has changed in the time given: look once more, without waiting, for the whole picture.
  if (seen === undefined) return since === null ? refuse('no state') : lookAtReader(null, 0);
  const has = (flag: number): boolean => (seen.state & flag) !== 0;
  const gone = has(pcsc.SCARD_STATE_UNKNOWN) || has(pcsc.SCARD_STATE_UNAVAILABLE) || has(pcsc.SCARD_STATE_IGNORE);
  const present = has(pcsc.SCARD_STATE_PRESENT);
  return {
    raw: (seen.state & ~pcsc.SCARD_STATE_CHANGED) >>> 0,
    card: !present ? 'none' : has(pcsc.SCARD_STATE_MUTE) ? 'mute' : 'present',
    use: has(pcsc.SCARD_STATE_EXCLUSIVE) || has(pcsc.SCARD_STATE_INUSE) ? 'in-use' : 'free',
    reader: gone ? 'gone' : 'there',
    atr: seen.atr === null ? null : new Uint8Array(seen.atr),
  };
}

function refuse(reason: string): never {
  throw new PcscFault('refused', reason);
}

async function connect(): Promise<ReaderResults['connect']> {
  const pcsc = await loadPackage();
  disconnect();
  await findAgain();
  const reader = (await openContext()).listReaders().find((each) => each.name === readerName);
  if (reader === undefined) throw new PcscFault('no-reader', 'it is not in the list of readers');
  card = await reader.connect(pcsc.SCARD_SHARE_EXCLUSIVE, pcsc.SCARD_PROTOCOL_T0 | pcsc.SCARD_PROTOCOL_T1);
  const { atr } = card;
  if (atr === null || atr.length === 0) throw new PcscFault('mute', 'no answer to reset');
  return { atr: new Uint8Array(atr), protocol: card.protocol === pcsc.SCARD_PROTOCOL_T0 ? 'T=0' : 'T=1' };
}

async function exchange(command: Uint8Array): Promise<Uint8Array> {
  if (card === null) throw new PcscFault('card-gone', 'not connected');
  const answer = await card.transmit(Buffer.from(command), { maxRecvLength: longestAnswer });
  // A card that is pulled in the middle gives an empty answer without an error.
  if (answer.length < 2) throw new PcscFault('card-gone', 'the answer was empty');
  return new Uint8Array(answer);
}

function disconnect(): null {
  const held = card;
  card = null;
  try {
    held?.disconnect(loaded?.SCARD_UNPOWER_CARD);
  } catch {
    // The card or the service is gone, which is no worse than disconnected.
  }
  if (held !== null) setImmediate(forgetNow);
  return null;
}

function perform(request: ReaderRequest): Promise<ReaderResults[keyof ReaderResults]> | null {
  switch (request.kind) {
    case 'list':
      return list();
    case 'look':
      return look(request.since, request.milliseconds);
    case 'connect':
      return connect();
    case 'exchange':
      return exchange(request.command);
    case 'disconnect':
      return disconnect();
  }
}

async function answer(id: number, request: ReaderRequest): Promise<ReaderReply> {
  try {
    return { id, kind: 'done', result: await perform(request) };
  } catch (fault) {
    const reason = fault instanceof Error ? fault.message : String(fault);
    const trouble = fault instanceof PcscFault ? fault.trouble : pcscTrouble(reason);
    if (trouble === 'no-service') forgetContext();
    return { id, kind: 'trouble', trouble, reason: fault instanceof PcscFault ? fault.reason : reason };
  }
}

let before: Promise<void> = Promise.resolve();
process.on('message', ({ id, request }: { readonly id: number; readonly request: ReaderRequest }) => {
  before = before.then(async () => {
    const reply = await answer(id, request);
    if (process.connected) process.send?.(reply);
  });
});
// An orderly exit would wait for the thread of an exchange that never ends.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
