import { StationFault } from '#shared/faults/station-fault.ts';
import type { Act, ActInput, ActOutput } from '../worker-messages.ts';
import { CeremonyActs } from './ceremony-acts.ts';
import { ChannelActs } from './channel-acts.ts';
import { CryptogramActs } from './cryptogram-acts.ts';
import { DestroyedKeys } from './destroyed-keys.ts';
import { IccKeyActs } from './icc-key-acts.ts';
import { IntakeActs } from './intake-acts.ts';
import { KeyBlockActs } from './key-block-acts.ts';
import type { KeyProvider } from './key-provider.ts';
import type { Mechanisms } from './mechanisms.ts';
import { NewCardKeys } from './new-card-keys.ts';
import { PaymentActs } from './payment-acts.ts';
import { PinActs } from './pin-acts.ts';
import { RegistryActs } from './registry-acts.ts';
import { StationActs } from './station-acts.ts';

type ActTable = { readonly [A in Act]: (...input: ActInput<A>) => ActOutput<A> | Promise<ActOutput<A>> };

/** The acts of the key port over one key store: the same for every store. */
export class KeyActs {
  readonly #provider: KeyProvider;
  readonly #table: ActTable;
  readonly #close: () => void;

  constructor(provider: KeyProvider, mechanisms: Mechanisms) {
    const station = new StationActs(provider);
    const destroyed = new DestroyedKeys(provider);
    const intake = new IntakeActs(provider, station, destroyed);
    const channels = new ChannelActs(provider, station, mechanisms);
    const registry = new RegistryActs(provider, { station, mechanisms, destroyed });
    const cardKeys = new NewCardKeys(provider, station, channels);
    const payment = new PaymentActs(provider, station, channels);
    const cryptograms = new CryptogramActs(provider, station);
    const pins = new PinActs(provider, station);
    const iccKeys = new IccKeyActs(provider, station, channels);
    const ceremonies = new CeremonyActs(provider, registry);
    const keyBlocks = new KeyBlockActs(provider, registry, ceremonies);
    this.#provider = provider;
    this.#table = {
      describe: () => {
        provider.requirePresent();
        const { kind, module, token, notOffered } = provider;
        return { provider: kind, module, token, notOffered };
      },
      list: () => provider.list(),
      mechanisms: () => mechanisms.states,
      generateKey: (key) => registry.generateKey(key),
      destroyKey: (name) => registry.destroyKey(name),
      publicRsaKey: (name) => registry.publicRsaKey(name),
      openCeremony: (request) => ceremonies.openCeremony(request),
      enterDigit: (ceremony, digit) => ceremonies.enterDigit(ceremony, digit),
      clearEntry: (ceremony, entry) => ceremonies.clearEntry(ceremony, entry),
      endEntry: (ceremony, entry) => ceremonies.endEntry(ceremony, entry),
      combine: (ceremony) => ceremonies.combine(ceremony),
      keepCeremonyKey: (ceremony) => ceremonies.keepCeremonyKey(ceremony),
      leaveAsKeyBlock: (ceremony, protectionKey) => keyBlocks.leaveAsKeyBlock(ceremony, protectionKey),
      importKeyBlock: (request) => keyBlocks.importKeyBlock(request),
      abortCeremony: (ceremony) => ceremonies.abortCeremony(ceremony),
      prepareStation: (issuers, environment) => station.prepareStation(issuers, environment),
      publicKey: (usage) => station.publicKey(usage),
      sign: (data) => station.sign(data),
      panDigests: (issuer, texts) => station.panDigests(issuer, texts),
      openIntake: (batch, environment, contentKey) => intake.openIntake(batch, environment, contentKey),
      openRecords: (handle, records) => intake.openRecords(handle, records),
      closeIntake: (handle) => intake.closeIntake(handle),
      unseal: (batch, wrappedDataKey, records) => intake.unseal(batch, wrappedDataKey, records),
      destroyBatchKey: (batch) => intake.destroyBatchKey(batch),
      importTransportKey: (key) => channels.importTransportKey(key),
      importTestCardKeys: (keySet, protocol) => channels.importTestCardKeys(keySet, protocol),
      openChannel: (request) => channels.openChannel(request),
      wrapCommand: (channel, command) => channels.wrapCommand(channel, command),
      unwrapResponse: (channel, response) => channels.unwrapResponse(channel, response),
      unwrapThenWrap: (channel, response, next) => channels.unwrapThenWrap(channel, response, next),
      translateGrouping: (request) => channels.translateGrouping(request),
      cardVerificationValues: (request) => payment.cardVerificationValues(request),
      cardKeysGrouping: (request) => payment.cardKeysGrouping(request),
      pinVerificationValue: (request) => pins.pinVerificationValue(request),
      pinOffset: (request) => pins.pinOffset(request),
      translatePinBlock: (request) => pins.translatePinBlock(request),
      dynamicCvc3: (request) => payment.dynamicCvc3(request),
      certifyIcc: (request) => payment.certifyIcc(request),
      makeIccKey: (request) => iccKeys.makeIccKey(request),
      iccKeyGroupings: (request) => iccKeys.iccKeyGroupings(request),
      verifyCryptogram: (request) => cryptograms.verifyCryptogram(request),
      responseCryptogram: (request) => cryptograms.responseCryptogram(request),
      scriptMac: (request) => cryptograms.scriptMac(request),
      scriptEncipher: (request) => cryptograms.scriptEncipher(request),
      newCardKeys: (request) => cardKeys.newCardKeys(request),
      closeChannel: (channel) => channels.closeChannel(channel),
      readRegister: (name) => station.readRegister(name),
      writeRegister: (name, value) => station.writeRegister(name, value),
    };
    this.#close = () => {
      intake.close();
      channels.close();
      ceremonies.close();
    };
  }

  /** Performs one act; rejects with a StationFault of the area KEYS. */
  async perform(act: Act, input: readonly unknown[]): Promise<unknown> {
    if (!Object.hasOwn(this.#table, act)) throw new StationFault('KEYS-REFUSED', { reason: 'there is no such act' });
    // The client is typed by the same table; what crosses here was typed on its side.
    const perform = this.#table[act] as (...input: readonly unknown[]) => unknown;
    return perform(...input);
  }

  /** Wipes handles and closes the store. */
  close(): void {
    this.#close();
    this.#provider.close();
  }
}
