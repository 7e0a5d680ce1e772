import { concatBytes, equalBytes, fromUtf8 } from '#shared/bytes/bytes.ts';
import { exchangeDeadline, type ChipDeadlines } from '#shared/domain/chip-deadlines.ts';
import type { Dialogue, DialogueRequest } from '#shared/domain/dialogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { encodeDataGroupings } from '#shared/protocols/tlv/data-grouping.ts';
import type { CardLink } from '../devices/encoder/port.ts';
import type { Randomness } from '../platform/randomness.ts';
import type { ChannelHandle, ChannelKeys } from '../preparation/port.ts';

/** What a dialogue is run on. */
export interface DialogueGround {
  readonly link: CardLink;
  readonly keys: ChannelKeys;
  readonly randomness: Randomness;
  resolve(reference: string): Uint8Array;
  /** Makes the journal hold a point before the dialogue goes on; may wait for what the point needs. */
  mark(name: string): Promise<void>;
  /** Milliseconds for one exchange with the card. */
  readonly exchangeDeadline: number;
  /** Where the product says it for commands, and where commands take longer by their nature. */
  readonly deadlines?: ChipDeadlines | undefined;
  readonly signal: AbortSignal;
}

const nothing = new Uint8Array(0);

/**
 * Runs a dialogue on a card: performs each request and hands the answer back.
 *
 * A channel that the dialogue opened is closed in every case. Faults of link and keys are thrown into the dialogue, which may
 * clean up but not go on; the unit of repetition is the session, never the single command.
 */
export async function runDialogue<Result>(dialogue: Dialogue<Result>, ground: DialogueGround): Promise<Result> {
  const { link, keys, signal } = ground;
  let channel: ChannelHandle | null = null;
  const exchange = (command: Uint8Array) => {
    const deadline = exchangeDeadline(command, ground.exchangeDeadline, ground.deadlines);
    return link.exchange(command, { deadline, signal });
  };
  /** What the key process wrapped along with the last answer. */
  let ahead: { readonly command: Uint8Array; readonly wrapped: Uint8Array } | null = null;
  const exchangeSecurely = async (command: Uint8Array, next: Uint8Array | undefined): Promise<Uint8Array> => {
    const open = openChannel();
    const ready = ahead !== null && equalBytes(ahead.command, command) ? ahead.wrapped : null;
    ahead = null;
    const response = await exchange(ready ?? (await keys.wrapCommand(open, command, signal)));
    if (next === undefined) return keys.unwrapResponse(open, response, signal);
    const { answer, wrapped } = await keys.unwrapThenWrap(open, response, next, signal);
    if (wrapped !== null) ahead = { command: next, wrapped };
    return answer;
  };
  const openChannel = (): ChannelHandle => {
    if (channel === null) throw new StationFault('KEYS-CHANNEL-LOST');
    return channel;
  };

  const closeChannel = async (): Promise<void> => {
    const open = channel;
    channel = null;
    ahead = null;
    if (open !== null) await keys.closeChannel(open, AbortSignal.timeout(5000)).catch(() => undefined);
  };

  const perform = async (request: DialogueRequest): Promise<Uint8Array> => {
    switch (request.kind) {
      case 'exchange':
        return exchange(request.command);
      case 'open-channel': {
        await closeChannel();
        const opened = await keys.openChannel(request, signal);
        channel = opened.channel;
        return exchange(opened.externalAuthenticate);
      }
      case 'secure-exchange':
        return exchangeSecurely(request.command, request.next);
      case 'translate-grouping':
        return keys.translateGrouping(
          { channel: openChannel(), transportKeyName: request.transportKeyName, value: request.value },
          signal,
        );
      case 'card-keys': {
        const { kind: _kind, ...asked } = request;
        const { value, checkValues } = await keys.cardKeysGrouping({ ...asked, channel: openChannel() }, signal);
        return concatBytes(value, checkValues);
      }
      case 'icc-key': {
        const { sealed, publicKey } = request;
        const parts = await keys.iccKeyGroupings({ channel: openChannel(), sealed, publicKey }, signal);
        return encodeDataGroupings(
          parts.map(({ dgi, value }) => ({ identifier: Number.parseInt(dgi, 16), data: value })),
        );
      }
      case 'new-card-keys': {
        const { kind: _kind, ...asked } = request;
        const made = await keys.newCardKeys({ ...asked, channel: openChannel() }, signal);
        return concatBytes(made.data, made.answer);
      }
      case 'random':
        return ground.randomness.bytes(request.length);
      case 'resolve':
        return ground.resolve(request.reference);
      case 'mark':
        await ground.mark(request.name);
        return nothing;
      case 'verify-cryptogram': {
        const { kind: _kind, transactionCounter: atc, ...asked } = request;
        const verdict = await keys.verifyCryptogram({ ...asked, ...cardInMachine(ground), atc }, signal);
        return Uint8Array.of(verdict === 'right' ? 1 : 0);
      }
      case 'response-cryptogram': {
        const { kind: _kind, transactionCounter: atc, ...asked } = request;
        return keys.responseCryptogram({ ...asked, ...cardInMachine(ground), atc }, signal);
      }
      case 'script-mac':
        return keys.scriptMac({ ...request, ...cardInMachine(ground) }, signal);
      case 'script-encipher':
        return keys.scriptEncipher({ ...request, ...cardInMachine(ground) }, signal);
    }
  };

  try {
    let turn = dialogue.next();
    while (turn.done !== true) {
      signal.throwIfAborted();
      let answer: Uint8Array;
      try {
        answer = await perform(turn.value);
      } catch (fault) {
        turn = dialogue.throw(fault);
        continue;
      }
      turn = dialogue.next(answer);
    }
    return turn.value;
  } finally {
    await closeChannel();
  }
}

/** Whose card it is: said by the order alone. */
function cardInMachine(ground: Pick<DialogueGround, 'resolve'>): {
  readonly pan: string;
  readonly panSequence: string;
} {
  const text = (reference: string) => fromUtf8(ground.resolve(reference));
  return { pan: text('record:pan'), panSequence: text('record:panSequence') };
}
