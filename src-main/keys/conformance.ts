import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { CompactEncrypt, importJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex, utf8 } from '#shared/bytes/bytes.ts';
import { batchId, issuerId } from '#shared/domain/identifiers.ts';
import { nodeCiphers } from './hsm-worker/node-ciphers.ts';
import type { KeyPort } from './port.ts';
import { describeCeremonies } from './conformance-ceremony.ts';
import { describeCryptograms } from './conformance-cryptogram.ts';
import { describeKeyBlocks } from './conformance-blocks.ts';
import { describeIccKeys } from './conformance-icc-keys.ts';
import { describePayment } from './conformance-payment.ts';
import { describePins } from './conformance-pin.ts';
import { describeManufacturerKeys } from './conformance-manufacturer-key.ts';
import { describeScp02 } from './conformance-tdes-channel.ts';
import { describeRegistry, requested } from './conformance-registry.ts';
import { answerInitializeUpdate, protectAnswer, publishedKey, selectedApplication } from './conformance-card.ts';

/** One store under test: opened anew by each call, over the same keys. */
export interface StoreUnderTest {
  readonly open: () => Promise<KeyPort>;
  /** Ends the worker of the port opened last, as a crash would. */
  readonly crash: () => void;
}

const northbank = issuerId.parse('northbank');
const eastbank = issuerId.parse('eastbank');
const batch = batchId.parse('batch-1');
const { signal } = new AbortController();
const keySet = { name: 'scp03/training/48', version: 48 };
const transportName = 'dgi-transport/northbank/1';

function fault(code: string): unknown {
  return expect.objectContaining({ name: 'StationFault', code });
}

/** Wraps a content key for the station as the CMS does, by an independent library. */
async function encipherKey(keys: KeyPort, contentKey: Uint8Array): Promise<Parameters<KeyPort['openIntake']>[2]> {
  const recipient = await importJWK({ ...(await keys.publicKey('record-decryption', signal)) }, 'ECDH-ES+A256KW');
  const jwe = await new CompactEncrypt(new Uint8Array(1))
    .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM' })
    .setContentEncryptionKey(contentKey)
    .setKeyManagementParameters({ apu: utf8('batch-1'), apv: utf8('station/lease') })
    .encrypt(recipient);
  const [header = '', encryptedKey = ''] = jwe.split('.');
  const { epk, apu, apv } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as {
    epk: Parameters<KeyPort['openIntake']>[2]['epk'];
    apu: string;
    apv: string;
  };
  return { encryptedKey, epk, apu, apv };
}

function encipherRecord(contentKey: Uint8Array, header: object, text: string): Promise<string> {
  return new CompactEncrypt(utf8(text))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', ...header })
    .encrypt(contentKey);
}

async function encipherTransportKey(keys: KeyPort, value: Uint8Array, name: string): Promise<string> {
  const recipient = await importJWK({ ...(await keys.publicKey('record-decryption', signal)) }, 'ECDH-ES+A256KW');
  return new CompactEncrypt(value)
    .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', typ: 'cardwright-transport-key' })
    .setKeyManagementParameters({ apu: utf8('station'), apv: utf8(name) })
    .encrypt(recipient);
}

function kcvOf(key: Uint8Array): string {
  return toHex(nodeCiphers.aesCmac(key, new Uint8Array(16)).subarray(0, 3));
}

