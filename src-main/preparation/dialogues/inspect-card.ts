import { fromHex, toHex, type Hex } from '#shared/bytes/bytes.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { CommandApdu } from '#shared/protocols/apdu/command-apdu.ts';
import { describeStatus, formatStatus } from '#shared/protocols/apdu/status-word.ts';
import {
  cardDataObject,
  getCardData,
  selectApplication,
  statusScope,
} from '#shared/protocols/globalplatform/card-commands.ts';
import {
  parseCardNumber,
  parseCardRecognitionData,
  type CardRecognitionData,
} from '#shared/protocols/globalplatform/card-recognition-data.ts';
import { parseCardResources, type CardResources } from '#shared/protocols/globalplatform/card-resources.ts';
import { parseKeyInformation, type KeyInformation } from '#shared/protocols/globalplatform/key-information.ts';
import {
  parseProductionLifeCycle,
  type ProductionLifeCycle,
} from '#shared/protocols/globalplatform/production-life-cycle.ts';
import type { RegistryEntry } from '#shared/protocols/globalplatform/registry-entry.ts';
import { openChannel, type ChannelToOpen } from './personalise/open-channel.ts';
import { ask, lockedCard, selectAnyCardManager, send } from './plain-exchange.ts';
import { readRegistry } from './read-registry.ts';

/** What a card did not tell, and why, in words. */
export interface Untold {
  readonly object: string;
  readonly reason: string;
}

/** What a card tells of itself before any authentication; null where it does not. */
export interface CardStructure {
  readonly cardManager: Hex | null;
  readonly production: ProductionLifeCycle | null;
  readonly issuerNumber: Hex | null;
  readonly imageNumber: Hex | null;
  readonly recognition: CardRecognitionData | null;
  readonly keys: readonly KeyInformation[] | null;
  readonly memory: CardResources | null;
  readonly untold: readonly Untold[];
}

/** An application that was selected by its name, and what the card answered. */
export interface FoundApplication {
  readonly aid: Hex;
  readonly statusWord: number;
}

/** The registry as a card tells it in a channel. */
export interface CardRegistry {
  readonly issuerDomain: readonly RegistryEntry[];
  readonly applications: readonly RegistryEntry[];
  readonly loadFiles: readonly RegistryEntry[];
  readonly untold: readonly Untold[];
}

/** A refusal, or an answer that cannot be read, is told and not thrown: the inspection goes on with what is next. */
function* attempt<Value>(object: string, untold: Untold[], reading: Dialogue<Value>): Dialogue<Value | null> {
  try {
    return yield* reading;
  } catch (thrown) {
    if (!(thrown instanceof StationFault)) throw thrown;
    const { statusWord, meaning, reason } = thrown.details;
    switch (thrown.code) {
      case 'CARD-STATUS':
        untold.push({ object, reason: `${String(statusWord)}, ${String(meaning)}` });
        return null;
      case 'CARD-ANSWER':
      case 'CARD-TLV':
      case 'CARD-TLV-MISSING':
        untold.push({ object, reason: `cannot be read: ${String(reason ?? thrown.code)}` });
        return null;
      default:
        throw thrown;
    }
  }
}

function* readObject<Value>(command: CommandApdu, label: string, parse: (data: Uint8Array) => Value): Dialogue<Value> {
  return parse(yield* ask(command, label));
}

/**
 * Reads what a card tells of itself without any authentication, and leaves no trace on it: card manager, production data, issuer and image
 * number, recognition data, key information, free memory. A part that is refused is `untold`. CARD-GONE and the faults of the link.
 * GPC_SPE_034 v2.3.1 §11.3, §11.9.
 */
export function* readStructure(): Dialogue<CardStructure> {
  const untold: Untold[] = [];
  const object = <Value>(title: string, tag: number, parse: (data: Uint8Array) => Value): Dialogue<Value | null> => {
    const label = `GET DATA ${tag.toString(16).toUpperCase().padStart(4, '0')}, ${title}`;
    return attempt(title, untold, readObject(getCardData(tag), label, parse));
  };
  const selected = yield* attempt('card manager', untold, selectAnyCardManager());
  if (selected?.statusWord === lockedCard) untold.push({ object: 'applications', reason: 'the card is locked (6283)' });
  return {
    cardManager: selected === null ? null : toHex(selected.aid),
    production: yield* object('production data', cardDataObject.productionLifeCycle, parseProductionLifeCycle),
    issuerNumber: yield* object('issuer identification number', cardDataObject.issuerIdentificationNumber, (data) =>
      parseCardNumber(data, 0x42),
    ),
    imageNumber: yield* object('card image number', cardDataObject.cardImageNumber, (data) =>
      parseCardNumber(data, 0x45),
    ),
    recognition: yield* object('card recognition data', cardDataObject.cardData, parseCardRecognitionData),
    keys: yield* object('key information', cardDataObject.keyInformationTemplate, parseKeyInformation),
    memory: yield* object('free memory', cardDataObject.cardResources, parseCardResources),
    untold,
  };
}

/** Selects applications by their names, one after the other; only the status word is kept. No effect on the card. ISO/IEC 7816-4:2013 §11.1.1. */
export function* findApplications(
  wanted: readonly { readonly aid: Hex; readonly name: string }[],
): Dialogue<readonly FoundApplication[]> {
  const found: FoundApplication[] = [];
  for (const { aid, name } of wanted) {
    const { statusWord } = yield* send(selectApplication(fromHex(aid)), `SELECT ${name}`);
    found.push({ aid, statusWord });
  }
  return found;
}

/**
 * Opens a channel with a key set, once, and lists the card's registry: the issuer's security domain, applications and security domains, load files with
 * their modules. Changes nothing on the card but the counters of its keys. The faults of `openChannel`. GPC_SPE_034 v2.3.1 §11.4.
 */
export function* readWholeRegistry(channel: Omit<ChannelToOpen, 'application'>): Dialogue<CardRegistry> {
  const untold: Untold[] = [];
  const { aid: application } = yield* selectAnyCardManager();
  yield* openChannel({ ...channel, application });
  function* list(scope: keyof typeof statusScope, title: string): Dialogue<readonly RegistryEntry[] | null> {
    const label = `GET STATUS, ${title}`;
    return yield* attempt(title, untold, readRegistry(statusScope[scope], new Uint8Array(0), label));
  }
  const issuerDomain = (yield* list('issuerSecurityDomain', 'issuer security domain')) ?? [];
  const applications = (yield* list('applications', 'applications and security domains')) ?? [];
  const files = (yield* list('loadFiles', 'load files')) ?? [];
  const modules = (yield* list('modules', 'load files with their modules')) ?? [];
  const known = new Map(modules.map((entry) => [toHex(entry.aid), entry]));
  const loadFiles = files.map((file) => ({ ...file, modules: known.get(toHex(file.aid))?.modules ?? file.modules }));
  return { issuerDomain, applications, loadFiles: files.length === 0 ? modules : loadFiles, untold };
}

/** A status word as four digits and in words. */
export function statusInWords(statusWord: number): { readonly status: string; readonly meaning: string } {
  return { status: formatStatus(statusWord), meaning: describeStatus(statusWord).text };
}
