import { toHex } from '#shared/bytes/bytes.ts';
import type { CardCommand } from './card-command.ts';
import { issuerDomain } from './chip-state.ts';
import type { ApplicationState, ChipState, SecurityDomainState } from './chip-state.ts';
import {
  domainOf,
  hasPrivilege,
  hierarchy,
  instanceOf,
  isLocked,
  lockedLifeCycle,
  privilege,
  unlockedLifeCycle,
} from './registry.ts';
import { StatusError } from './status-word.ts';

const terminated = 0xff;

/** What each state of the card leads to: OP_READY, INITIALIZED, SECURED, CARD_LOCKED and back; TERMINATED from everywhere. GPC_SPE_034 v2.3.1 Figure 5-1. */
const nextOfCard: ReadonlyMap<number, number> = new Map([
  [0x01, 0x07],
  [0x07, 0x0f],
  [0x0f, 0x7f],
  [0x7f, 0x0f],
]);

/** SET STATUS by a security domain: P1=80 the card, 40 one application or domain, 60 a domain with all that belongs to it. GPC_SPE_034 v2.3.1 §11.10. */
export function setStatus(state: ChipState, actor: SecurityDomainState, command: CardCommand): void {
  switch (command.p1) {
    case 0x80:
      setCardStatus(state, actor, command.p2);
      return;
    case 0x40:
    case 0x60:
      setInstanceStatus(state, actor, command);
      return;
    default:
      throw new StatusError('wrongParameters');
  }
}

/** The card itself, one step at a time; going back is refused except from locked to secured. GPC_SPE_034 v2.3.1 §5.1.1, §6.6.2.5, §6.6.2.6. */
function setCardStatus(state: ChipState, actor: SecurityDomainState, wanted: number): void {
  const from = state.cardLifeCycle;
  if (wanted !== terminated && !nextOfCard.has(wanted)) throw new StatusError('wrongData');
  if (wanted !== terminated && nextOfCard.get(from) !== wanted) throw new StatusError('conditionsNotSatisfied');
  const locks = wanted === 0x7f || from === 0x7f;
  const needed = wanted === terminated ? privilege.cardTerminate : locks ? privilege.cardLock : undefined;
  const isAllowed = needed === undefined ? actor === issuerDomain(state) : hasPrivilege(actor, needed);
  if (!isAllowed) throw new StatusError('conditionsNotSatisfied');
  state.cardLifeCycle = wanted;
}

/** An application or supplementary domain: locked, unlocked; a domain made PERSONALIZED. GPC_SPE_034 v2.3.1 §5.3.1, §5.3.2, Table 11-86. */
function setInstanceStatus(state: ChipState, actor: SecurityDomainState, command: CardCommand): void {
  const aid = toHex(command.data);
  if (aid === issuerDomain(state).aid) throw new StatusError('conditionsNotSatisfied');
  const found = instanceOf(state, aid);
  if (found === undefined) throw new StatusError('referencedDataNotFound');
  if (!governs(state, actor, found)) throw new StatusError('conditionsNotSatisfied');
  const domain = domainOf(state, aid);
  if (command.p1 === 0x60 && domain === undefined) throw new StatusError('wrongParameters');
  const locks = (command.p2 & 0x80) !== 0;
  if (command.p1 === 0x40 && domain !== undefined && command.p2 === 0x0f && domain.lifeCycle === 0x07) {
    domain.lifeCycle = 0x0f;
    return;
  }
  if (isLocked(found) === locks) throw new StatusError('conditionsNotSatisfied');
  const concerned =
    command.p1 === 0x40
      ? [found]
      : [...state.domains.slice(1), ...state.applications].filter((each) => each === found || each.domain === aid);
  for (const each of concerned) {
    each.lifeCycle = locks ? lockedLifeCycle(each.lifeCycle) : unlockedLifeCycle(each.lifeCycle);
  }
}

/** Whether a domain may change another entry: it stands above it, or has Global Lock. */
function governs(
  state: ChipState,
  actor: SecurityDomainState,
  target: ApplicationState | SecurityDomainState,
): boolean {
  if (hasPrivilege(actor, privilege.globalLock)) return true;
  const above = domainOf(state, target.domain);
  return above !== undefined && hierarchy(state, above).includes(actor);
}
