import type { Dialogue } from '#shared/domain/dialogue.ts';
import { setStatus, type StatusSubject } from '#shared/protocols/globalplatform/card-commands.ts';
import { deleteContent, type DeleteSubject } from '#shared/protocols/globalplatform/delete-commands.ts';
import { cardLifeCycle, lockedBit } from '#shared/protocols/globalplatform/life-cycle.ts';
import { toHex } from '#shared/bytes/bytes.ts';
import { askSecurely } from './personalise/secure-exchange.ts';

/** Acts on what a card holds, each one command through the open channel; nothing follows and nothing is repeated. */
export const contentActMarks = { begun: 'content-act-begun', done: 'content-act-done' } as const;

function nameOf(subject: DeleteSubject): string {
  switch (subject.kind) {
    case 'application':
      return `application ${toHex(subject.aid).toUpperCase()}`;
    case 'load-file':
      return `load file ${toHex(subject.aid).toUpperCase()}${subject.related === 'deleted' ? ' with its applications' : ''}`;
    case 'key': {
      const { identifier, version } = subject;
      const parts = [
        ...(identifier === undefined ? [] : [`identifier ${identifier}`]),
        ...(version === undefined ? [] : [`version ${version}`]),
      ];
      return `key of ${parts.join(', ')}`;
    }
  }
}

/** Deletes an application, load file or key. Irreversible. CARD-STATUS when the card refuses. GPC_SPE_034 v2.3.1 §11.2. */
export function* deleteFromCard(subject: DeleteSubject): Dialogue<void> {
  yield { kind: 'mark', name: contentActMarks.begun };
  yield* askSecurely(deleteContent(subject), `DELETE, ${nameOf(subject)}`);
  yield { kind: 'mark', name: contentActMarks.done };
}

/**
 * Locks or unlocks the card, an application, or a security domain with its applications; unlocking gives the state back that was there before. CARD-STATUS
 * when the card refuses. GPC_SPE_034 v2.3.1 §5.1.1.5, §5.3.1.3, §11.10.
 */
export function* setLock(subject: StatusSubject, lock: 'locked' | 'unlocked'): Dialogue<void> {
  const state =
    subject.kind === 'card'
      ? { locked: cardLifeCycle.cardLocked, unlocked: cardLifeCycle.secured }[lock]
      : { locked: lockedBit, unlocked: 0x00 }[lock];
  const of = subject.kind === 'card' ? 'the card' : toHex(subject.aid).toUpperCase();
  yield { kind: 'mark', name: contentActMarks.begun };
  yield* askSecurely(setStatus(subject, state), `SET STATUS of ${of}, ${lock}`);
  yield { kind: 'mark', name: contentActMarks.done };
}
