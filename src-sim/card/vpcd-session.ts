import type { Socket } from 'node:net';
import type { InsertedCard } from './inserted-card.ts';

const control = { powerOff: 0x00, powerOn: 0x01, reset: 0x02, answerToReset: 0x04 } as const;

/** Whether an early first length byte is sent, which spares the delayed acknowledgement where every answer is short. */
export type EarlyLength = 'early-length' | 'whole-answers';

/**
 * Serves one card over one connection in vpcd's framing: 16-bit big-endian length and that many bytes, both ways;
 * length 1 is a control byte. Ends when the connection closes, from either side, and leaves the chip without power.
 */
export async function serveVpcd(socket: Socket, card: InsertedCard, early: EarlyLength): Promise<void> {
  card.reset();
  let pending: Buffer = Buffer.alloc(0);
  let promised = false;
  const removed = new AbortController();
  socket.once('close', () => {
    removed.abort();
  });
  const promise = (): void => {
    if (early === 'whole-answers' || promised || pending.length < 2) return;
    const length = pending.readUInt16BE(0);
    if (length < 2 || !card.answersShortly(length)) return;
    promised = true;
    socket.write(Uint8Array.of(0));
  };
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      promise();
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        promise();
        const message = new Uint8Array(pending.subarray(2, 2 + pending.readUInt16BE(0)));
        pending = pending.subarray(2 + message.length);
        const answer = await answerTo(message, card, socket, removed.signal);
        if (answer === undefined) continue;
        const frame = framed(answer);
        socket.write(promised ? frame.subarray(1) : frame);
        promised = false;
      }
    }
  } catch {
    // The other end broke the connection: for the card that is the same as being taken out.
  } finally {
    socket.destroy();
    card.reset();
  }
}

async function answerTo(
  message: Uint8Array,
  card: InsertedCard,
  socket: Socket,
  removed: AbortSignal,
): Promise<Uint8Array | undefined> {
  if (message.length === 0) return undefined;
  if (message.length === 1) {
    if (message[0] === control.answerToReset) return card.answerToReset;
    if (message[0] === control.powerOff || message[0] === control.powerOn || message[0] === control.reset) card.reset();
    return undefined;
  }
  const outcome = await card.exchange(message, removed);
  switch (outcome.kind) {
    case 'answer':
      return outcome.bytes;
    case 'silence':
      return undefined;
    case 'pulled':
      socket.destroy();
      return undefined;
  }
}

function framed(bytes: Uint8Array): Buffer {
  const frame = Buffer.alloc(2 + bytes.length);
  frame.writeUInt16BE(bytes.length, 0);
  frame.set(bytes, 2);
  return frame;
}
