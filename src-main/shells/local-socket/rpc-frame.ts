import { z } from 'zod';

/** A message of oRPC's peer protocol as text: id, kind (absent for a request), payload. */
const rpcMessage = z.looseObject({
  i: z.string().max(64),
  t: z.number().int().optional(),
  p: z.unknown().optional(),
});
/** Calls of the contract are posted without headers: a header could name another form of body, which the adapter would try to read. */
const requestPayload = z.looseObject({
  u: z.string().startsWith('/').max(400),
  m: z.literal('POST').optional(),
  h: z.strictObject({}).optional(),
});

function parsed(frame: string): unknown {
  try {
    return JSON.parse(frame);
  } catch {
    return undefined;
  }
}

/**
 * Whether a frame from a client may be handed to oRPC's server adapter. That adapter awaits its decoding without catching, so that a
 * malformed message would be an unhandled rejection, which ends the station: what cannot be decoded must be kept from it.
 */
export function isRequestFrame(frame: string): boolean {
  const message = rpcMessage.safeParse(parsed(frame));
  if (!message.success) return false;
  const { t, p } = message.data;
  // 1 request (and absent), 3 an item of a stream, 4 abort: MessageType of @orpc/standard-server-peer 1.16.
  if (t === undefined || t === 1) return requestPayload.safeParse(p).success;
  return t === 4 || (t === 3 && typeof p === 'object' && p !== null);
}

/** Whether a frame from the station may be handed to oRPC's client adapter. */
export function isAnswerFrame(frame: string): boolean {
  const message = rpcMessage.safeParse(parsed(frame));
  return message.success && (message.data.t === 4 || (typeof message.data.p === 'object' && message.data.p !== null));
}