/** What every key store must do behind the port, in the same bytes wherever the bytes are determined. */
export function describeKeyPort(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`key port over ${name}`, () => {
    let store: StoreUnderTest;
    let keys: KeyPort;
    const contentKey = new Uint8Array(randomBytes(32));
    const transportKey = new Uint8Array(randomBytes(32));

    beforeAll(async () => {
      store = await makeStore();
      keys = await store.open();
    });
    afterAll(() => keys.close());

    test('makes the station keys once, all of one environment', async () => {
      expect(await keys.list(signal)).toEqual([]);
      await expect(keys.sign(utf8('x'), signal)).rejects.toEqual(fault('KEYS-NOT-FOUND'));
      await expect(keys.importTestCardKeys(keySet, 'scp03', signal)).rejects.toEqual(fault('KEYS-REFUSED'));
      const made = await keys.prepareStation([northbank, eastbank], 'test', signal);
      expect(made.map(({ name: keyName, usage, algorithm, issuer }) => [keyName, usage, algorithm, issuer])).toEqual([
        ['station-signing/1', 'station-signing', 'EC-P256', null],
        ['record-decryption/1', 'record-decryption', 'EC-P256', null],
        ['icc-pool-wrapping/station/1', 'icc-pool-wrapping', 'AES-256', null],
        ['pan-digest/northbank/1', 'pan-digest', 'HMAC-SHA-256', 'northbank'],
        ['pan-digest/eastbank/1', 'pan-digest', 'HMAC-SHA-256', 'eastbank'],
      ]);
      expect(await keys.prepareStation([northbank, eastbank], 'test', signal)).toEqual(made);
      expect(await keys.list(signal)).toEqual(made);
      await expect(keys.prepareStation([northbank], 'live', signal)).rejects.toMatchObject({
        code: expect.stringMatching(/KEYS-(ENVIRONMENT|REFUSED)/) as string,
      });
    });

    test('signs so that anyone can verify, and names keys by their check values', async () => {
      const jwk = await keys.publicKey('station-signing', signal);
      const data = utf8('a statement');
      const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
      const signature = await keys.sign(data, signal);
      expect(signature).toHaveLength(64);
      expect(verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
      const point = concatBytes(Uint8Array.of(4), Buffer.from(jwk.x, 'base64url'), Buffer.from(jwk.y, 'base64url'));
      const listed = (await keys.list(signal)).find(({ usage }) => usage === 'station-signing');
      expect(listed?.kcv).toBe(createHash('sha256').update(point).digest('hex').slice(0, 6));
    });

    test('digests texts in order, the same for the same issuer only', async () => {
      const texts = Array.from({ length: 600 }, (_, at) => `45320000000${at % 300}`);
      const { keyVersion, digests } = await keys.panDigests(northbank, texts, signal);
      const other = await keys.panDigests(eastbank, texts.slice(0, 1), signal);
      const hex = digests.map(toHex);
      expect([keyVersion, hex.length, new Set(hex).size]).toEqual([1, 600, 300]);
      expect(hex.slice(0, 300)).toEqual(hex.slice(300));
      expect(hex).not.toContain(toHex(other.digests[0] ?? new Uint8Array()));
      await expect(keys.panDigests(issuerId.parse('nobody'), ['1'], signal)).rejects.toEqual(fault('KEYS-NOT-FOUND'));
    });

    test('takes a batch in, seals each record for its place, and opens nothing once the batch key is destroyed', async () => {
      const intake = await keys.openIntake(batch, 'test', await encipherKey(keys, contentKey), signal);
      expect(intake.wrappingKey).toMatchObject({ name: 'batch-wrapping/batch-1', usage: 'batch-wrapping' });
      expect(intake.wrappedDataKey).toHaveLength(40);
      const good = await encipherRecord(contentKey, { typ: 'cardwright-record', batch, index: 0 }, 'record zero');
      const parts = good.split('.');
      const cases: readonly { readonly jwe: string; readonly expected: string }[] = [
        { jwe: good, expected: 'opened' },
        { jwe: await encipherRecord(contentKey, { batch, index: 0 }, 'x'), expected: 'header' },
        { jwe: await encipherRecord(contentKey, { batch: 'batch-2', index: 2 }, 'x'), expected: 'header' },
        { jwe: await encipherRecord(contentKey, { batch, index: 3, issuer: 'x' }, 'x'), expected: 'header' },
        { jwe: await encipherRecord(contentKey, { batch, index: 4, kid: 'k' }, 'x'), expected: 'header' },
        { jwe: await encipherRecord(contentKey, { batch, index: '5' }, 'x'), expected: 'header' },
        { jwe: await encipherRecord(randomBytes(32), { batch, index: 6 }, 'x'), expected: 'authentication' },
        { jwe: parts.slice(0, 4).join('.'), expected: 'form' },
        { jwe: `${good}.`, expected: 'form' },
        { jwe: '', expected: 'form' },
        { jwe: good.replace('..', '.AAAA.'), expected: 'header' },
        { jwe: `${parts[0]}..${parts[2]}.${parts[3]}!.${parts[4]}`, expected: 'form' },
      ];
      const records = cases.map(({ jwe }, index) => ({ index, jwe }));
      const opened = await keys.openRecords(intake.handle, records, signal);
      expect(opened.map((record) => (record.kind === 'opened' ? record.kind : record.reason))).toEqual(
        cases.map(({ expected }) => expected),
      );
      const first = opened[0];
      if (first?.kind !== 'opened') throw new Error('the good record was refused');
      expect(first.plaintext).toEqual(utf8('record zero'));

      const { wrappedDataKey } = intake;
      expect(await keys.unseal(batch, wrappedDataKey, [first.sealed], signal)).toEqual([utf8('record zero')]);
      const moved = { ...first.sealed, index: 1 };
      await expect(keys.unseal(batch, wrappedDataKey, [moved], signal)).rejects.toEqual(fault('KEYS-SEALED-RECORD'));
      const altered = { index: 0, bytes: first.sealed.bytes.map((byte, at) => (at === 20 ? byte ^ 1 : byte)) };
      await expect(keys.unseal(batch, wrappedDataKey, [altered], signal)).rejects.toEqual(fault('KEYS-SEALED-RECORD'));
      const wrongWrap = wrappedDataKey.map((byte, at) => (at === 3 ? byte ^ 1 : byte));
      await expect(keys.unseal(batch, wrongWrap, [first.sealed], signal)).rejects.toEqual(fault('KEYS-UNWRAP'));

      const { kcv } = await keys.destroyBatchKey(batch, signal);
      expect(kcv).toBe(intake.wrappingKey.kcv);
      expect(await keys.destroyBatchKey(batch, signal)).toEqual({ kcv });
      await expect(keys.unseal(batch, wrappedDataKey, [first.sealed], signal)).rejects.toEqual(fault('KEYS-NOT-FOUND'));
      await expect(keys.openRecords(intake.handle, records, signal)).rejects.toEqual(fault('KEYS-CHANNEL-LOST'));
      // The same batch taken in again gets another wrapping key: what was sealed before stays shut.
      const again = await keys.openIntake(batch, 'test', await encipherKey(keys, contentKey), signal);
      await expect(keys.unseal(batch, wrappedDataKey, [first.sealed], signal)).rejects.toEqual(fault('KEYS-UNWRAP'));
      await keys.closeIntake(again.handle, signal);
      await keys.closeIntake(again.handle, signal);
    });

    test('refuses content keys that were made for another station, mode or curve', async () => {
      const sent = await encipherKey(keys, contentKey);
      const open = (key: typeof sent, environment: 'test' | 'live' = 'test'): Promise<unknown> =>
        keys.openIntake(batchId.parse('batch-9'), environment, key, signal);
      await expect(open(sent, 'live')).rejects.toEqual(fault('KEYS-ENVIRONMENT'));
      await expect(open({ ...sent, apu: 'AAAA' })).rejects.toEqual(fault('KEYS-UNWRAP'));
      await expect(open({ ...sent, encryptedKey: 'AAAA' })).rejects.toEqual(fault('KEYS-UNWRAP'));
      const offCurve = { ...sent.epk, y: Buffer.alloc(32, 2).toString('base64url') };
      await expect(open({ ...sent, epk: offCurve })).rejects.toEqual(fault('KEYS-UNWRAP'));
      expect((await keys.list(signal)).map((key) => key.name)).not.toContain('batch-wrapping/batch-9');
    });

    test('brings in a transport key only with its check value and under its own name', async () => {
      const key = { name: transportName, issuer: northbank, environment: 'test', kcv: kcvOf(transportKey) } as const;
      const jwe = await encipherTransportKey(keys, transportKey, transportName);
      const wrong = { ...key, kcv: '000000', jwe };
      await expect(keys.importTransportKey(wrong, signal)).rejects.toEqual(fault('KEYS-WRONG-KCV'));
      const renamed = { ...key, name: 'dgi-transport/northbank/2', jwe };
      await expect(keys.importTransportKey(renamed, signal)).rejects.toEqual(fault('KEYS-UNWRAP'));
      const live = { ...key, environment: 'live', jwe } as const;
      await expect(keys.importTransportKey(live, signal)).rejects.toEqual(fault('KEYS-ENVIRONMENT'));
      const made = await keys.importTransportKey({ ...key, jwe }, signal);
      expect(made).toEqual({
        name: transportName,
        usage: 'dgi-transport',
        algorithm: 'AES-256',
        environment: 'test',
        issuer: 'northbank',
        version: 1,
        kcv: key.kcv,
        kcvMethod: 'aes-cmac-zeros',
      });
      expect(await keys.importTransportKey({ ...key, jwe }, signal)).toEqual(made);
      await expect(keys.importTransportKey(wrong, signal)).rejects.toEqual(fault('KEYS-REFUSED'));
    });

    const hostChallenge = fromHex('0102030405060708');
    const cardChallenge = fromHex('a1a2a3a4a5a6a7a8');
    const openChannel = (answer: Uint8Array, securityLevel = 0x33): ReturnType<KeyPort['openChannel']> =>
      keys.openChannel(
        {
          keySet,
          hostChallenge,
          initializeUpdateResponse: answer,
          securityLevel,
          parameter: 0x70,
          application: selectedApplication,
        },
        signal,
      );

    test('opens a channel in determined bytes, protects commands and answers, and enciphers groupings for the card', async () => {
      expect((await keys.importTestCardKeys(keySet, 'scp03', signal)).map((key) => key.kcv)).toEqual(
        Array(3).fill(kcvOf(publishedKey)),
      );
      const card = answerInitializeUpdate({ keyVersion: 48, i: 0x70, hostChallenge, cardChallenge });
      const { channel, externalAuthenticate } = await openChannel(card.answer);
      // Determined by the published key and the two challenges; computed once by node:crypto alone, the same for every store.
      expect(toHex(externalAuthenticate)).toBe(toHex(card.externalAuthenticate(0x33)));
      expect(toHex(await keys.unwrapResponse(channel, fromHex('9000'), signal))).toBe('9000');
      const wrapped = await keys.wrapCommand(channel, fromHex('80e2000003010203'), signal);
      expect([wrapped[0], wrapped[1], wrapped.length]).toEqual([0x84, 0xe2, 5 + 16 + 8]);
      const answer = protectAnswer(card, wrapped, utf8('hello card'));
      expect(await keys.unwrapResponse(channel, answer, signal)).toEqual(
        concatBytes(utf8('hello card'), fromHex('9000')),
      );

      const clear = concatBytes(utf8('sixteen byte key'), fromHex('80'), new Uint8Array(15));
      const value = nodeCiphers.aesCbcEncrypt(transportKey, new Uint8Array(16), clear);
      const request = { channel, transportKeyName: transportName, value };
      const expected = nodeCiphers.aesCbcEncrypt(publishedKey, new Uint8Array(16), clear);
      expect(toHex(await keys.translateGrouping(request, signal))).toBe(toHex(expected));
      const unpadded = nodeCiphers.aesCbcEncrypt(transportKey, new Uint8Array(16), utf8('sixteen byte key'));
      for (const bad of [unpadded, value.subarray(1), new Uint8Array(0)]) {
        const refused = keys.translateGrouping({ ...request, value: bad }, signal);
        await expect(refused).rejects.toEqual(fault('KEYS-GROUPING-FORM'));
      }
      await expect(keys.translateGrouping({ ...request, transportKeyName: 'none' }, signal)).rejects.toEqual(
        fault('KEYS-NOT-FOUND'),
      );
      await keys.closeChannel(channel, signal);
      await keys.closeChannel(channel, signal);
      await expect(keys.wrapCommand(channel, fromHex('80ca0066'), signal)).rejects.toEqual(fault('KEYS-CHANNEL-LOST'));
    });

    test('wraps the next command along with an answer that says 9000, and after no other', async () => {
      const card = answerInitializeUpdate({ keyVersion: 48, i: 0x70, hostChallenge, cardChallenge });
      const [command, next] = [fromHex('80e2000003010203'), fromHex('80e2800103040506')];
      const { channel } = await openChannel(card.answer);
      const wrapped = await keys.wrapCommand(channel, command, signal);
      const done = await keys.unwrapThenWrap(channel, protectAnswer(card, wrapped, utf8('done')), next, signal);
      expect(done.answer).toEqual(concatBytes(utf8('done'), fromHex('9000')));
      expect([done.wrapped?.[0], done.wrapped?.[1], done.wrapped?.length]).toEqual([0x84, 0xe2, 5 + 16 + 8]);
      await keys.closeChannel(channel, signal);

      // What is wrong with the next is said of the next, and the answer before it is not lost.
      const { channel: third } = await openChannel(card.answer);
      const again = protectAnswer(card, await keys.wrapCommand(third, command, signal), utf8('done'));
      const odd = fromHex('c0e2000000');
      expect(await keys.unwrapThenWrap(third, again, odd, signal)).toEqual({ answer: done.answer, wrapped: null });
      await expect(keys.wrapCommand(third, odd, signal)).rejects.toEqual(fault('KEYS-CHANNEL-DEAD'));

      const { channel: other } = await openChannel(card.answer);
      await keys.wrapCommand(other, command, signal);
      expect(await keys.unwrapThenWrap(other, fromHex('6a80'), next, signal)).toEqual({
        answer: fromHex('6a80'),
        wrapped: null,
      });
      await keys.wrapCommand(other, command, signal);
      const forged = keys.unwrapThenWrap(other, fromHex('9000'), next, signal);
      await expect(forged).rejects.toEqual(fault('KEYS-CHANNEL-MAC'));
      await keys.closeChannel(other, signal);
    });

    test('a wrong cryptogram, a wrong key version and a bad answer each have their own fault', async () => {
      const card = answerInitializeUpdate({ keyVersion: 48, i: 0x70, hostChallenge, cardChallenge });
      const wrong = card.answer.map((byte, at) => (at === 25 ? byte ^ 1 : byte));
      await expect(openChannel(wrong)).rejects.toEqual(fault('KEYS-CARD-CRYPTOGRAM'));
      const version = card.answer.map((byte, at) => (at === 10 ? 0x31 : byte));
      await expect(openChannel(version)).rejects.toEqual(fault('KEYS-CARD-ANSWER'));
      await expect(openChannel(card.answer.subarray(3))).rejects.toEqual(fault('KEYS-CARD-ANSWER'));
      await expect(openChannel(card.answer, 0x40)).rejects.toEqual(fault('KEYS-REFUSED'));
    });

    test('an answer without its MAC ends the channel for good', async () => {
      const card = answerInitializeUpdate({ keyVersion: 48, i: 0x70, hostChallenge, cardChallenge });
      const { channel } = await openChannel(concatBytes(card.answer, fromHex('9000')));
      await keys.wrapCommand(channel, fromHex('80ca006600'), signal);
      await expect(keys.unwrapResponse(channel, fromHex('9000'), signal)).rejects.toEqual(fault('KEYS-CHANNEL-MAC'));
      await expect(keys.wrapCommand(channel, fromHex('80ca006600'), signal)).rejects.toEqual(
        fault('KEYS-CHANNEL-DEAD'),
      );
    });

    test('keeps registers, replaced whole', async () => {
      expect(await keys.readRegister('chain-head', signal)).toBeNull();
      for (const text of ['first', 'second', '']) {
        await keys.writeRegister('chain-head', utf8(text), signal);
        expect(await keys.readRegister('chain-head', signal)).toEqual(utf8(text));
      }
      await expect(keys.readRegister('.destroyed', signal)).rejects.toEqual(fault('KEYS-REFUSED'));
    });

    test('an aborted act rejects with its reason and the port goes on', async () => {
      const reason = new Error('not wanted any more');
      await expect(keys.list(AbortSignal.abort(reason))).rejects.toBe(reason);
      const controller = new AbortController();
      const under = keys.panDigests(northbank, Array(5_000).fill('4'), controller.signal);
      await keys.describe(signal);
      controller.abort(reason);
      await expect(under).rejects.toBe(reason);
      expect(await keys.readRegister('chain-head', signal)).toEqual(new Uint8Array(0));
    });

    describeRegistry(() => keys);
    describeCeremonies(() => keys);
    describeKeyBlocks(() => keys);
    describePayment(() => keys);
    describeCryptograms(() => keys);
    describePins(() => keys);
    describeManufacturerKeys(() => keys);
    describeIccKeys(() => keys);
    describeScp02(() => keys, { name: transportName, key: transportKey });

    test('a worker that dies takes its handles along and is started again by the next act, over the same keys', async () => {
      await keys.writeRegister('chain-head', utf8('kept'), signal);
      const before = await keys.list(signal);
      const card = answerInitializeUpdate({ keyVersion: 48, i: 0x70, hostChallenge, cardChallenge });
      const { channel } = await openChannel(card.answer);
      const intake = await keys.openIntake(
        batchId.parse('batch-3'),
        'test',
        await encipherKey(keys, contentKey),
        signal,
      );
      const under = expect(keys.panDigests(northbank, Array(20_000).fill('4'), signal)).rejects.toEqual(
        fault('KEYS-WORKER-LOST'),
      );
      const key = requested('imk-ac', 'TDES-2', 'imk-ac/northbank/crashed');
      const ceremony = await keys.openCeremony({ key, components: 2 }, signal);
      store.crash();
      await under;
      await expect(keys.combine(ceremony, signal)).rejects.toEqual(fault('KEYS-CHANNEL-LOST'));
      await expect(keys.wrapCommand(channel, fromHex('80ca0066'), signal)).rejects.toEqual(fault('KEYS-CHANNEL-LOST'));
      const names = (await keys.list(signal)).map((key) => key.name).sort();
      expect(names).toEqual([...before.map((key) => key.name), 'batch-wrapping/batch-3'].sort());
      await expect(keys.openRecords(intake.handle, [], signal)).rejects.toEqual(fault('KEYS-CHANNEL-LOST'));
      await keys.closeChannel(channel, signal);
      expect(await keys.readRegister('chain-head', signal)).toEqual(utf8('kept'));
    });

    test('a closed port says so, and opened again it holds the same keys', async () => {
      const before = await keys.list(signal);
      await keys.close();
      await expect(keys.list(signal)).rejects.toEqual(fault('KEYS-CLOSED'));
      keys = await store.open();
      const byName = (left: { name: string }, right: { name: string }): number => (left.name < right.name ? -1 : 1);
      expect([...(await keys.list(signal))].sort(byName)).toEqual([...before].sort(byName));
    });
  });
}
