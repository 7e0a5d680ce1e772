import { createCipheriv } from 'node:crypto';
import { expect, test } from 'vitest';
import { concatBytes, fromHex } from '#shared/bytes/bytes.ts';
import {
  answerInitializeUpdate,
  keysUnder,
  protectAnswer,
  publishedKey,
  selectedApplication,
} from './conformance-card.ts';
import { bringKey, faultOf as fault } from './conformance-ceremony.ts';
import { requested } from './conformance-registry.ts';
import { nodeCiphers } from './hsm-worker/node-ciphers.ts';
import type { KeyPort } from './port.ts';

const { signal } = new AbortController();
const hostChallenge = fromHex('0102030405060708');
const cardChallenge = fromHex('a1a2a3a4a5a6a7a8');
const level33 = { securityLevel: 0x33, parameter: 0x70, application: selectedApplication };

/** Channels to cards whose keys hang on a manufacturer key; the store is prepared, and issuer master keys were brought by `describePayment`. */
export function describeManufacturerKeys(keysOf: () => KeyPort): void {
  const kmc = 'kmc-scp03/northbank/channel';
  const keySet = { kmc, method: 'kdf3', keyVersion: 49 } as const;
  const own = keysUnder(publishedKey, fromHex('00010203040506070809'));

  test('a channel opens under keys that the card derives from the manufacturer key, and secrets reach it under its own', async () => {
    const keys = keysOf();
    await bringKey(keys, requested('kmc-scp03', 'AES-128', kmc), publishedKey);
    const card = answerInitializeUpdate({ keyVersion: 49, i: 0x70, hostChallenge, cardChallenge, keys: own });
    const opening = { keySet, hostChallenge, initializeUpdateResponse: card.answer, ...level33 };
    const { channel, externalAuthenticate } = await keys.openChannel(opening, signal);
    expect(externalAuthenticate).toEqual(card.externalAuthenticate(0x33));
    const wrapped = await keys.wrapCommand(channel, fromHex('80ca006600'), signal);
    const answer = protectAnswer(card, wrapped, fromHex('c0ffee'));
    expect(await keys.unwrapResponse(channel, answer, signal)).toEqual(fromHex('c0ffee9000'));
    const request = {
      channel,
      imkAc: 'imk-ac/payment',
      imkSmi: 'imk-smi/payment',
      imkSmc: 'imk-smc/payment',
      pan: '4532000000000018',
      panSequence: '01',
      option: 'A',
    } as const;
    const { value, checkValues } = await keys.cardKeysGrouping(request, signal);
    const clear = nodeCiphers.aesCbcDecrypt(own.dek, new Uint8Array(16), value);
    expect(clear.subarray(48)).toEqual(concatBytes(fromHex('80'), new Uint8Array(15)));
    const checks = [0, 16, 32].map((at) => {
      const cipher = createCipheriv('des-ede', clear.subarray(at, at + 16), null).setAutoPadding(false);
      return cipher.update(new Uint8Array(8)).subarray(0, 3);
    });
    expect(checkValues).toEqual(concatBytes(...checks));
    await keys.closeChannel(channel, signal);
    await expect(keys.cardKeysGrouping(request, signal)).rejects.toEqual(fault('KEYS-CHANNEL-LOST'));
  });

  test('new keys for the card of an SCP03 channel are enciphered under its static data key, in both forms', async () => {
    const keys = keysOf();
    const card = answerInitializeUpdate({ keyVersion: 49, i: 0x70, hostChallenge, cardChallenge, keys: own });
    const opening = { keySet, hostChallenge, initializeUpdateResponse: card.answer, ...level33 };
    const { channel } = await keys.openChannel(opening, signal);
    const request = { channel, keySet: { ...keySet, keyVersion: 50 }, form: 'with-length', keys: 'all' } as const;
    const block = (key: Uint8Array, data: Uint8Array): Uint8Array => {
      const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
      return new Uint8Array(cipher.update(data));
    };
    const wanted = [own.enc, own.mac, own.dek];
    const checks = wanted.map((key) => block(key, new Uint8Array(16).fill(1)).subarray(0, 3));
    const data = (head: string): Uint8Array =>
      concatBytes(
        Uint8Array.of(50),
        ...wanted.map((key, at) =>
          concatBytes(fromHex(head), block(own.dek, key), fromHex('03'), checks[at] ?? new Uint8Array(0)),
        ),
      );
    const answer = concatBytes(Uint8Array.of(50), ...checks);
    expect(await keys.newCardKeys(request, signal)).toEqual({ data: data('881110'), answer });
    expect(await keys.newCardKeys({ ...request, form: 'plain-length' }, signal)).toEqual({
      data: data('8810'),
      answer,
    });
    for (const changed of [{ kmc: 'imk-ac/payment' }, { keyVersion: 0 }, { keyVersion: 128 }]) {
      const other = { ...request, keySet: { ...request.keySet, ...changed } };
      await expect(keys.newCardKeys(other, signal)).rejects.toEqual(fault('KEYS-REFUSED'));
    }
    const set = { ...request, keySet: { name: 'scp03/training/48', version: 48 } };
    expect((await keys.newCardKeys(set, signal)).answer).toHaveLength(10);
    await keys.closeChannel(channel, signal);
    await expect(keys.newCardKeys(request, signal)).rejects.toEqual(fault('KEYS-CHANNEL-LOST'));
  });

  test('another card, another version and another key are refused by name', async () => {
    const keys = keysOf();
    const other = keysUnder(publishedKey, fromHex('00010203040506070800'));
    const asked = { keyVersion: 49, i: 0x70, hostChallenge, cardChallenge };
    const open = (initializeUpdateResponse: Uint8Array, reference: typeof keySet | { kmc: string }): Promise<unknown> =>
      keys.openChannel(
        { keySet: { ...keySet, ...reference }, hostChallenge, initializeUpdateResponse, ...level33 },
        signal,
      );
    // The card says one thing of itself and has the keys of another.
    const pretends = { ...other, diversificationData: own.diversificationData };
    await expect(open(answerInitializeUpdate({ ...asked, keys: pretends }).answer, keySet)).rejects.toEqual(
      fault('KEYS-CARD-CRYPTOGRAM', { name: kmc, version: 49 }),
    );
    const elsewhere = answerInitializeUpdate({ ...asked, keyVersion: 48, keys: own }).answer;
    await expect(open(elsewhere, keySet)).rejects.toEqual(fault('KEYS-CARD-ANSWER'));
    const right = answerInitializeUpdate({ ...asked, keys: own }).answer;
    await expect(open(right, { kmc: 'none' })).rejects.toEqual(fault('KEYS-NOT-FOUND'));
    await expect(open(right, { kmc: 'imk-ac/payment' })).rejects.toEqual(fault('KEYS-REFUSED'));
  });
}
