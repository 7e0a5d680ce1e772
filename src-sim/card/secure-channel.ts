import { concatBytes, fromHex } from '#shared/bytes/bytes.ts';
import type { CardCommand } from './card-command.ts';
import { triesOfKeySet } from './chip-state.ts';
import type { ChipState, KeySetState, OfferedProtocol, SecurityDomainState } from './chip-state.ts';
import { channelKeys, protocolOfSet } from './key-sets.ts';
import { Scp02Session } from './scp02-session.ts';
import { scp03ChallengeLength, Scp03Session } from './scp03-session.ts';
import { securityLevel } from './secure-session.ts';
import type { SecureSession, SensitiveData } from './secure-session.ts';
import { StatusError } from './status-word.ts';

interface Running {
  readonly session: SecureSession;
  readonly keySet: KeySetState;
  readonly domain: SecurityDomainState;
  phase: 'updated' | 'open';
}

/** The one secure channel that the chip can have at a time: chooses the key set, counts tries and sessions, ends what is broken. */
export class SecureChannel {
  readonly #state: ChipState;
  readonly #random: (length: number) => Uint8Array;
  /** Wrong keys by command of a test: the chip answers as if it held other ones. */
  readonly #keyMask: number;
  #running: Running | undefined;

  constructor(state: ChipState, random: (length: number) => Uint8Array, keyMask: number) {
    this.#state = state;
    this.#random = random;
    this.#keyMask = keyMask;
  }

  /** Forgets the session: reset, selection, broken MAC. */
  close(): void {
    this.#running = undefined;
  }

  get isOpen(): boolean {
    return this.#running?.phase === 'open';
  }

  /** How the open session enciphers what is secret beyond it. Throws 6982 without one. */
  get sensitive(): SensitiveData {
    if (this.#running?.phase !== 'open') throw new StatusError('securityNotSatisfied');
    return this.#running.session.sensitive;
  }

  /** The key set whose keys opened the session. */
  get keySetInUse(): KeySetState | undefined {
    return this.#running?.keySet;
  }

  /** Whether answers of this session bear a MAC. */
  get protectsAnswers(): boolean {
    return this.isOpen && ((this.#running?.session.level ?? 0) & securityLevel.rMac) !== 0;
  }

  /** How many bytes longer than its data an answer can be. */
  get overhead(): number {
    if (!this.protectsAnswers) return 0;
    return 16 + (this.#running?.session.macLength ?? 0);
  }

  /**
   * INITIALIZE UPDATE to a security domain, or to an application for which its domain answers. P1 is the version of the
   * key set, 00 the one that was put last. GPC_SPE_034 v2.3.1 §E.5.1, GPC_SPE_014 v1.1.2 §7.1.1.
   */
  initializeUpdate(command: CardCommand, domain: SecurityDomainState, applicationAid: Uint8Array): Uint8Array {
    this.close();
    if (command.p2 !== 0) throw new StatusError('wrongParameters');
    const offered = offeredSets(domain);
    const found = command.p1 === 0 ? offered.at(-1) : offered.find(({ keySet }) => keySet.version === command.p1);
    if (found === undefined) throw new StatusError('referencedDataNotFound');
    const { keySet, protocol, parameter } = found;
    if (command.data.length !== (protocol === 'scp03' ? scp03ChallengeLength(parameter) : 8)) {
      throw new StatusError('wrongLength');
    }
    if (keySet.failures >= triesOfKeySet) throw new StatusError('authenticationBlocked');
    this.#state.counters.initializeUpdates++;
    const masked = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ this.#keyMask);
    const { enc, mac, dek } = channelKeys(keySet);
    const make = {
      keys: { enc: masked(enc), mac: masked(mac), dek: masked(dek) },
      keyVersion: keySet.version,
      parameter,
      sequence: keySet.sequence,
      hostChallenge: command.data,
      applicationAid,
      diversification: keyDiversificationData(this.#state),
      random: this.#random,
    };
    const session = protocol === 'scp03' ? new Scp03Session(make) : new Scp02Session(make);
    this.#running = { session, keySet, domain, phase: 'updated' };
    return session.updateAnswer;
  }

  /** EXTERNAL AUTHENTICATE: proves the host and opens the session at a level. GPC_SPE_034 v2.3.1 §E.5.2, GPC_SPE_014 v1.1.2 §7.1.2. */
  externalAuthenticate(command: CardCommand): void {
    const running = this.#running;
    if (running?.phase !== 'updated') throw new StatusError('conditionsNotSatisfied');
    this.close();
    const { session, keySet, domain } = running;
    if ((command.cla & 0x04) === 0) throw new StatusError('securityNotSatisfied');
    if (command.p2 !== 0 || !session.offersLevel(command.p1)) throw new StatusError('wrongParameters');
    if (command.data.length !== 2 * session.macLength) throw new StatusError('wrongLength');
    const { counters } = this.#state;
    // The try is counted before the comparison, so that pulling the card during it saves nobody a try.
    keySet.failures++;
    counters.failedAuthentications++;
    const proof = session.prove(command);
    if (proof === 'wrong-cryptogram') throw new StatusError('authenticationFailed');
    if (proof === 'wrong-mac') throw new StatusError('securityNotSatisfied');
    keySet.failures = 0;
    keySet.sequence = (keySet.sequence + 1) & (protocolOfSet(keySet) === 'scp02' ? 0xffff : 0xffffff);
    counters.failedAuthentications--;
    counters.authentications++;
    this.#running = { session, keySet, domain, phase: 'open' };
  }

  /** Takes secure messaging off a command of an open session; one that does not bear what the level asks for ends it (6982). */
  unwrap(command: CardCommand): CardCommand {
    const session = this.isOpen ? this.#running?.session : undefined;
    const secured = (command.cla & 0x04) !== 0;
    if (session === undefined || session.level === 0) {
      if (secured) throw new StatusError('securityNotSatisfied');
      return command;
    }
    const plain = secured ? session.plainCommand(command) : undefined;
    if (plain === undefined) {
      this.close();
      throw new StatusError('securityNotSatisfied');
    }
    return plain;
  }

  /** Puts secure messaging on the answer to the command before, where the session asks for it. */
  wrapAnswer(data: Uint8Array, sw: number): Uint8Array {
    const running = this.#running;
    return running === undefined || !this.protectsAnswers ? data : running.session.protectedAnswer(data, sw);
  }
}

/** The key sets of a domain that one of its protocols can use, in the order in which they were put. */
function offeredSets(domain: SecurityDomainState): readonly (OfferedProtocol & { readonly keySet: KeySetState })[] {
  return domain.keySets.flatMap((keySet) => {
    const offer = domain.protocols.find(({ protocol }) => protocol === protocolOfSet(keySet));
    return offer === undefined ? [] : [{ ...offer, keySet }];
  });
}

/** Ten bytes that identify the chip's keys: fabricator, IC type, serial and batch of the CPLC. */
export function keyDiversificationData(state: ChipState): Uint8Array {
  const cplc = fromHex(state.cplc);
  return concatBytes(cplc.slice(0, 4), cplc.slice(12, 18));
}
