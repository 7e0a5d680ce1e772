import { equalBytes } from '#shared/bytes/bytes.ts';
import { cardKeyVersion, type CardKeyReference, type Dialogue } from '#shared/domain/dialogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { cardDataObject, getCardData } from '#shared/protocols/globalplatform/card-commands.ts';
import { parseKeyInformation } from '#shared/protocols/globalplatform/key-information.ts';
import {
  channelKeyIdentifier,
  isChannelKeyType,
  putKey,
  type KeyValueForm,
} from '#shared/protocols/globalplatform/put-key.ts';
import { openChannel, type ChannelToOpen } from './personalise/open-channel.ts';
import { askSecurely } from './personalise/secure-exchange.ts';
import { ask, selectCardManager } from './plain-exchange.ts';

/** Names of the points that the journal holds: before the card's keys are changed, and after a channel was opened with the new ones. */
export const keyReplacementMarks = { begun: 'card-keys-begun', done: 'card-keys-replaced' } as const;

/** What the key information template said after an answer was lost; the journal holds it as `card-keys-found-...`. */
export type FoundCardKeys = 'old' | 'new' | 'both' | 'neither' | 'unknown';

/** Which keys a card has and which it is to have. */
export interface KeyReplacement {
  readonly from: CardKeyReference;
  readonly to: CardKeyReference;
  /** `add` leaves the old keys where they are; the initial ones of version FF end by themselves. GPC_SPE_034 v2.3.1 §11.8.2.1. */
  readonly way: 'add' | 'replace';
  readonly form: KeyValueForm;
}

/** Version and three check values. */
const answerLength = 10;
const initialVersion = 0xff;

/**
 * Gives the card of the open channel the issuer's keys instead of those that it came with, and opens a new channel with them, so that they are known to
 * work before anything else is done. Irreversible. One try: no command is sent again, and a wrong card cryptogram stops. Where the answer to PUT KEY
 * is lost, the key information template is read once, and the journal holds which keys the card has.
 *
 * CARD-STATUS, CARD-ANSWER when the card answers other check values or still has the old keys, the faults of `openChannel` and of the key port.
 * GPC_SPE_034 v2.3.1 §11.8, §11.3.3.1.
 */
export function* replaceCardKeys(
  replacement: KeyReplacement,
  channel: Omit<ChannelToOpen, 'keySet' | 'application'>,
): Dialogue<void> {
  const { to, form } = replacement;
  // A key that is missing costs no card: it is asked for before the journal says that the card's keys are changed.
  const made = yield { kind: 'new-card-keys', keySet: to, form, keys: 'all' };
  const [data, expected] = [made.slice(0, -answerLength), made.slice(-answerLength)];
  const replaces = replacement.way === 'add' ? 'new' : cardKeyVersion(replacement.from);
  yield { kind: 'mark', name: keyReplacementMarks.begun };
  yield* putKeys(putKey({ replaces, keys: 'all' }, data), expected, replacement);
  const application = yield* selectCardManager();
  yield* openChannel({ ...channel, keySet: to, application });
  yield* requireReplaced(replacement, channel.channel.protocol);
  yield { kind: 'mark', name: keyReplacementMarks.done };
}

function* putKeys(
  command: ReturnType<typeof putKey>,
  expected: Uint8Array,
  replacement: KeyReplacement,
): Dialogue<void> {
  try {
    const answer = yield* askSecurely(command, 'PUT KEY');
    if (equalBytes(answer, expected)) return;
  } catch (fault) {
    yield { kind: 'mark', name: `card-keys-found-${yield* findKeys(replacement)}` };
    throw fault;
  }
  const reason = 'it does not tell the version and check values of the keys that were sent';
  throw new StationFault('CARD-ANSWER', { command: 'PUT KEY', reason });
}

/** Key versions that the card tells, each with its key types by identifier. */
function versionsOf(template: Uint8Array): ReadonlyMap<number, ReadonlyMap<number, number | undefined>> {
  const versions = new Map<number, Map<number, number | undefined>>();
  for (const { version, identifier, components } of parseKeyInformation(template)) {
    const types = versions.get(version) ?? new Map<number, number | undefined>();
    versions.set(version, types.set(identifier, components[0]?.type));
  }
  return versions;
}

/** Reads which keys the card has, without a channel: that of the lost answer is dead. A card that is gone, or answers nothing readable, is `unknown`. */
function* findKeys({ from, to }: KeyReplacement): Dialogue<FoundCardKeys> {
  try {
    yield* selectCardManager();
    const template = yield* ask(getCardData(cardDataObject.keyInformationTemplate), 'GET DATA 00E0');
    const versions = versionsOf(template);
    const [old, fresh] = [versions.has(cardKeyVersion(from)), versions.has(cardKeyVersion(to))];
    if (old && fresh) return cardKeyVersion(from) === cardKeyVersion(to) ? 'unknown' : 'both';
    return old ? 'old' : fresh ? 'new' : 'neither';
  } catch (fault) {
    if (fault instanceof StationFault) return 'unknown';
    throw fault;
  }
}

/** The issuer's three keys must be told, and the old ones must be gone unless they were to stay. */
function* requireReplaced({ from, to, way }: KeyReplacement, protocol: 'scp02' | 'scp03'): Dialogue<void> {
  const label = 'GET DATA 00E0';
  const versions = versionsOf(yield* askSecurely(getCardData(cardDataObject.keyInformationTemplate), label));
  const [old, fresh] = [cardKeyVersion(from), cardKeyVersion(to)];
  const found = versions.get(fresh);
  const refuse = (reason: string): never => {
    throw new StationFault('CARD-ANSWER', { command: label, reason });
  };
  if (Object.values(channelKeyIdentifier).some((identifier) => !isChannelKeyType(protocol, found?.get(identifier)))) {
    return refuse(`the card does not tell the three keys of version ${fresh}`);
  }
  const stays = way === 'add' && old !== initialVersion;
  if (!stays && old !== fresh && versions.has(old)) return refuse(`the card still has keys of version ${old}`);
}
