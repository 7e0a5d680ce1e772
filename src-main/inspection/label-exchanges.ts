import type { Dialogue, DialogueRequest } from '#shared/domain/dialogue.ts';

function labelOf(request: DialogueRequest): string | null {
  switch (request.kind) {
    case 'exchange':
    case 'secure-exchange':
      return request.label;
    case 'open-channel':
      return 'EXTERNAL AUTHENTICATE';
    default:
      return null;
  }
}

/** The same dialogue, which tells the name of each command before it is sent, so that a recording can bear it. */
export function* labelExchanges<Result>(dialogue: Dialogue<Result>, told: (label: string) => void): Dialogue<Result> {
  let turn = dialogue.next();
  while (turn.done !== true) {
    const label = labelOf(turn.value);
    if (label !== null) told(label);
    let answer: Uint8Array;
    try {
      answer = yield turn.value;
    } catch (fault) {
      turn = dialogue.throw(fault);
      continue;
    }
    turn = dialogue.next(answer);
  }
  return turn.value;
}
