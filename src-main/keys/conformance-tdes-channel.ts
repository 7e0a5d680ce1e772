import { expect, test } from 'vitest';
import { concatBytes, fromHex, toHex, utf8 } from '#shared/bytes/bytes.ts';
import { selectedApplication } from './conformance-card.ts';
import { answerScp02InitializeUpdate, tdesEcb, tdesKeysUnder } from './conformance-tdes-card.ts';
import { bringKey, faultOf as fault } from './conformance-ceremony.ts';
import { requested } from './conformance-registry.ts';
import { nodeCiphers } from './hsm-worker/node-ciphers.ts';
import type { KeyPort, OpenedChannel } from './port.ts';
import type { ChannelRequest } from './port/card-key-requests.ts';

const { signal } = new AbortController();
const hostChallenge = fromHex('0102030405060708');

/** SCP02 channels; the store is prepared, holds the transport key and issuer master keys brought by `describePayment`. */
export function describeScp02(
  keysOf: () => KeyPort,
  transport: { readonly name: string; readonly key: Uint8Array },
): void {
  const keySet = { name: 'scp02/training/32', version: 32 };
  const open = (initializeUpdateResponse: Uint8Array, changed: Partial<ChannelRequest> = {}): Promise<OpenedChannel> =>
    keysOf().openChannel(
      {
        keySet,
        hostChallenge,
        initializeUpdateResponse,
        securityLevel: 0x03,
        parameter: 0x55,
        application: selectedApplication,
        ...changed,
      },
      signal,
    );

  test('an SCP02 channel opens in determined bytes and enciphers groupings under its own data key', async () => {
    const keys = keysOf();
    const imported = await keys.importTestCardKeys(keySet, 'scp02', signal);
    expect(imported.map(({ usage, algorithm, kcv }) => [usage, algorithm, kcv])).toEqual([
      ['scp02-enc', 'TDES-2', '8baf47'],
      ['scp02-mac', 'TDES-2', '8baf47'],
      ['scp02-dek', 'TDES-2', '8baf47'],
    ]);
    const card = answerScp02InitializeUpdate({ keyVersion: 32, hostChallenge });
    const { channel, externalAuthenticate } = await open(concatBytes(card.answer, fromHex('9000')));
    expect(toHex(externalAuthenticate)).toBe(toHex(card.externalAuthenticate(0x03)));
    expect(await keys.unwrapResponse(channel, fromHex('9000'), signal)).toEqual(fromHex('9000'));
    const wrapped = await keys.wrapCommand(channel, fromHex('80e2000003010203'), signal);
    expect(toHex(wrapped)).toBe(toHex(card.firstCommand(fromHex('80e20000'), fromHex('010203'))));
    // Without R-MAC an answer comes as it is.
    expect(await keys.unwrapResponse(channel, fromHex('c0ffee9000'), signal)).toEqual(fromHex('c0ffee9000'));

    const secret = utf8('sixteen byte key');
    const clear = concatBytes(secret, fromHex('80'), new Uint8Array(15));
    const value = nodeCiphers.aesCbcEncrypt(transport.key, new Uint8Array(16), clear);
    const request = { channel, transportKeyName: transport.name, value };
    const always = tdesEcb(card.dek, concatBytes(secret, fromHex('8000000000000000')));
    expect(toHex(await keys.translateGrouping(request, signal))).toBe(toHex(always));
    await keys.closeChannel(channel, signal);
    await expect(keys.translateGrouping(request, signal)).rejects.toEqual(fault('KEYS-CHANNEL-LOST'));

    const other = await open(card.answer, { padding: 'when-needed' });
    const bare = await keys.translateGrouping({ ...request, channel: other.channel }, signal);
    expect(toHex(bare)).toBe(toHex(tdesEcb(card.dek, secret)));
    const five = nodeCiphers.aesCbcEncrypt(
      transport.key,
      new Uint8Array(16),
      concatBytes(utf8('12345'), fromHex('8000000000000000000000')),
    );
    const filled = await keys.translateGrouping({ ...request, channel: other.channel, value: five }, signal);
    expect(toHex(filled)).toBe(toHex(tdesEcb(card.dek, concatBytes(utf8('12345'), fromHex('800000')))));
    await keys.closeChannel(other.channel, signal);
  });

  test.each(['emv-cps-1.1', 'visa2'] as const)(
    'an SCP02 channel opens under keys that the card derives by %s from the manufacturer key',
    async (method) => {
      const keys = keysOf();
      const material = fromHex('2315208c9110ad40b0b5c1dc7f4c2a94');
      const kmc = `kmc-scp02/northbank/${method}`;
      await bringKey(keys, requested('kmc-scp02', 'TDES-2', kmc), material);
      const own = tdesKeysUnder(material, fromHex('00010203040506070809'), method);
      const card = answerScp02InitializeUpdate({ keyVersion: 1, hostChallenge, keys: own });
      const derived = { keySet: { kmc, method, keyVersion: 1 }, padding: 'when-needed' } as const;
      const { channel, externalAuthenticate } = await open(card.answer, derived);
      expect(toHex(externalAuthenticate)).toBe(toHex(card.externalAuthenticate(0x03)));
      const request = {
        channel,
        imkAc: 'imk-ac/payment',
        imkSmi: 'imk-smi/payment',
        imkSmc: 'imk-smc/payment',
        pan: '4532000000000018',
        panSequence: '01',
        option: 'A',
      } as const;
      expect((await keys.cardKeysGrouping(request, signal)).value).toHaveLength(48);
      await keys.closeChannel(channel, signal);
      const pretends = { ...own, enc: own.mac };
      const wrong = answerScp02InitializeUpdate({ keyVersion: 1, hostChallenge, keys: pretends });
      await expect(open(wrong.answer, derived)).rejects.toEqual(
        fault('KEYS-CARD-CRYPTOGRAM', { name: kmc, version: 1 }),
      );
      const otherMethod = { keySet: { kmc, method: 'kdf3', keyVersion: 1 } } as const;
      await expect(open(card.answer, otherMethod)).rejects.toEqual(fault('KEYS-REFUSED'));
    },
  );

  test('new keys for the card of an SCP02 channel are enciphered under its own data key, each block by itself', async () => {
    const keys = keysOf();
    const { answer, dek } = answerScp02InitializeUpdate({ keyVersion: 32, hostChallenge });
    const { channel } = await open(answer);
    const kmc = 'kmc-scp02/northbank/visa2';
    const derived = { kmc, method: 'visa2', keyVersion: 1 } as const;
    const material = fromHex('2315208c9110ad40b0b5c1dc7f4c2a94');
    const own = tdesKeysUnder(material, new Uint8Array(10), 'visa2');
    const wanted = [own.enc, own.mac, own.dek];
    const checks = wanted.map((key) => tdesEcb(key, new Uint8Array(8)).subarray(0, 3));
    const fields = wanted.map((key, at) =>
      concatBytes(fromHex('8010'), tdesEcb(dek, key), fromHex('03'), checks[at] ?? new Uint8Array(0)),
    );
    const request = { channel, keySet: derived, form: 'with-length', keys: 'all' } as const;
    const made = await keys.newCardKeys(request, signal);
    expect([toHex(made.data), toHex(made.answer)]).toEqual([
      toHex(concatBytes(Uint8Array.of(1), ...fields)),
      toHex(concatBytes(Uint8Array.of(1), ...checks)),
    ]);
    const one = await keys.newCardKeys({ ...request, keys: 'mac' }, signal);
    expect(toHex(one.data)).toBe(toHex(concatBytes(Uint8Array.of(1), fields[1] ?? new Uint8Array(0))));
    const test = await keys.newCardKeys({ ...request, keySet, keys: 'enc' }, signal);
    expect(toHex(test.answer)).toBe('208baf47');
    const aes = { name: 'scp03/training/48', version: 48 };
    await expect(keys.newCardKeys({ ...request, keySet: aes }, signal)).rejects.toEqual(fault('KEYS-REFUSED'));
    await keys.closeChannel(channel, signal);
    await expect(keys.newCardKeys(request, signal)).rejects.toEqual(fault('KEYS-CHANNEL-LOST'));
  });

  test('a card of SCP02 that is another than the product says has its own fault each time', async () => {
    const { answer } = answerScp02InitializeUpdate({ keyVersion: 32, hostChallenge });
    const altered = (at: number, byte: number): Uint8Array =>
      answer.map((was, index) => (index === at ? was ^ byte : was));
    for (let at = 20; at < 28; at++) {
      await expect(open(altered(at, 1))).rejects.toEqual(fault('KEYS-CARD-CRYPTOGRAM', { name: keySet.name }));
    }
    const elsewhere = { application: fromHex('a000000003000000') };
    await expect(open(answer, elsewhere)).rejects.toEqual(fault('KEYS-CARD-ANSWER'));
    expect((await open(answer, { ...elsewhere, parameter: 0x15 })).channel).not.toBe('');
    for (const bad of [altered(10, 1), altered(11, 1), answer.subarray(0, 27), concatBytes(answer, fromHex('00'))]) {
      await expect(open(bad)).rejects.toEqual(fault('KEYS-CARD-ANSWER'));
    }
    await expect(open(answer, { parameter: 0x1a })).rejects.toEqual(fault('KEYS-CARD-ANSWER'));
    await expect(open(answer, { securityLevel: 0x13 })).rejects.toEqual(fault('KEYS-CARD-ANSWER'));
    await expect(open(answer, { securityLevel: 0x33 })).rejects.toEqual(fault('KEYS-REFUSED'));
    await expect(open(answer, { hostChallenge: new Uint8Array(16) })).rejects.toEqual(fault('KEYS-CARD-ANSWER'));
    const foreign = { keySet: { name: 'scp03/training/48', version: 48 } };
    await expect(open(altered(10, 0x10), foreign)).rejects.toEqual(fault('KEYS-CARD-ANSWER'));
    await expect(open(answer, { keySet: { name: 'none', version: 32 } })).rejects.toEqual(fault('KEYS-NOT-FOUND'));
  });
}
